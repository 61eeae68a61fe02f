/**
 * What one step of a training computes, and where its numbers lie.
 *
 * In: a job, its batch size, an order of images. Out: sessions over one arena, and batches written into it. When a step
 * is taken, and what becomes of its gradients, is the loop's (`trainer.ts`).
 */

import { imageSize, type Labels } from '../images/index.ts';
import { type ScheduledWeight, weightShare } from '../losses/index.ts';
import {
  compileTraining,
  countParameters,
  type ParameterSlot,
  parameterSlots,
  type RandomInput,
  type Recipe,
  type TrainingGraph,
} from '../network/index.ts';
import { DEFAULT_OPTIMIZER, optimizers } from '../optimizers/index.ts';
import { RandomStream } from '../random/index.ts';
import { type Dims, elementCount, type Feeds, type Session, type TensorData } from '../tensor/index.ts';
import { type Arena, arenaBytes, createArena } from './arena.ts';
import { batchImages, batchImagesBytes, drawnImages } from './batch-images.ts';
import type { TrainingJob } from './job.ts';
import { makeOptimizerState } from './optimizer-state.ts';
import { isPaired, learnsFromPairs, type Preparation, separateTarget } from './preparation.ts';

interface Step {
  readonly graph: TrainingGraph;
  readonly session: Session;
  readonly feeds: Feeds;
  readonly into: Feeds;
  readonly randoms: readonly { readonly input: RandomInput; readonly data: Float32Array }[];
  readonly weights: readonly (ScheduledWeight & { readonly data: Float32Array })[];
}

/** Buffers of a run, all in one arena. */
export const layOut = (job: TrainingJob, size: number, rows: number) => {
  const { training, codes } = job;
  const pixels = imageSize(training);
  const drawn = drawnImages(training, learnsFromPairs(job));
  const x = codes ? codes.training.length / training.count : pixels;
  const target = codes
    ? pixels
    : job.network.spec.kind === 'classifier'
      ? elementCount(job.network.parts[0].outputShape)
      : separateTarget(job)
        ? pixels
        : 0;
  const { spec } = job.network;
  const classes = (spec.kind === 'autoencoder' && spec.label?.classes) || 0;
  const running = countParameters(job.network.parameters.filter((parameter) => parameter.running));
  const { emaDecay, optimizer = DEFAULT_OPTIMIZER } = job.recipe;
  const arrays = 2 + optimizers.get(optimizer.type).state.length + (emaDecay === undefined ? 0 : 1);
  const bytes =
    arrays * arenaBytes(size) +
    batchImagesBytes(drawn, rows) +
    arenaBytes(rows) +
    arenaBytes(rows * x) +
    arenaBytes(rows * target) +
    arenaBytes(rows * classes) +
    arenaBytes(running);
  const arena = createArena(bytes);
  const floats = (): Float32Array => arena.floats(size);
  const all = {
    arena,
    pixelSize: pixels,
    p: floats(),
    optimizer: makeOptimizerState(optimizer.type, floats),
    g: floats(),
    average: emaDecay === undefined ? null : floats(),
  };
  return {
    ...all,
    images: batchImages(drawn, arena, rows),
    indices: arena.integers(rows),
    x: arena.floats(rows * x),
    target: arena.floats(rows * target),
    label: arena.floats(rows * classes),
    /** New running state of the step; it replaces the last of `p` once the weights have moved. */
    running: arena.floats(running),
  };
};

export type Buffers = ReturnType<typeof layOut>;

const createStep = async (job: TrainingJob, buffers: Buffers, batchSize: number, paired: boolean): Promise<Step> => {
  const graph = compileTraining(job.network, {
    batchSize,
    decoderOnly: job.codes !== undefined,
    separateTarget: separateTarget(job),
    withoutPairs: !paired,
  });
  const session = await job.runtime.createSession(graph.bytes, { threads: job.threads });
  const randoms = graph.randoms.map((input) => ({ input, data: new Float32Array(elementCount(input.dims)) }));
  const weights = graph.weights.map((weight) => ({ ...weight, data: new Float32Array(1) }));
  const view = (array: Float32Array, dims: readonly number[]): TensorData => ({
    dims,
    data: array.subarray(0, elementCount(dims)),
  });
  const slots = parameterSlots(graph.parameters);
  const moved = slots.filter(({ parameter }) => !parameter.running);
  const running = parameterSlots(graph.parameters.filter((parameter) => parameter.running));
  const slice = (array: Float32Array, of: readonly ParameterSlot[], prefix = '') =>
    of.map(({ parameter, offset, length }): [string, TensorData] => [
      `${prefix}${parameter.name}`,
      { dims: parameter.shape, data: array.subarray(offset, offset + length) },
    ]);
  return {
    graph,
    session,
    randoms,
    weights,
    feeds: {
      x: view(buffers.x, graph.x),
      ...(graph.target ? { target: view(buffers.target, graph.target) } : {}),
      ...(graph.label ? { label: view(buffers.label, graph.label) } : {}),
      ...Object.fromEntries(randoms.map(({ input, data }) => [input.name, { dims: input.dims, data }])),
      ...Object.fromEntries(weights.map(({ name, data }) => [name, { dims: [], data }])),
      ...Object.fromEntries(slice(buffers.p, slots)),
    },
    into: {
      loss: { dims: [], data: new Float32Array(1) },
      ...Object.fromEntries(slice(buffers.g, moved, 'grad/')),
      ...Object.fromEntries(slice(buffers.running, running, 'running/')),
    },
  };
};

