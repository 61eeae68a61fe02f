/**
 * What lies where in a run folder, and which epochs' weights are kept in it.
 *
 * Paths are within the folder, with slashes. Disk, zip and the browser's storage are the callers'.
 */
import type { TrainingState } from '../training/index.ts';

/** Folder of the checkpoints within a run folder. */
export const CHECKPOINTS = 'checkpoints';

/** Paths of the files within a run folder. */
export const RUN_FILES = {
  config: 'config.json',
  history: 'history.jsonl',
  metrics: 'metrics.json',
  weights: 'weights.safetensors',
  card: 'README.md',
  /** The whole state after the last epoch, or where the run was interrupted. */
  last: `${CHECKPOINTS}/last.safetensors`,
  /** Weights that the training began with, where they came from another model. */
  initial: `${CHECKPOINTS}/initial.safetensors`,
  /** Weights of an encoder that is not trained. */
  encoder: `${CHECKPOINTS}/encoder.safetensors`,
} as const;

/** Weights after an epoch, kept by `--checkpoint-every`. */
export const epochFile = (epoch: number): string =>
  `${CHECKPOINTS}/epoch-${String(epoch).padStart(4, '0')}.safetensors`;

/** Every `every`-th epoch; before the first of them 1, 2, 4, 8, ..., in which a plane changes most. */
export const isKept = (epoch: number, every: number): boolean =>
  epoch % every === 0 || (epoch < every && (epoch & (epoch - 1)) === 0);

/** The epoch whose weights a run keeps as its own. */
export const keptEpoch = ({ best, bestParameters, epoch }: TrainingState): number =>
  best && bestParameters ? best.epoch : epoch;
