/**
 * Accuracy of a classifier: whether it predicts the label of an image.
 *
 * In: a classifier and a data set. Out: whether each image was classified right, to be averaged by part or class.
 */

import { type RunnableModel, withInference } from '../codes/index.ts';
import type { Dataset } from '../images/index.ts';
import { partOf, requireImages } from '../network/index.ts';
import { pixelFiller } from '../runtime/index.ts';
import { elementCount } from '../tensor/index.ts';
import { officialSets, type PassOptions } from './error.ts';

/** The index of the largest number of `values[at .. at + count)`; the first of equals. */
export const argMax = (values: Float32Array, at: number, count: number): number => {
  let best = 0;
  for (let i = 1; i < count; i++) if (values[at + i] > values[at + best]) best = i;
  return best;
};

/**
 * Classifies every image of both sets.
 *
 * @returns `[count]`, 1 where the most probable class is the label, else 0; training images first.
 * @throws LatentError `no-such-part` for an autoencoder, `shape-mismatch` (input).
 */
export const classifyRight = async (
  model: RunnableModel,
  dataset: Dataset,
  { onProgress }: PassOptions = {},
): Promise<Float64Array> => {
  const sets = officialSets(dataset);
  const classes = elementCount(partOf(model.network, 'classifier').outputShape);
  for (const set of sets) requireImages(model, set);
  const right = new Float64Array(sets.reduce((sum, set) => sum + set.count, 0));
  await withInference(model, 'classifier', async (inference) => {
    let done = 0;
    for (const set of sets) {
      await inference.each(set.count, pixelFiller(set.pixels, inference.inputSize), ({ probabilities }, from, to) => {
        for (let i = from; i < to; i++) {
          right[done++] = Number(argMax(probabilities, (i - from) * classes, classes) === set.labels[i]);
        }
        onProgress?.(done, right.length);
      });
    }
  });
  return right;
};
