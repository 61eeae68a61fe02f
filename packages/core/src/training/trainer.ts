/**
 * The training loop.
 *
 * In: a network, a recipe, images, a runtime, and the state of an earlier run if there is one. Out: the state after
 * each epoch. Everything drawn at random is addressed by the seed and the epoch or step, so a run that goes on from a
 * state computes what an unbroken one would have. Files, clocks and screens are the caller's.
 */
import { epochOrder, RandomStream } from '../dataset/index.ts';
import { inputError } from '../errors.ts';
import { ADAM, adamScalars, compileTraining, type RandomInput, type TrainingGraph } from '../graph/index.ts';
import { elementCount, initializeParameters, parameterSlots, type Recipe } from '../model/index.ts';
import type { Feeds, Session, TensorData, Weights } from '../runtime/index.ts';
import { type Arena, arenaBytes, createArena } from './arena.ts';
import type { TrainingJob } from './job.ts';
import { setMeanImage } from './mean-image.ts';
import { checkJob, isPaired, neighbourLossOf, type Preparation, prepare, separateTarget } from './preparation.ts';
import { roundedWeights } from './rounding.ts';
import { learningRateAt } from './schedule.ts';
import type { EpochRecord, Stopped, TrainingState } from './state.ts';
import { createValidator } from './validation.ts';
import { averagingDecay, kernelDecay } from './weight-decay.ts';

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

interface Step {
  readonly graph: TrainingGraph;
  readonly session: Session;
  readonly feeds: Feeds;
  readonly into: Feeds;
  readonly randoms: readonly { readonly input: RandomInput; readonly data: Float32Array }[];
}

/** Buffers of the run, all in one arena. */
const layOut = (job: TrainingJob, size: number, rows: number) => {
  const { training, codes } = job;
  const pixels = training.height * training.width;
  const x = codes ? codes.training.length / training.count : pixels;
  const target = codes
    ? pixels
    : job.network.spec.kind === 'classifier'
      ? elementCount(job.network.parts[0].outputShape)
      : separateTarget(job)
        ? pixels
        : 0;
  const { weightAveraging } = job.recipe;
  const bytes =
    (weightAveraging === undefined ? 4 : 5) * arenaBytes(size) +
    arenaBytes(training.count * pixels, 1) +
    arenaBytes(rows) +
    arenaBytes(rows * x) +
    arenaBytes(rows * target);
  const arena = createArena(bytes);
  const floats = (): Float32Array => arena.floats(size);
  const all = {
    arena,
    pixelSize: pixels,
    p: floats(),
    m: floats(),
    v: floats(),
    g: floats(),
    average: weightAveraging === undefined ? null : floats(),
  };
  const store = arena.bytes(training.count * pixels);
  store.set(training.pixels);
  return {
    ...all,
    pixels: store,
    indices: arena.integers(rows),
    x: arena.floats(rows * x),
    target: arena.floats(rows * target),
  };
};

type Buffers = ReturnType<typeof layOut>;

const createStep = async (job: TrainingJob, buffers: Buffers, batchSize: number, paired: boolean): Promise<Step> => {
  const graph = compileTraining(job.network, {
    batchSize,
    decoderOnly: job.codes !== undefined,
    separateTarget: separateTarget(job),
    withoutNeighbours: !paired,
  });
  const session = await job.runtime.createSession(graph.bytes, { threads: job.threads });
  const randoms = graph.randoms.map((input) => ({ input, data: new Float32Array(elementCount(input.dims)) }));
  const view = (array: Float32Array, dims: readonly number[]): TensorData => ({
    dims,
    data: array.subarray(0, elementCount(dims)),
  });
  const slots = parameterSlots(graph.parameters);
  const slice = (array: Float32Array) =>
    slots.map(({ parameter, offset, length }): [string, TensorData] => [
      parameter.name,
      { dims: parameter.shape, data: array.subarray(offset, offset + length) },
    ]);
  return {
    graph,
    session,
    randoms,
    feeds: {
      x: view(buffers.x, graph.x),
      ...(graph.target ? { target: view(buffers.target, graph.target) } : {}),
      ...Object.fromEntries(randoms.map(({ input, data }) => [input.name, { dims: input.dims, data }])),
      ...Object.fromEntries(slice(buffers.p)),
    },
    into: {
      loss: { dims: [], data: new Float32Array(1) },
      ...Object.fromEntries(slice(buffers.g).map(([name, tensor]) => [`grad/${name}`, tensor])),
    },
  };
};

