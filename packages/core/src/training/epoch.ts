/**
 * One epoch of a training: its order and graphs, its batches, and what is measured and remembered at its end.
 */
import { epochOrder } from '../images/index.ts';
import { learningRateAt } from '../schedules/index.ts';
import { plannedEpochs } from './extensions.ts';
import type { OpenTraining } from './open-training.ts';
import { isPaired } from './preparation.ts';
import { copyState, stateOf } from './progress.ts';
import type { EpochRecord } from './state.ts';
import { createSteps, fillBatch, moveWeights, releaseSteps } from './step.ts';
import { averagingDecay } from './weight-decay.ts';

/** The order of the images in the epoch under way, `[count]`; its steps are compiled where they differ from the last. */
export const beginEpoch = async (open: OpenTraining): Promise<Uint32Array> => {
  const { job, buffers, progress } = open;
  const { training, recipe } = job;
  if (open.steps.paired !== isPaired(job, progress.epoch)) {
    await releaseSteps(open.steps);
    open.steps = await createSteps(job, buffers, progress.epoch);
  }
  return epochOrder(training.count, recipe.seed, progress.epoch, recipe.shuffle);
};

/** @param epoch - from 0. */
const learningRateOf = ({ job: { recipe, extensions = [] }, batches }: OpenTraining, step: number, epoch: number) =>
  learningRateAt(recipe.schedule, step, batches, plannedEpochs(extensions, epoch, recipe.epochs));

/** Moves the parameters by the gradients in the arena. */
const update = (open: OpenTraining): void => {
  const { job, buffers, decayKernels, progress } = open;
  const { recipe } = job;
  const { arena, p, average } = buffers;
  const learningRate = learningRateOf(open, progress.step, progress.epoch);
  progress.step += 1;
  decayKernels(learningRate);
  moveWeights(recipe, buffers, progress.step, learningRate);
  if (average) arena.kernels.average(average, p, 1 - averagingDecay(recipe, progress.step));
};

/**
 * Takes the next batch of the epoch: one step of the optimiser.
 *
 * @returns its loss; where that is no number, nothing but `divergedAt` has changed.
 */
export const takeBatch = async (open: OpenTraining, order: Uint32Array): Promise<number> => {
  const { job, batches, buffers, preparation, progress, steps } = open;
  const { batch } = progress;
  const step = batch === batches - 1 ? steps.last : steps.full;
  const { batchSize } = job.recipe;
  const from = batch * batchSize;
  const to = from + step.graph.batchSize;
  await buffers.images.take(order, from, to, Math.min(order.length, to + batchSize));
  fillBatch(job, buffers, step, order, from, progress.step, preparation);
  await step.session.run(step.feeds, step.into);
  const loss = Number(step.into.loss.data[0]);
  if (!Number.isFinite(loss)) {
    open.divergedAt = { epoch: progress.epoch + 1, batch: batch + 1, loss };
    return loss;
  }
  update(open);
  progress.lossSum += loss * step.graph.batchSize;
  progress.batch += 1;
  return loss;
};

const rememberBest = ({ job, buffers, progress }: OpenTraining, loss: number): void => {
  const isBest = progress.best === null || loss < progress.best.loss;
  if (!isBest) return;
  progress.best = { epoch: progress.epoch, loss };
  if (job.recipe.restoreBest) progress.bestParameters = (buffers.average ?? buffers.p).slice();
};

/**
 * Measures and records an epoch whose batches are done.
 *
 * @returns null where it diverged.
 */
export const closeEpoch = async (open: OpenTraining): Promise<EpochRecord | null> => {
  const { job, batches, buffers, progress, validator, trainingValidator } = open;
  const diverged = (loss: number): null => {
    open.divergedAt = { epoch: progress.epoch + 1, batch: batches, loss };
    return null;
  };
  if (!buffers.p.every(Number.isFinite)) return diverged(Number.NaN);
  const valLoss = await validator?.run();
  const trainLoss = await trainingValidator?.run();
  if (valLoss !== undefined && !Number.isFinite(valLoss)) return diverged(valLoss);
  const loss = progress.lossSum / job.training.count;
  progress.epoch += 1;
  progress.batch = 0;
  progress.lossSum = 0;
  rememberBest(open, valLoss ?? trainLoss ?? loss);
  const record: EpochRecord = {
    epoch: progress.epoch,
    loss,
    ...(valLoss === undefined ? {} : { valLoss }),
    ...(trainLoss === undefined ? {} : { trainLoss }),
    learningRate: learningRateOf(open, progress.step - 1, progress.epoch - 1),
  };
  progress.history.push(record);
  open.lastGood = copyState(stateOf(progress, buffers));
  return record;
};
