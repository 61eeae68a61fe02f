/**
 * How far a training has come: all of its state that does not lie in the arena.
 */
import { patienceStart } from './extensions.ts';
import type { TrainingJob } from './job.ts';
import { copyOptimizerState } from './optimizer-state.ts';
import type { EpochRecord, Stopped, TrainingState } from './state.ts';
import type { Buffers } from './step.ts';

/** The fields of `TrainingState`, which the training writes. */
export interface Progress {
  epoch: number;
  batch: number;
  lossSum: number;
  step: number;
  readonly history: EpochRecord[];
  best: TrainingState['best'];
  bestParameters: Float32Array | null;
}

export const progressFrom = (resume: TrainingState | undefined): Progress => ({
  epoch: resume?.epoch ?? 0,
  batch: resume?.batch ?? 0,
  lossSum: resume?.lossSum ?? 0,
  step: resume?.step ?? 0,
  history: [...(resume?.history ?? [])],
  best: resume?.best ?? null,
  bestParameters: resume?.bestParameters?.slice() ?? null,
});

/** The state as it is now; its arrays are the training's own. */
export const stateOf = (
  { epoch, batch, lossSum, step, history, best, bestParameters }: Progress,
  { p, optimizer, average }: Buffers,
): TrainingState => ({
  epoch,
  batch,
  lossSum,
  step,
  history: [...history],
  best,
  parameters: p,
  optimizer,
  average,
  bestParameters,
});

/** The state with arrays of its own; those of the best epoch are never written again. */
export const copyState = (state: TrainingState): TrainingState => ({
  ...state,
  parameters: state.parameters.slice(),
  optimizer: copyOptimizerState(state.optimizer),
  average: state.average?.slice() ?? null,
});

/** How a training that has come this far ends; null where there is more to do. */
export const endingOf = (
  { epoch, best }: Pick<TrainingState, 'epoch' | 'best'>,
  { recipe: { epochs, patience }, extensions = [] }: Pick<TrainingJob, 'recipe' | 'extensions'>,
): Stopped | null => {
  if (epoch >= epochs) return 'finished';
  if (patience === undefined || best === null) return null;
  const since = Math.max(best.epoch, patienceStart(extensions, epoch));
  return epoch - since >= patience ? 'early' : null;
};
