/**
 * Looks at a trained network for the rules: how its codes lie, what hangs on them, what it draws.
 *
 * In: a model, a data set and its baselines. Out: an `Examination`. Nothing is diagnosed here.
 */

import { type Activation, activationBounds } from '../activations/index.ts';
import {
  type CodeExtent,
  type Codes,
  codeExtent,
  decodeCodes,
  inTurns,
  liesOnPlane,
  type RunnableModel,
} from '../codes/index.ts';
import {
  type Baselines,
  cellCounts,
  divergencePerDimension,
  meanByPart,
  otherRange,
  type PassOptions,
  predictPlane,
  predictReconstructions,
  reconstruct,
  summaryWork,
} from '../evaluation/index.ts';
import { borderOf, type Dataset, type ImageSet, imageSize, isLabelled, sliceSet } from '../images/index.ts';
import { outputActivation } from '../layers/index.ts';
import type { AutoencoderSpec } from '../network/index.ts';
import { deadDimensions } from './dead-dimensions.ts';
import type { DimensionStats, Examination, TrainingRecord } from './definition.ts';

/** What an examination knows beside model and images. */
export interface ExamineOptions extends PassOptions {
  /** Of the same data set; without it what the plane shows is not looked at. */
  readonly classifier?: RunnableModel | null;
  /** What is known of the training; null, or absent, of a model from elsewhere. */
  readonly training?: TrainingRecord | null;
}

/** Pictures that are looked at for what hangs on the code; more change no figure by more than a hundredth of it. */
const PROBED = 5_000;
const FEWEST_PROBED = 50;
/** Widest code of which all of them are probed dimension by dimension. */
const PROBED_WIDTH = 32;

/** Share of the range that counts as its end. */
const END = 0.01;

/** The activation that the code comes out of. */
export const codeActivation = ({ encoder }: AutoencoderSpec): Activation => outputActivation(encoder);

/** Share of images at an end, and for each dimension; nulls without ends. */
const endsOf = ({ values, count, size }: Codes, activation: Activation) => {
  const range = activationBounds(activation);
  if (range === null) return { corner: null, shares: new Array<number | null>(size).fill(null) };
  const [low, high] = range;
  const margin = END * (high - low);
  const atEnd = (value: number): boolean => value <= low + margin || value >= high - margin;
  const counts = new Array<number>(size).fill(0);
  let corners = 0;
  for (let i = 0; i < count; i++) {
    let here = 0;
    for (let d = 0; d < size; d++) {
      if (!atEnd(values[i * size + d])) continue;
      counts[d] += 1;
      here += 1;
    }
    if (here === size) corners += 1;
  }
  return { corner: corners / count, shares: counts.map((n): number | null => n / count) };
};

/** The commonest value of one dimension, to a thousandth of the largest extent of any. */
const commonestOf = ({ values, count, size }: Codes, d: number, step: number): { value: number; share: number } => {
  const counts = new Map<number, number>();
  let best = { key: 0, n: 0 };
  for (let i = 0; i < count; i++) {
    const key = step === 0 ? 0 : Math.round(values[i * size + d] / step);
    const n = (counts.get(key) ?? 0) + 1;
    counts.set(key, n);
    if (n > best.n) best = { key, n };
  }
  return { value: step === 0 ? values[d] : best.key * step, share: best.n / count };
};

const magnitude99 = ({ values, count, size }: Codes): number => {
  const largest = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    for (let d = 0; d < size; d++) largest[i] = Math.max(largest[i], Math.abs(values[i * size + d]));
  }
  return largest.sort()[Math.floor(0.99 * (count - 1))];
};

/** Share of the mesh that the densest cells take which together hold half of the images. */
const halfArea = (codes: Codes, extent: CodeExtent): number | null => {
  if (!liesOnPlane(codes.size)) return null;
  const cells = cellCounts(codes, extent).sort();
  let held = 0;
  let used = 0;
  while (held < codes.count / 2) held += cells[cells.length - ++used];
  return used / cells.length;
};

/** Sum over pixels of the variance over pictures `[count, pixels]`. */
const varianceOf = (
  pictures: { readonly [index: number]: number },
  count: number,
  pixels: number,
  scale = 1,
): number => {
  let total = 0;
  for (let p = 0; p < pixels; p++) {
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < count; i++) {
      const value = pictures[i * pixels + p] * scale;
      sum += value;
      squares += value * value;
    }
    total += Math.max(0, squares / count - (sum / count) ** 2);
  }
  return total;
};

interface Probe {
  readonly outputVariance: number;
  /** `[code size]`. */
  readonly effects: readonly number[];
}

