/**
 * The codes of a data set: where every image lies on the plane.
 *
 * In: a model and image sets. Out: one flat array of codes in the order of the images, and its extent. Images are
 * turned into numbers batch by batch, so that memory does not grow with the set beyond the codes themselves.
 */

import { workError } from '../errors.ts';
import type { ImageSet } from '../images/index.ts';
import { requireImages } from '../network/index.ts';
import { pixelFiller } from '../runtime/index.ts';
import { codeSizeOf, type RunnableModel, withInference } from './model.ts';

/** Codes of many images. */
export interface Codes {
  /** `[count, size]`, row by row, code units. */
  readonly values: Float32Array;
  /** How many. */
  readonly count: number;
  /** Numbers in one code; 2 for a plane. */
  readonly size: number;
}

/** Extent of codes in each dimension, code units. */
export interface CodeExtent {
  /** `[size]`. */
  readonly min: readonly number[];
  /** `[size]`. */
  readonly max: readonly number[];
  /** `[size]`, population standard deviation. */
  readonly std: readonly number[];
}

/** What encoding may be given beside model and images. */
export interface EncodeOptions {
  /** Told how many images are encoded. */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Encodes all images of `sets`, one set after the other.
 *
 * @returns codes in the order of the images; the mean of a Gaussian code.
 * @throws LatentError `no-such-part`, `shape-mismatch` (input); `not-finite` (work) where a code is no number.
 */
export const encodeSets = async (
  model: RunnableModel,
  sets: readonly ImageSet[],
  { onProgress }: EncodeOptions = {},
): Promise<Codes> => {
  const size = codeSizeOf(model);
  for (const set of sets) requireImages(model, set);
  const count = sets.reduce((sum, set) => sum + set.count, 0);
  const values = new Float32Array(count * size);
  await withInference(model, 'encoder', async (inference) => {
    let done = 0;
    for (const set of sets) {
      await inference.each(
        set.count,
        pixelFiller(set.pixels, inference.inputSize),
        ({ code }, from, to) => {
          values.set(code.subarray(0, (to - from) * size), done * size);
          done += to - from;
          onProgress?.(done, count);
        },
        set.labels,
      );
    }
  });
  const codes = { values, count, size };
  requireFinite(codes, model.network.spec.id);
  return codes;
};

/** @throws LatentError `not-finite` (work) if any code is infinite or no number. */
export const requireFinite = ({ values, count, size }: Codes, id: string): void => {
  let bad = 0;
  for (let i = 0; i < count; i++) {
    if (!values.subarray(i * size, (i + 1) * size).every(Number.isFinite)) bad += 1;
  }
  if (bad === 0) return;
  throw workError('not-finite', {
    at: { network: id },
    problem: `${bad} of ${count} codes are not finite numbers`,
    hint: 'train it again with a lower learning rate',
  });
};

/**
 * Smallest, largest and standard deviation of the codes in each dimension, in double precision.
 *
 * @throws LatentError `no-codes` (work) of no codes at all.
 */
export const codeExtent = ({ values, count, size }: Codes): CodeExtent => {
  if (count === 0)
    throw workError('no-codes', { problem: 'there are no codes to measure', hint: 'encode at least one image' });
  const min = new Array<number>(size).fill(Number.POSITIVE_INFINITY);
  const max = new Array<number>(size).fill(Number.NEGATIVE_INFINITY);
  const mean = new Array<number>(size).fill(0);
  for (let i = 0; i < values.length; i++) {
    const d = i % size;
    min[d] = Math.min(min[d], values[i]);
    max[d] = Math.max(max[d], values[i]);
    mean[d] += values[i] / count;
  }
  // The rounding of a sum must not give a direction without extent a deviation.
  for (let d = 0; d < size; d++) if (min[d] === max[d]) mean[d] = min[d];
  const variance = new Array<number>(size).fill(0);
  for (let i = 0; i < values.length; i++) variance[i % size] += (values[i] - mean[i % size]) ** 2 / count;
  return { min, max, std: variance.map(Math.sqrt) };
};
