/**
 * What a classifier makes of the pictures that a network draws: of test images drawn again, and of a mesh over the plane.
 *
 * In: an autoencoder and a classifier of images of one size. Out: shares and confidences. How good the classifier is
 * bounds what these say; `classifyRight` tells.
 */

import {
  decodeEach,
  meshCodes,
  type PlaneBounds,
  type RunnableModel,
  requireImages,
  withInference,
} from '../codes/index.ts';
import { inputError } from '../errors.ts';
import type { ImageSet } from '../images/index.ts';
import { partOf } from '../network/index.ts';
import { pixelFiller } from '../runtime/index.ts';
import { elementCount } from '../tensor/index.ts';
import { argMax } from './accuracy.ts';

/** Class probabilities of pictures `[count, pixels]`, which may lie beyond 0..1 as the network draws them. */
type Judge = (pictures: Float32Array, count: number) => Promise<Float32Array>;

/** Runs `work` with a judge of pictures. */
export const withJudge = async <Result>(
  classifier: RunnableModel,
  pixels: number,
  work: (judge: Judge, classes: number) => Promise<Result>,
): Promise<Result> => {
  const { inputShape, outputShape } = partOf(classifier.network, 'classifier');
  if (elementCount(inputShape) !== pixels) {
    throw inputError('shape-mismatch', {
      problem: `network "${classifier.network.spec.id}" reads images of [${inputShape.join(', ')}], got ${pixels} pixels`,
      hint: 'take a classifier of the same data set',
    });
  }
  return withInference(classifier, 'classifier', (inference) => {
    const judge: Judge = async (pictures, count) =>
      (await inference.run(pictures.slice(0, count * pixels))).probabilities;
    return work(judge, elementCount(outputShape));
  });
};

/**
 * What the classifier reads in the reconstructions of images.
 *
 * @returns `[count]`, class numbers.
 * @throws LatentError `no-such-part`, `shape-mismatch` (input).
 */
export const readReconstructions = (
  model: RunnableModel,
  classifier: RunnableModel,
  set: ImageSet,
): Promise<Uint8Array> => {
  requireImages(model, set);
  return withJudge(classifier, set.height * set.width, async (judge, classes) => {
    const pixels = set.height * set.width;
    const drawn = new Float32Array(set.count * pixels);
    await withInference(model, 'autoencoder', (inference) =>
      inference.each(set.count, pixelFiller(set.pixels, pixels), ({ reconstruction }, from, to) => {
        drawn.set(reconstruction.subarray(0, (to - from) * pixels), from * pixels);
      }),
    );
    const probabilities = await judge(drawn, set.count);
    return Uint8Array.from({ length: set.count }, (_, i) => argMax(probabilities, i * classes, classes));
  });
};

/**
 * Share of images whose reconstruction the classifier reads as the image's label.
 *
 * @throws LatentError as `readReconstructions`.
 */
export const recognisableShare = async (
  model: RunnableModel,
  classifier: RunnableModel,
  set: ImageSet,
): Promise<number> => {
  const read = await readReconstructions(model, classifier, set);
  return read.reduce((right, label, i) => right + (label === set.labels[i] ? 1 : 0), 0) / set.count;
};

/** What the classifier sees on a mesh over the plane. */
export interface PlaneReading {
  /** Points along each side. */
  readonly size: number;
  /** Mean over the mesh of the most probable class's probability. */
  readonly meanConfidence: number;
  /** `[classes]`, share of the mesh where each class is the most probable. */
  readonly classShares: readonly number[];
}

/** Points along each side of the mesh that an evaluation reads. */
export const READING_SIZE = 100;

/**
 * Decodes a mesh over `bounds` and reads every picture of it.
 *
 * @throws LatentError `no-such-part`, `shape-mismatch`, `mesh-size` (input).
 */
export const readPlane = (
  model: RunnableModel,
  classifier: RunnableModel,
  bounds: PlaneBounds,
  size: number = READING_SIZE,
): Promise<PlaneReading> => {
  const pixels = elementCount(model.network.spec.inputShape);
  return withJudge(classifier, pixels, async (judge, classes) => {
    const drawn = new Float32Array(size * size * pixels);
    await decodeEach(model, meshCodes(bounds, size), (images, from, to) => {
      drawn.set(images.subarray(0, (to - from) * pixels), from * pixels);
    });
    const probabilities = await judge(drawn, size * size);
    const counts = new Array<number>(classes).fill(0);
    let confidence = 0;
    for (let i = 0; i < size * size; i++) {
      const best = argMax(probabilities, i * classes, classes);
      counts[best] += 1;
      confidence += probabilities[i * classes + best];
    }
    const points = size * size;
    return { size, meanConfidence: confidence / points, classShares: counts.map((count) => count / points) };
  });
};
