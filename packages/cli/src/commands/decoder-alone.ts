/**
 * What a decoder alone is looked at with: no image has a code, so codes are those of the unit Gaussian.
 */
import { type Codes, drawCodes, type PlaneBounds, type ResolvedNetwork } from 'latent-plane';
import { onlyPart } from 'latent-plane/internal';
import { note } from '../console.ts';

/** Whether there is no encoder to give images codes. */
export const isDecoderAlone = (network: ResolvedNetwork): boolean => onlyPart(network) === 'decoder';

const DRAWS = 2000;

/** Codes of the unit Gaussian, always the same. */
export const priorCodes = (size: number): Codes => drawCodes({ type: 'prior', size }, DRAWS, { seed: 1 });

/** Three standard deviations each way. */
export const PRIOR_BOUNDS: PlaneBounds = { min: [-3, -3], max: [3, 3] };

/** Says what is shown in place of the codes of images. */
export const notePrior = (argument: string): void =>
  note(
    `note: ${argument} is a decoder alone, so no image has a code: shown is the unit Gaussian, which the decoder of a variational autoencoder learned; with its encoder: ENCODER ${argument}`,
  );
