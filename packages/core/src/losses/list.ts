/** The losses, in the order of menus and docs. A new one is a new file and a line in one of the two lists. */
import { crossEntropyLoss } from './cross-entropy.ts';
import { jacobianTerm } from './jacobian.ts';
import { mseLoss } from './mse.ts';
import { neighboursTerm } from './neighbours.ts';
import { vaeTerm } from './vae.ts';
import { vaeLogSigmaTerm } from './vae-log-sigma.ts';

/** How outputs are compared with their targets; the first is what terms are added to. */
export const reconstructionList = [mseLoss, crossEntropyLoss] as const;

/** What is added to the first of the reconstruction errors, times a weight. */
export const termList = [vaeLogSigmaTerm, vaeTerm, neighboursTerm, jacobianTerm] as const;
