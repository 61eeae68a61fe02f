/**
 * The class map: the classes that a classifier predicts for images decoded over the plane.
 *
 * In: an autoencoder, a classifier of the same images, bounds and a size. Out: a class and a confidence for each point
 * of the mesh. Which points are looked at is `refineMap`'s business.
 */

import {
  type CodePlane,
  codeSizeOf,
  codesOfPlane,
  codesOfPoints,
  decodeCodes,
  firstPlane,
  type PlaneBounds,
  type RefinedMap,
  type RefineOptions,
  type RunnableModel,
  refineMap,
} from '../codes/index.ts';
import { elementCount } from '../tensor/index.ts';
import { argMax } from './accuracy.ts';
import { withClassifier } from './class-predictions.ts';

/** Classes over a part of the plane; row 0 is the top, the largest y. */
export interface ClassMap extends RefinedMap {
  /** What part of the plane it is, code units. */
  readonly bounds: PlaneBounds;
}

/** Pictures at once: 25 MB of pixels. */
const CHUNK = 8192;

/** How closely the map is looked at. */
export interface ClassMapOptions extends RefineOptions {
  /** Looks at every point. */
  readonly exhaustive?: boolean;
  /** Through the code space; that of the first two dimensions of the code where absent. */
  readonly plane?: CodePlane;
}

/**
 * Decodes and classifies the plane.
 *
 * @param size - points along each side, 2 or more.
 * @throws LatentError `no-such-part`, `shape-mismatch`, `mesh-size` (input).
 */
export const classMap = async (
  model: RunnableModel,
  classifier: RunnableModel,
  bounds: PlaneBounds,
  size: number,
  { exhaustive = false, plane = firstPlane(codeSizeOf(model)), ...options }: ClassMapOptions = {},
): Promise<ClassMap> => {
  const pixels = elementCount(model.network.spec.inputShape);
  return withClassifier(classifier, pixels, async (classify, classes) => {
    const map = await refineMap(
      size,
      async (points) => {
        const labels = new Uint16Array(points.length);
        const confidence = new Float32Array(points.length);
        for (let from = 0; from < points.length; from += CHUNK) {
          const chunk = points.subarray(from, from + CHUNK);
          const pictures = await decodeCodes(model, codesOfPlane(plane, codesOfPoints(bounds, size, chunk)));
          const probabilities = await classify(pictures, chunk.length);
          for (let i = 0; i < chunk.length; i++) {
            const best = argMax(probabilities, i * classes, classes);
            labels[from + i] = best;
            confidence[from + i] = probabilities[i * classes + best];
          }
        }
        return { labels, confidence };
      },
      exhaustive ? { ...options, stride: 1 } : options,
    );
    return { ...map, bounds };
  });
};
