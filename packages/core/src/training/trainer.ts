/**
 * The training loop.
 *
 * In: a network, a recipe, images, a runtime, and the state of an earlier run if there is one. Out: the state after
 * each epoch. Everything drawn at random is addressed by the seed and the epoch or step, so a run that goes on from a
 * state computes what an unbroken one would have. Files, clocks and screens are the caller's.
 */

import { inputError } from '../errors.ts';
import { epochOrder } from '../images/index.ts';
import { initializeParameters, parameterSlots, type Recipe, type TrainingGraph } from '../network/index.ts';
import type { Weights } from '../runtime/index.ts';
import { learningRateAt } from '../schedules/index.ts';
import type { TrainingJob } from './job.ts';
import { setMeanImage } from './mean-image.ts';
import { copyOptimizerState, restoreOptimizerState } from './optimizer-state.ts';
import { checkJob, isPaired, learnsFromPairs, prepare } from './preparation.ts';
import { roundedWeights } from './rounding.ts';
import type { EpochRecord, Stopped, TrainingState } from './state.ts';
import { createSteps, fillBatch, layOut, moveWeights, releaseSteps } from './step.ts';
import { createValidator } from './validation.ts';
import { averagingDecay, kernelDecay } from './weight-decay.ts';

/** What whoever trains is told, and may do in between; the training waits for what is promised. */
export interface TrainingCallbacks {
  /** After every epoch, with the state to keep. The state's arrays are the run's own: copy or write them at once. */
  readonly onEpoch?: (record: EpochRecord, state: TrainingState) => void | Promise<void>;
  /** Before the first batch, with the state that it begins from; as `onEpoch`. */
  readonly onStart?: (state: TrainingState) => void | Promise<void>;
  /** After every batch. Training waits for a promise, so that a caller can pause, or look, between any two batches. */
  readonly onBatch?: (progress: {
    readonly epoch: number;
    readonly batch: number;
    readonly batches: number;
    readonly loss: number;
    /** The state to go on from, as `onEpoch` has it; null after an epoch's last batch, whose epoch is not closed yet. */
    readonly stateNow: () => TrainingState | null;
  }) => void | Promise<void>;
  /** Stops between two batches. */
  readonly signal?: AbortSignal;
}

/** How a training ended, and with what. */
export interface TrainingResult {
  readonly stopped: Stopped;
  /** What a resumed run needs; for `diverged` the last state whose loss was finite. */
  readonly state: TrainingState;
  /** Epoch whose weights are kept. */
  readonly bestEpoch: number;
  /** The kept weights of the trained parts, by parameter name. */
  readonly weights: Weights;
  /** Where a diverged run broke: epoch from 1, batch from 1. */
  readonly divergedAt?: { readonly epoch: number; readonly batch: number; readonly loss: number };
}

/** Values of the trained parts at the start. */
const initialParameters = (job: TrainingJob, graph: TrainingGraph): Float32Array => {
  const { initial } = job;
  const values = initializeParameters(graph.parameters, job.recipe.seed, {
    kernelInitializer: job.recipe.initializer,
    biasInitializer: job.recipe.biasInitializer,
    restart: job.recipe.restart,
  });
  if (job.recipe.outputBias === 'mean-image') setMeanImage(values, graph.parameters, job);
  if (!initial) return values;
  for (const { parameter, offset, length } of parameterSlots(graph.parameters)) {
    const given = initial.get(parameter.name);
    if (!given || given.length !== length) {
      throw inputError(
        'init-mismatch',
        `initial weights: "${parameter.name}" expects ${length} numbers, got ${given?.length ?? 'none'}; take weights of the same architecture`,
      );
    }
    values.set(given, offset);
  }
  return values;
};

/** What a run that stopped in this state keeps: of the best epoch, else the running average, else the last; rounded. */
export const keptParameters = (
  { bestParameters, average, parameters }: TrainingState,
  { significantBits = 24 }: Recipe,
): Float32Array => roundedWeights(bestParameters ?? average ?? parameters, significantBits);

const allFinite = (array: Float32Array): boolean => array.every(Number.isFinite);

/** The trained parameters of a flat array, by name. */
export const namedWeights = (parameters: TrainingGraph['parameters'], flat: Float32Array): Weights =>
  new Map(
    parameterSlots(parameters).map(({ parameter, offset, length }) => [
      parameter.name,
      flat.slice(offset, offset + length),
    ]),
  );

const namedViews = (graph: TrainingGraph, flat: Float32Array): Weights =>
  new Map(
    parameterSlots(graph.parameters).map(({ parameter, offset, length }) => [
      parameter.name,
      flat.subarray(offset, offset + length),
    ]),
  );

/**
 * Trains until the recipe's last epoch, until patience ends, until the signal, or until the loss is no number.
 *
 * @param resume - the state of an earlier run of the same job.
 * @throws LatentError `shape-mismatch`, `empty-data`, `batch-size`, `init-mismatch` (input), `out-of-memory` (work).
 */
