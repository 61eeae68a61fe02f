/**
 * Which images are trained on, which are held out, and in what order they come.
 *
 * In: an image set, a seed. Out: other image sets or orders of indices; the same on every platform, because all
 * randomness comes from `random.ts` at the addresses `validation-split` and `epoch-order`.
 */
import { inputError } from '../errors.ts';
import { RandomStream } from '../random/random.ts';
import { joinLabels } from './labels.ts';
import { imageSize, sameImageShape, shapeWords } from './shape.ts';
import type { ImageSet } from './types.ts';

/** How many images are held out, and which. */
export interface SplitOptions {
  /** Share of the images held out, 0 (none) to below 1. */
  readonly fraction: number;
  /** `end`: the last images, as Keras does. `shuffled`: a seeded choice, kept in file order. */
  readonly from?: 'end' | 'shuffled';
  /** Of the choice that is `shuffled`; default 0. */
  readonly seed?: number;
}

/** Places of the images in their set, ascending; no image is in both. */
export interface SplitIndices {
  /** Of the images to train on. */
  readonly training: Uint32Array;
  /** Of the images held out. */
  readonly validation: Uint32Array;
}

/**
 * Indices of a train and validation split; both ascending, together `0 .. count-1`.
 * `training.length = floor(count * (1 - fraction))`, as in Keras.
 *
 * @throws LatentError (input) `validation-split` if the fraction is out of range or leaves no training image.
 */
export function splitIndices(count: number, { fraction, from = 'end', seed = 0 }: SplitOptions): SplitIndices {
  if (!(fraction >= 0 && fraction < 1)) {
    throw inputError('validation-split', { expected: 'a share from 0 to below 1', got: `${fraction}` });
  }
  const kept = Math.floor(count * (1 - fraction));
  if (kept === 0)
    throw inputError('validation-split', {
      problem: `a share of ${fraction} leaves none of ${count} images to train on`,
    });
  const order = from === 'end' ? ascending(count) : new RandomStream(seed, 'validation-split').permutation(count);
  return { training: order.slice(0, kept).sort(), validation: order.slice(kept).sort() };
}

/**
 * A train and validation split of the images themselves; `end` shares memory with `set`, `shuffled` copies.
 *
 * @throws LatentError (input) `validation-split` as `splitIndices`.
 */
export function splitSet(set: ImageSet, options: SplitOptions): { training: ImageSet; validation: ImageSet } {
  const { training, validation } = splitIndices(set.count, options);
  if (options.from === 'shuffled')
    return { training: takeImages(set, training), validation: takeImages(set, validation) };
  return { training: sliceSet(set, 0, training.length), validation: sliceSet(set, training.length, set.count) };
}

/** Images `begin .. end-1`, sharing memory with `set`. */
export function sliceSet(set: ImageSet, begin: number, end: number): ImageSet {
  const size = imageSize(set);
  const pixels = set.pixels.subarray(begin * size, end * size);
  return { ...set, pixels, labels: set.labels.subarray(begin, end), count: end - begin };
}

/** Copies the images with these indices, in this order. */
export function takeImages(set: ImageSet, indices: Uint32Array): ImageSet {
  const size = imageSize(set);
  const pixels = new Uint8Array(indices.length * size);
  const labels = new (set.labels instanceof Uint8Array ? Uint8Array : Uint16Array)(indices.length);
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i] * size;
    pixels.set(set.pixels.subarray(from, from + size), i * size);
    labels[i] = set.labels[indices[i]];
  }
  return { ...set, pixels, labels, count: indices.length };
}

/**
 * Training and test images in one set, training first.
 *
 * @throws LatentError (input) `idx-shape-mismatch` if the images differ in size.
 */
export function mergeSets(train: ImageSet, test: ImageSet): ImageSet {
  if (!sameImageShape(train, test)) {
    throw inputError('idx-shape-mismatch', {
      problem: `training images of ${shapeWords(train)}, test images of ${shapeWords(test)}`,
    });
  }
  const pixels = new Uint8Array(train.pixels.length + test.pixels.length);
  pixels.set(train.pixels);
  pixels.set(test.pixels, train.pixels.length);
  const labels = joinLabels(train.labels, test.labels);
  return { ...train, pixels, labels, count: train.count + test.count };
}

/**
 * The order in which an epoch visits the training images: ascending, or a permutation that depends only on
 * `(seed, epoch)`, so that a resumed run goes on with the same batches.
 *
 * @param epoch - 0 for the first.
 * @returns `[count]`.
 */
export function epochOrder(count: number, seed: number, epoch: number, shuffle: boolean): Uint32Array {
  return shuffle ? new RandomStream(seed, 'epoch-order', epoch).permutation(count) : ascending(count);
}

function ascending(count: number): Uint32Array {
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  return order;
}