/** The steps of an epoch: those of whole batches, and the last one. */
export interface Steps {
  readonly full: Step;
  readonly last: Step;
  readonly paired: boolean;
}

export const createSteps = async (job: TrainingJob, buffers: Buffers, epoch: number): Promise<Steps> => {
  const { batchSize } = job.recipe;
  const paired = isPaired(job, epoch);
  const full = await createStep(job, buffers, batchSize, paired);
  const remainder = job.training.count % batchSize;
  return { full, last: remainder === 0 ? full : await createStep(job, buffers, remainder, paired), paired };
};

export const releaseSteps = async ({ full, last }: Steps): Promise<void> => {
  await full.session.release();
  if (last !== full) await last.session.release();
};

/** Moves the weights by the gradients of the step, counted from 1; running state takes the values of the step. */
export const moveWeights = (
  { optimizer = DEFAULT_OPTIMIZER }: Recipe,
  { p, g, running, optimizer: { arrays }, arena }: Buffers,
  step: number,
  learningRate: number,
): void => {
  const moved = p.length - running.length;
  optimizers.get(optimizer.type).step(optimizer, {
    parameters: p.subarray(0, moved),
    gradients: g.subarray(0, moved),
    state: Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, array.subarray(0, moved)])),
    step,
    learningRate,
    run: arena.kernels.run,
  });
  // Kernels work on four numbers at a time and may have touched the first of these.
  p.set(running, moved);
};

/**
 * Writes a batch's images, codes, labels and random numbers into the buffers that the graph reads; its images are in
 * `buffers.images`.
 */
export const fillBatch = (
  job: TrainingJob,
  buffers: Buffers,
  step: Step,
  order: Uint32Array,
  from: number,
  stepIndex: number,
  { warp, pairs }: Preparation,
): void => {
  const { arena, images: source, pixelSize, indices } = buffers;
  const { batchSize } = step.graph;
  const numbers = order.subarray(from, from + batchSize);
  for (let i = 0; i < batchSize; i++) indices[i] = source.holdsAll ? numbers[i] : i;
  const [rows] = step.graph.x;
  if (rows > batchSize) pairs?.draw(indices, batchSize, stepIndex);
  const images = job.codes ? buffers.target : buffers.x;
  gatherImages(arena, source.pixels, indices, rows, pixelSize, images);
  if (separateTarget(job)) buffers.target.set(buffers.x);
  if (job.codes) {
    const width = job.codes.training.length / job.training.count;
    for (let i = 0; i < batchSize; i++)
      buffers.x.set(job.codes.training.subarray(numbers[i] * width, (numbers[i] + 1) * width), i * width);
  } else if (step.graph.target && !separateTarget(job)) {
    writeOneHot(buffers.target, job.training.labels, numbers, step.graph.target);
  }
  if (step.graph.label) writeOneHot(buffers.label, job.training.labels, numbers, step.graph.label);
  const { dropoutEpochs = Number.POSITIVE_INFINITY, batchSize: stepSize } = job.recipe;
  const epochs = stepIndex / Math.ceil(job.training.count / stepSize);
  const epoch = Math.floor(epochs);
  for (const { schedule, data } of step.weights) data[0] = weightShare(schedule, epochs);
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

/** Labels of the images with the first numbers as rows of `classes` numbers. */
const writeOneHot = (out: Float32Array, labels: Labels, numbers: Uint32Array, [rows, classes]: Dims): void => {
  out.fill(0);
  for (let i = 0; i < rows; i++) out[i * classes + labels[numbers[i]]] = 1;
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
