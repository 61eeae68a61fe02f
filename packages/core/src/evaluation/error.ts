/**
 * Reconstruction error of an autoencoder, image by image and summed up.
 *
 * In: a model and a data set. Out: the error of each image, its means over the official parts and the classes, and the
 * codes that were met on the way. One pass over the images, batch by batch.
 */

import { type Codes, codeSizeOf, type RunnableModel, withInference } from '../codes/index.ts';
import { workError } from '../errors.ts';
import type { Dataset, ImageSet } from '../images/index.ts';
import { requireImages } from '../network/index.ts';
import { pixelFiller } from '../runtime/index.ts';

/** Mean over images and pixels of the squared difference, pixels 0..1. */
export interface ErrorByPart {
  /** Of the official training images. */
  readonly train: number;
  /** Of the official test images. */
  readonly test: number;
  /** Of both together, every image weighing the same. */
  readonly all: number;
}

/** Errors and codes of every image of both sets. */
export interface Reconstructions {
  /** `[count]`, error of each image: mean over its pixels; training images first. */
  readonly errors: Float64Array;
  /** `[count, codeSize]`, training images first. */
  readonly codes: Codes;
}

/** What a pass over images may be given. */
export interface PassOptions {
  /** Told how many images are done. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** The image sets of a data set in the order in which images are numbered: training first. */
export const officialSets = ({ train, test }: Dataset): readonly ImageSet[] => [train, test];

/**
 * Encodes and decodes every image: `error_i = 1/P sum_p (y_ip - x_ip)^2`, `x` the image, `y` its reconstruction, `P`
 * pixels; differences and sums in double precision.
 *
 * @throws LatentError `no-such-part`, `shape-mismatch` (input); `not-finite` (work) where an error is no number.
 */
export const reconstruct = (
  model: RunnableModel,
  dataset: Dataset,
  options: PassOptions = {},
): Promise<Reconstructions> => reconstructSets(model, officialSets(dataset), options);

/** The same of sets of images, one after another. @throws LatentError as `reconstruct`. */
export const reconstructSets = async (
  model: RunnableModel,
  sets: readonly ImageSet[],
  { onProgress }: PassOptions = {},
): Promise<Reconstructions> => {
  const size = codeSizeOf(model);
  for (const set of sets) requireImages(model, set);
  const count = sets.reduce((sum, set) => sum + set.count, 0);
  const errors = new Float64Array(count);
  const values = new Float32Array(count * size);
  await withInference(model, 'autoencoder', async (inference) => {
    const pixels = inference.inputSize;
    let done = 0;
    for (const set of sets) {
      await inference.each(
        set.count,
        pixelFiller(set.pixels, pixels),
        ({ code, reconstruction }, from, to) => {
          values.set(code.subarray(0, (to - from) * size), done * size);
          for (let i = from; i < to; i++) {
            errors[done++] = imageError(reconstruction, (i - from) * pixels, set.pixels, i * pixels, pixels);
          }
          onProgress?.(done, count);
        },
        set.labels,
      );
    }
  });
  const bad = errors.findIndex((error) => !Number.isFinite(error));
  if (bad >= 0) {
    throw workError('not-finite', {
      at: { network: model.network.spec.id },
      problem: `the reconstruction of image ${bad} is not a finite number`,
      hint: 'train it again with a lower learning rate',
    });
  }
  return { errors, codes: { values, count, size } };
};

const imageError = (y: Float32Array, at: number, x: Uint8Array, start: number, pixels: number): number => {
  let sum = 0;
  for (let p = 0; p < pixels; p++) {
    const difference = y[at + p] - x[start + p] / 255;
    sum += difference * difference;
  }
  return sum / pixels;
};

/** Means over training images, test images and all; `values` as `[train + test]`. NaN of a part without images. */
export const meanByPart = (values: Float64Array, { train, test }: Dataset): ErrorByPart => {
  const mean = (from: number, to: number): number => {
    let sum = 0;
    for (let i = from; i < to; i++) sum += values[i];
    return sum / (to - from);
  };
  const count = train.count + test.count;
  return { train: mean(0, train.count), test: mean(train.count, count), all: mean(0, count) };
};

/** Means over the images of each class, training and test together: `[classes]`. NaN of a class without images. */
export const meanByClass = (values: Float64Array, dataset: Dataset): readonly number[] => {
  const sums = new Float64Array(dataset.classNames.length);
  const counts = new Float64Array(dataset.classNames.length);
  let i = 0;
  for (const { labels, count } of officialSets(dataset)) {
    for (let j = 0; j < count; j++) {
      sums[labels[j]] += values[i++];
      counts[labels[j]] += 1;
    }
  }
  return Array.from(sums, (sum, label) => sum / counts[label]);
};
