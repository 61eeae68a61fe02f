/** The losses, in the order of menus and docs. A new one is a new file and a line in one of the two lists. */
import { bceLoss } from './bce.ts';
import { crossEntropyLoss } from './cross-entropy.ts';
import { jacobianTerm } from './jacobian.ts';
import { klTerm } from './kl.ts';
import { maeLoss } from './mae.ts';
import { mseLoss } from './mse.ts';
import { neighboursTerm } from './neighbours.ts';
import { vaeTerm } from './vae.ts';
import { vaeLogSigmaTerm } from './vae-log-sigma.ts';

/** How outputs are compared with their targets; the first is what terms are added to. */
export const reconstructionList = [mseLoss, bceLoss, maeLoss, crossEntropyLoss] as const;

/** What is added to a reconstruction error, times a weight. */
export const termList = [klTerm, vaeLogSigmaTerm, vaeTerm, neighboursTerm, jacobianTerm] as const;
