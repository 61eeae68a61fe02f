/**
 * What a classifier predicts for images that a network draws: for reconstructions, and for a mesh over the plane.
 *
 * In: an autoencoder and a classifier of images of one size. Out: shares and confidences. How good the classifier is
 * bounds what these say; `classifyRight` tells.
 */

import {
  type CodePlane,
  codeSizeOf,
  codesOfPlane,
  decodeEach,
  firstPlane,
  meshCodes,
  type PlaneBounds,
  type RunnableModel,
  withInference,
} from '../codes/index.ts';
import { inputError } from '../errors.ts';
import { type ImageSet, imageSize, type Labels, narrowLabels } from '../images/index.ts';
import { partOf, requireImages } from '../network/index.ts';
import { pixelFiller } from '../runtime/index.ts';
import { elementCount } from '../tensor/index.ts';
import { argMax } from './accuracy.ts';

/** Class probabilities of pictures `[count, pixels]`, which may lie beyond 0..1 as the network draws them. */
type ClassifyImages = (pictures: Float32Array, count: number) => Promise<Float32Array>;

/** Runs `work` with the classifier at hand. */
export const withClassifier = async <Result>(
  classifier: RunnableModel,
  pixels: number,
  work: (classify: ClassifyImages, classes: number) => Promise<Result>,
): Promise<Result> => {
  const { inputShape, outputShape } = partOf(classifier.network, 'classifier');
  if (elementCount(inputShape) !== pixels) {
    throw inputError('shape-mismatch', {
      problem: `network "${classifier.network.spec.id}" takes images of [${inputShape.join(', ')}], got ${pixels} pixels`,
      hint: 'take a classifier of the same data set',
    });
  }
  return withInference(classifier, 'classifier', (inference) => {
    const classify: ClassifyImages = async (pictures, count) =>
      (await inference.run(pictures.subarray(0, count * pixels))).probabilities;
    return work(classify, elementCount(outputShape));
  });
};

/**
 * The classes that a classifier predicts for reconstructions of images.
 *
 * @returns `[count]`, class numbers.
 * @throws LatentError `no-such-part`, `shape-mismatch` (input).
 */
export const predictReconstructions = (
  model: RunnableModel,
  classifier: RunnableModel,
  set: ImageSet,
): Promise<Labels> => {
  requireImages(model, set);
  return withClassifier(classifier, imageSize(set), async (classify, classes) => {
    const predicted = new Array<number>(set.count);
    await withInference(model, 'autoencoder', (inference) =>
      inference.each(
        set.count,
        pixelFiller(set.pixels, imageSize(set)),
        async ({ reconstruction }, from, to) => {
          const probabilities = await classify(reconstruction, to - from);
          for (let i = from; i < to; i++) predicted[i] = argMax(probabilities, (i - from) * classes, classes);
        },
        set.labels,
      ),
    );
    return narrowLabels(predicted);
  });
};

/**
 * Classifier agreement: the share of images for whose reconstruction the classifier predicts the image's label.
 *
 * @throws LatentError as `predictReconstructions`.
 */
export const classifierAgreement = async (
  model: RunnableModel,
  classifier: RunnableModel,
  set: ImageSet,
): Promise<number> => {
  const predicted = await predictReconstructions(model, classifier, set);
  let right = 0;
  for (let i = 0; i < set.count; i++) if (predicted[i] === set.labels[i]) right += 1;
  return right / set.count;
};

/** What a classifier predicts on a mesh over the plane. */
export interface PlanePrediction {
  /** Points along each side. */
  readonly size: number;
  /** Mean over the mesh of the most probable class's probability. */
  readonly meanConfidence: number;
  /** `[classes]`, share of the mesh where each class is the most probable. */
  readonly classShares: readonly number[];
}

/** Points along each side of the mesh that an evaluation decodes. */
export const PREDICTION_SIZE = 100;

/** Which plane is looked at, and how closely. */
export interface PredictPlaneOptions {
  /** Points along each side; default `PREDICTION_SIZE`. */
  readonly size?: number;
  /** Through the code space; that of the first two dimensions of the code where absent. */
  readonly plane?: CodePlane;
}

/**
 * Decodes a mesh over `bounds` and classifies every image of it.
 *
 * @throws LatentError `no-such-part`, `shape-mismatch`, `mesh-size` (input).
 */
export const predictPlane = async (
  model: RunnableModel,
  classifier: RunnableModel,
  bounds: PlaneBounds,
  { size = PREDICTION_SIZE, plane = firstPlane(codeSizeOf(model)) }: PredictPlaneOptions = {},
): Promise<PlanePrediction> => {
  const pixels = elementCount(model.network.spec.inputShape);
  return withClassifier(classifier, pixels, async (classify, classes) => {
    const counts = new Array<number>(classes).fill(0);
    let confidence = 0;
    await decodeEach(model, codesOfPlane(plane, meshCodes(bounds, size)), async (images, from, to) => {
      const probabilities = await classify(images, to - from);
      for (let i = 0; i < to - from; i++) {
        const best = argMax(probabilities, i * classes, classes);
        counts[best] += 1;
        confidence += probabilities[i * classes + best];
      }
    });
    const points = size * size;
    return { size, meanConfidence: confidence / points, classShares: counts.map((count) => count / points) };
  });
};
