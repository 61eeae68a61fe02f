/**
 * Training as a generator: it takes a batch each time it is pulled and does nothing in between, so to pause is not to
 * pull, to step is to pull once, and to stop is to return.
 *
 * Everything drawn at random is addressed by the seed and the epoch or step, so a training that goes on from a state
 * computes what an unbroken one would have. Files, clocks and screens are the caller's.
 */
import { inputError } from '../errors.ts';
import { beginEpoch, closeEpoch, takeBatch } from './epoch.ts';
import type { TrainingJob } from './job.ts';
import { type OpenTraining, openTraining } from './open-training.ts';
import { copyState, endingOf, stateOf } from './progress.ts';
import { resultOf, type TrainingResult } from './result.ts';
import { openScope } from './session-scope.ts';
import type { EpochRecord, TrainingState } from './state.ts';

/** How far a training has come when it hands over. */
export interface TrainingPosition {
  /** The epoch that the batch belongs to, from 1. */
  readonly epoch: number;
  /** Batches done in it. */
  readonly batch: number;
  /** Of one epoch. */
  readonly batches: number;
  /** What a training can go on from here. Its arrays are the training's own until the end: copy or write them at once. */
  readonly state: () => TrainingState;
}

/** Where a training stands when it hands over: before its first batch, then after every one. */
export type TrainingStep =
  | (TrainingPosition & { readonly type: 'start' })
  | (TrainingPosition & { readonly type: 'batch'; readonly loss: number })
  /** The batch was its epoch's last, and the epoch is measured. */
  | (TrainingPosition & { readonly type: 'epoch'; readonly loss: number; readonly record: EpochRecord });

/** A training under way. It holds sessions from the first pull until it ends or is returned from. */
export interface Training extends AsyncGenerator<TrainingStep, void, void> {
  /**
   * What has come of it; `interrupted` where there was more to do.
   *
   * @throws LatentError `not-begun` (input) before the first pull.
   */
  result(): TrainingResult;
}

const resultNow = ({ job, parameters, buffers, progress, lastGood, divergedAt }: OpenTraining): TrainingResult => {
  const { recipe } = job;
  if (divergedAt) return { ...resultOf(parameters, recipe, lastGood, 'diverged'), divergedAt };
  const state = copyState(stateOf(progress, buffers));
  return resultOf(parameters, recipe, state, endingOf(state, job) ?? 'interrupted');
};

async function* stepsOf(open: OpenTraining): AsyncGenerator<TrainingStep, void, void> {
  const { job, batches, buffers, progress } = open;
  const state = () => stateOf(progress, buffers);
  yield { type: 'start', epoch: progress.epoch + 1, batch: progress.batch, batches, state };
  while (endingOf(progress, job) === null) {
    const epoch = progress.epoch + 1;
    const order = await beginEpoch(open);
    let loss = Number.NaN;
    while (progress.batch < batches) {
      loss = await takeBatch(open, order);
      if (open.divergedAt) return;
      if (progress.batch < batches) yield { type: 'batch', epoch, batch: progress.batch, batches, loss, state };
    }
    const record = await closeEpoch(open);
    if (!record) return;
    yield { type: 'epoch', epoch, batch: batches, batches, loss, record, state };
  }
}

/**
 * Trains until the recipe's last epoch, until patience ends, or until the loss is no number, a batch for each pull:
 *
 * ```ts
 * const training = train(job);
 * for await (const step of training) {
 *   if (step.type === 'epoch') console.log(step.record);
 *   if (enough) break;
 * }
 * const { stopped, state, weights } = training.result();
 * ```
 *
 * However the loop is left, its sessions are released and `result()` has a state to go on from. The first pull compiles
 * the steps; of a loss that looks for neighbours it searches them too, which may take a minute.
 *
 * @param resume - the state of an earlier run of the same job.
 * @throws LatentError on the first pull: `shape-mismatch`, `empty-data`, `batch-size`, `init-mismatch` (input),
 *   `out-of-memory` (work).
 */
export const train = (job: TrainingJob, resume?: TrainingState): Training => {
  let open: OpenTraining | null = null;
  const steps = async function* (): AsyncGenerator<TrainingStep, void, void> {
    const scope = openScope(job.runtime);
    try {
      open = await openTraining({ ...job, runtime: scope.runtime }, resume);
      yield* stepsOf(open);
    } finally {
      await scope.release();
    }
  };
  return Object.assign(steps(), {
    result: () => {
      if (!open)
        throw inputError('not-begun', {
          problem: 'the training has no result before its first step',
          hint: 'take one: next()',
        });
      return resultNow(open);
    },
  });
};

/**
 * Trains to the end, for who needs nothing in between; `job` and `resume` as `train` takes them.
 *
 * @throws LatentError as `train`.
 */
export const trainToEnd = async (job: TrainingJob, resume?: TrainingState): Promise<TrainingResult> => {
  const training = train(job, resume);
  for (let step = await training.next(); !step.done; step = await training.next());
  return training.result();
};