const probe = async (model: RunnableModel, set: ImageSet, all: Codes, first: number): Promise<Probe> => {
  const { size } = all;
  // Each dimension is a pass of its own: of wide codes over fewer images.
  const count = Math.min(Math.max(FEWEST_PROBED, Math.floor(PROBED * Math.min(1, PROBED_WIDTH / size))), set.count);
  const pixels = imageSize(set);
  const codes = all.values.slice(first * size, (first + count) * size);
  const drawn = await decodeCodes(model, codes);
  const variance = varianceOf(drawn, count, pixels);
  const effects: number[] = [];
  for (let d = 0; d < size; d++) {
    const held = codes.slice();
    let mean = 0;
    for (let i = 0; i < count; i++) mean += codes[i * size + d] / count;
    for (let i = 0; i < count; i++) held[i * size + d] = mean;
    const without = await decodeCodes(model, held);
    let change = 0;
    for (let i = 0; i < drawn.length; i++) change += (drawn[i] - without[i]) ** 2;
    effects.push(variance === 0 ? 0 : change / count / variance);
  }
  const ofImages = varianceOf(set.pixels, count, pixels, 1 / 255);
  return { outputVariance: ofImages === 0 ? 0 : variance / ofImages, effects };
};

/** Mean of the border's values, 0..1, over some images. */
const meanBorder = (set: ImageSet): number => {
  const { pixels, count, channels } = sliceSet(set, 0, Math.min(set.count, PROBED));
  const border = borderOf(set);
  let sum = 0;
  for (let i = 0; i < count; i++)
    for (const place of border)
      for (let c = 0; c < channels; c++) sum += pixels[i * imageSize(set) + place * channels + c];
  return count === 0 ? 0 : sum / (count * border.length * channels) / 255;
};

const recallOf = async (model: RunnableModel, classifier: RunnableModel, set: ImageSet, classes: number) => {
  const predicted = await predictReconstructions(model, classifier, set);
  const right = new Array<number>(classes).fill(0);
  const of = new Array<number>(classes).fill(0);
  for (let i = 0; i < set.count; i++) {
    of[set.labels[i]] += 1;
    if (predicted[i] === set.labels[i]) right[set.labels[i]] += 1;
  }
  return right.map((n, label) => (of[label] === 0 ? Number.NaN : n / of[label]));
};

/** The strongest correlation of any two dimensions, some of them left out. */
const correlationWithout = async ({ values, count, size }: Codes, left: readonly number[]): Promise<number | null> => {
  const kept = Array.from({ length: size }, (_, d) => d).filter((d) => !left.includes(d));
  if (kept.length < 2) return null;
  const living: Codes = { values: new Float32Array(count * kept.length), count, size: kept.length };
  for (let i = 0; i < count; i++)
    for (let k = 0; k < kept.length; k++) living.values[i * kept.length + k] = values[i * size + kept[k]];
  return (await inTurns(summaryWork(living, codeExtent(living)))).correlation;
};

/**
 * Examines an autoencoder on a data set.
 *
 * @param baselines - over all images of the same data set.
 * @throws LatentError as `reconstruct`, `not-finite` among them.
 */
export const examine = async (
  model: RunnableModel,
  spec: AutoencoderSpec,
  dataset: Dataset,
  baselines: Baselines,
  { classifier = null, training = null, ...options }: ExamineOptions = {},
): Promise<Examination> => {
  const { errors, codes } = await reconstruct(model, dataset, options);
  const extent = codeExtent(codes);
  const activation = codeActivation(spec);
  const { corner, shares } = endsOf(codes, activation);
  const widest = Math.max(...extent.max.map((max, d) => max - extent.min[d]));
  const probed = dataset.test.count > 0 ? dataset.test : dataset.train;
  const { outputVariance, effects } = await probe(
    model,
    probed,
    codes,
    probed === dataset.test ? dataset.train.count : 0,
  );
  const mse = meanByPart(errors, dataset);
  const dimensions = effects.map((effect, d): DimensionStats => {
    const { value, share } = commonestOf(codes, d, widest / 1000);
    return {
      min: extent.min[d],
      max: extent.max[d],
      std: extent.std[d],
      commonest: value,
      commonestShare: share,
      saturatedShare: shares[d],
      effect,
    };
  });
  const summary = await inTurns(summaryWork(codes, extent));
  const dead = deadDimensions(dimensions, outputVariance);
  return {
    codeActivation: activation,
    code: { ...extent, ...summary },
    livingCorrelation: dead.length === 0 ? summary.correlation : await correlationWithout(codes, dead),
    dimensions,
    divergences: await divergencePerDimension(model, sliceSet(probed, 0, Math.min(probed.count, PROBED))),
    magnitude99: magnitude99(codes),
    cornerShare: corner,
    halfArea: halfArea(codes, extent),
    mse,
    baselines,
    outputVariance,
    ground: meanBorder(probed),
    otherRange: mse.all > baselines.meanImage ? await otherRange(model, probed) : null,
    classNames: dataset.classNames,
    plane: classifier && liesOnPlane(codes.size) ? await predictPlane(model, classifier, extent) : null,
    recall:
      classifier && isLabelled(dataset) ? await recallOf(model, classifier, probed, dataset.classNames.length) : null,
    keepsRunning: model.network.parameters.some(({ running }) => running === true),
    training,
  };
};
