/**
 * The loss of a network on images that it may not have been trained on: what its training minimised, part by part.
 *
 * In: a model and an image set. Out: plain numbers. One pass over the images, batch by batch.
 */
import type { RunnableModel } from '../codes/index.ts';
import { internalError } from '../errors.ts';
import { type ImageSet, imageSize } from '../images/index.ts';
import { lossParts, reconstructionWords } from '../losses/index.ts';
import { compileLoss, requireImages } from '../network/index.ts';
import { RandomStream } from '../random/index.ts';
import { parameterFeeds, pixelFiller } from '../runtime/index.ts';
import { fillOneHot } from '../runtime/inference.ts';
import { elementCount, type Feeds, type Session, type TensorData } from '../tensor/index.ts';

/** A part of a loss. */
export interface LossPart {
  /** `binary cross-entropy summed over pixels` */
  readonly name: string;
  /** What it is multiplied by in the sum: that of the last epochs, where it changes. */
  readonly weight: number;
  /** Mean over the images, before the weight; null of a term that learns from pairs of images. */
  readonly value: number | null;
}

/** The loss of an image set. */
export interface MeasuredLoss {
  /** Sum of the parts times their weights; null where a part is. */
  readonly value: number | null;
  /** The reconstruction error, then the terms. */
  readonly parts: readonly LossPart[];
}

/** How a loss is measured. */
export interface LossOptions {
  /** Of the noise of Gaussian codes, of which one sample of each image is taken; default 1. */
  readonly seed?: number;
  /** Told how many images are done. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** Also what terms over a batch see of each other. */
const BATCH = 500;

interface Batches {
  readonly outputs: readonly string[];
  run(from: number, to: number, index: number): Promise<Readonly<Record<string, number>>>;
  release(): Promise<void>;
}

const scalar = (outputs: Awaited<ReturnType<Session['run']>>, name: string): number => {
  const data = outputs[name]?.data;
  if (!(data instanceof Float32Array)) throw internalError(`the loss graph gave no float32 "${name}"`);
  return data[0];
};

const createBatches = async (model: RunnableModel, set: ImageSet, rows: number, seed: number): Promise<Batches> => {
  const { network, weights, runtime, threads } = model;
  const graph = compileLoss(network, rows);
  const session = await runtime.createSession(graph.bytes, { threads });
  const tensor = (dims: readonly number[]): TensorData<Float32Array> => ({
    dims,
    data: new Float32Array(elementCount(dims)),
  });
  const x = tensor(graph.x);
  const label = graph.label && tensor(graph.label);
  const randoms = graph.randoms.map((random) => ({ random, tensor: tensor(random.dims) }));
  const feeds: Feeds = {
    x,
    ...(label ? { label } : {}),
    ...Object.fromEntries(randoms.map(({ random, tensor: noise }) => [random.name, noise])),
    ...parameterFeeds(network, graph.parameters, weights),
  };
  const fill = pixelFiller(set.pixels, imageSize(set));
  const outputs = Object.keys(graph.outputs);
  return {
    outputs,
    run: async (from, to, index) => {
      fill(x.data, from, to);
      if (label) fillOneHot(label.data, label.dims[1], rows, (row) => set.labels[from + row] ?? 0);
      for (const { random, tensor: noise } of randoms) {
        if (random.kind !== 'normal') throw internalError(`the loss draws "${random.name}"`);
        new RandomStream(seed, `loss/${random.name}`, index).fillNormal(noise.data, random.std);
      }
      const values = await session.run(feeds);
      return Object.fromEntries(outputs.map((name) => [name, scalar(values, name)]));
    },
    release: () => session.release(),
  };
};

const sumsOf = async (model: RunnableModel, set: ImageSet, { seed = 1, onProgress }: LossOptions) => {
  const sums = new Map<string, number>();
  for (let from = 0; from < set.count; ) {
    const rows = Math.min(BATCH, set.count - from);
    const batches = await createBatches(model, set, rows, seed);
    try {
      for (; from + rows <= set.count; from += rows) {
        const values = await batches.run(from, from + rows, Math.floor(from / BATCH));
        for (const [name, value] of Object.entries(values)) sums.set(name, (sums.get(name) ?? 0) + value * rows);
        onProgress?.(from + rows, set.count);
      }
    } finally {
      await batches.release();
    }
  }
  return sums;
};

/**
 * Measures the loss of an autoencoder: `reconstruction + sum_t weight_t term_t`, each a mean over the images, with one
 * sample of each Gaussian code, without dropout and noise, and with the running state of batch normalisation.
 *
 * @throws LatentError `no-such-part`, `shape-mismatch` (input).
 */
export const measureLoss = async (
  model: RunnableModel,
  set: ImageSet,
  options: LossOptions = {},
): Promise<MeasuredLoss> => {
  requireImages(model, set);
  const loss = lossParts(model.network.spec.loss);
  const sums = await sumsOf(model, set, options);
  const mean = (name: string): number | null => {
    const sum = sums.get(name);
    return sum === undefined ? null : sum / set.count;
  };
  const parts: readonly LossPart[] = [
    { name: reconstructionWords(loss), weight: 1, value: mean('reconstruction') },
    ...loss.terms.map(({ spec, of }, i) => ({ name: of.name, weight: spec.weight, value: mean(`term/${i}`) })),
  ];
  const complete = set.count > 0 && parts.every(({ value }) => value !== null);
  return {
    value: complete ? parts.reduce((sum, { value, weight }) => sum + weight * (value ?? 0), 0) : null,
    parts,
  };
};