export const train = async (
  job: TrainingJob,
  callbacks: TrainingCallbacks = {},
  resume?: TrainingState,
): Promise<TrainingResult> => {
  checkJob(job);
  const { recipe, training } = job;
  const { batchSize } = recipe;
  const batches = Math.ceil(training.count / batchSize);
  const trained = job.codes ? job.network.parts.filter((part) => part.name === 'decoder') : job.network.parts;
  const size = trained.reduce((sum, part) => sum + part.parameterCount, 0);
  const buffers = layOut(job, size, learnsFromPairs(job) ? 2 * batchSize : batchSize);
  const { p, optimizer, average, arena } = buffers;
  const kept = average ?? p;
  const begin = resume?.epoch ?? 0;
  const preparation = await prepare(job, begin);
  let steps = await createSteps(job, buffers, begin);
  const { graph } = steps.full;
  const validate = await createValidator(job, namedViews(graph, kept));
  const byTraining = recipe.bestBy === 'training-loss' && !validate;
  const remeasure = byTraining ? await createValidator(job, namedViews(graph, kept), 'training') : null;
  try {
    p.set(resume?.parameters ?? initialParameters(job, graph));
    if (resume) restoreOptimizerState(optimizer, resume.optimizer);
    average?.set(resume?.average ?? p);
    const decay = kernelDecay(recipe, graph.parameters, p);
    let epoch = resume?.epoch ?? 0;
    let batch = resume?.batch ?? 0;
    let lossSum = resume?.lossSum ?? 0;
    let stepIndex = resume?.step ?? 0;
    let best = resume?.best ?? null;
    let bestParameters = resume?.bestParameters?.slice() ?? null;
    const history: EpochRecord[] = [...(resume?.history ?? [])];
    const stateNow = (): TrainingState => ({
      epoch,
      batch,
      lossSum,
      step: stepIndex,
      history: [...history],
      best,
      parameters: p,
      optimizer,
      average,
      bestParameters,
    });
    const copy = (state: TrainingState): TrainingState => ({
      ...state,
      parameters: p.slice(),
      optimizer: copyOptimizerState(optimizer),
      average: average?.slice() ?? null,
    });
    const result = (
      stopped: Stopped,
      state: TrainingState,
      divergedAt?: TrainingResult['divergedAt'],
    ): TrainingResult => ({
      stopped,
      state,
      bestEpoch: state.bestParameters && state.best ? state.best.epoch : state.epoch,
      weights: namedWeights(graph.parameters, keptParameters(state, recipe)),
      ...(divergedAt ? { divergedAt } : {}),
    });
    const outOfPatience = (): boolean =>
      recipe.patience !== undefined && best !== null && epoch - best.epoch >= recipe.patience;

    let lastGood = copy(stateNow());
    await callbacks.onStart?.(stateNow());
    const stateAfter = (done: number): TrainingState | null => (done < batches ? { ...stateNow(), batch: done } : null);
    while (epoch < recipe.epochs) {
      if (outOfPatience()) return result('early', copy(stateNow()));
      const order = epochOrder(training.count, recipe.seed, epoch, recipe.shuffle);
      let learningRate = 0;
      if (steps.paired !== isPaired(job, epoch)) {
        await releaseSteps(steps);
        steps = await createSteps(job, buffers, epoch);
      }
      for (; batch < batches; batch++) {
        if (callbacks.signal?.aborted) return result('interrupted', copy(stateNow()));
        const step = batch === batches - 1 ? steps.last : steps.full;
        fillBatch(job, buffers, step, order, batch * batchSize, stepIndex, preparation);
        await step.session.run(step.feeds, step.into);
        const loss = Number(step.into.loss.data[0]);
        if (!Number.isFinite(loss)) return result('diverged', lastGood, { epoch: epoch + 1, batch: batch + 1, loss });
        learningRate = learningRateAt(recipe.schedule, stepIndex, batches, recipe.epochs);
        stepIndex += 1;
        decay(learningRate);
        moveWeights(recipe, buffers, stepIndex, learningRate);
        if (average) arena.kernels.average(average, p, 1 - averagingDecay(recipe, stepIndex));
        lossSum += loss * step.graph.batchSize;
        const done = batch + 1;
        const pause = callbacks.onBatch?.({
          epoch: epoch + 1,
          batch: done,
          batches,
          loss,
          stateNow: () => stateAfter(done),
        });
        if (pause) await pause;
      }
      if (!allFinite(p)) return result('diverged', lastGood, { epoch: epoch + 1, batch: batches, loss: Number.NaN });
      const valLoss = await validate?.run();
      const trainLoss = await remeasure?.run();
      if (valLoss !== undefined && !Number.isFinite(valLoss))
        return result('diverged', lastGood, { epoch: epoch + 1, batch: batches, loss: valLoss });
      const loss = lossSum / training.count;
      epoch += 1;
      batch = 0;
      lossSum = 0;
      const watched = valLoss ?? trainLoss ?? loss;
      if (best === null || watched < best.loss) {
        best = { epoch, loss: watched };
        if (recipe.restoreBest) bestParameters = kept.slice();
      }
      const record: EpochRecord = {
        epoch,
        loss,
        ...(valLoss === undefined ? {} : { valLoss }),
        ...(trainLoss === undefined ? {} : { trainLoss }),
        learningRate,
      };
      history.push(record);
      lastGood = copy(stateNow());
      await callbacks.onEpoch?.(record, stateNow());
    }
    return result('finished', copy(stateNow()));
  } finally {
    await releaseSteps(steps);
    await validate?.release();
    await remeasure?.release();
  }
};