/** The steps of an epoch: those of whole batches, and the last one. */
interface Steps {
  readonly full: Step;
  readonly last: Step;
  readonly paired: boolean;
}

const createSteps = async (job: TrainingJob, buffers: Buffers, epoch: number): Promise<Steps> => {
  const { batchSize } = job.recipe;
  const paired = isPaired(job, epoch);
  const full = await createStep(job, buffers, batchSize, paired);
  const remainder = job.training.count % batchSize;
  return { full, last: remainder === 0 ? full : await createStep(job, buffers, remainder, paired), paired };
};

const releaseSteps = async ({ full, last }: Steps): Promise<void> => {
  await full.session.release();
  if (last !== full) await last.session.release();
};

/** Writes a batch's images, codes, labels and random numbers into the buffers that the graph reads. */
const fillBatch = (
  job: TrainingJob,
  buffers: Buffers,
  step: Step,
  order: Uint32Array,
  from: number,
  stepIndex: number,
  { warp, neighbours }: Preparation,
): void => {
  const { arena, pixels, pixelSize, indices } = buffers;
  const { batchSize } = step.graph;
  for (let i = 0; i < batchSize; i++) indices[i] = order[from + i];
  const [rows] = step.graph.x;
  if (rows > batchSize) neighbours?.draw(indices, batchSize, stepIndex);
  const images = job.codes ? buffers.target : buffers.x;
  gatherImages(arena, pixels, indices, rows, pixelSize, images);
  if (separateTarget(job)) buffers.target.set(buffers.x);
  if (job.codes) {
    const width = job.codes.training.length / job.training.count;
    for (let i = 0; i < batchSize; i++)
      buffers.x.set(job.codes.training.subarray(indices[i] * width, (indices[i] + 1) * width), i * width);
  } else if (step.graph.target && !separateTarget(job)) {
    const classes = step.graph.target[1];
    buffers.target.fill(0);
    for (let i = 0; i < batchSize; i++) buffers.target[i * classes + job.training.labels[indices[i]]] = 1;
  }
  const { dropoutEpochs = Number.POSITIVE_INFINITY, batchSize: stepSize } = job.recipe;
  const epoch = Math.floor(stepIndex / Math.ceil(job.training.count / stepSize));
  const { augmentationEpochs = Number.POSITIVE_INFINITY } = job.recipe;
  if (warp && epoch < augmentationEpochs) warp(buffers.x, rows, stepIndex);
  for (const { input, data } of step.randoms) {
    if (input.kind === 'dropout' && epoch >= dropoutEpochs) {
      data.fill(1);
      continue;
    }
    const stream = new RandomStream(job.recipe.seed, input.name, stepIndex);
    if (input.kind === 'dropout') stream.fillBernoulliMask(data, 1 - input.rate, 1 / (1 - input.rate));
    else stream.fillNormal(data, input.std);
  }
};

const gatherImages = (
  arena: Arena,
  pixels: Uint8Array,
  indices: Int32Array,
  count: number,
  size: number,
  out: Float32Array,
): void => {
  if (size % 4 === 0) {
    arena.kernels.gather(pixels, indices, count, size, out);
    return;
  }
  for (let i = 0; i < count; i++)
    for (let j = 0; j < size; j++) out[i * size + j] = pixels[indices[i] * size + j] / 255;
};

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
  const buffers = layOut(job, size, neighbourLossOf(job) ? 2 * batchSize : batchSize);
  const { p, m, v, g, average, arena } = buffers;
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
    if (resume) {
      m.set(resume.m);
      v.set(resume.v);
    }
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
      m,
      v,
      average,
      bestParameters,
    });
    const copy = (state: TrainingState): TrainingState => ({
      ...state,
      parameters: p.slice(),
      m: m.slice(),
      v: v.slice(),
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
        arena.kernels.adam(p, m, v, g, adamScalars(stepIndex, learningRate), ADAM);
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

const namedViews = (graph: TrainingGraph, flat: Float32Array): Weights =>
  new Map(
    parameterSlots(graph.parameters).map(({ parameter, offset, length }) => [
      parameter.name,
      flat.subarray(offset, offset + length),
    ]),
  );
