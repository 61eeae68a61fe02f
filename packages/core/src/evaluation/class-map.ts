/**
 * The class map: the classes that a classifier predicts for images decoded over the plane.
 *
 * In: an autoencoder, a classifier of the same images, bounds and a size. Out: a class and a confidence for each point
 * of the mesh. Which points are looked at is `refineMap`'s business.
 */

import {
  type CodePlane,
  codeLine,
  codeSizeOf,
  codesOfPlane,
  codesOfPoints,
  decodeCodes,
  firstPlane,
  type LabelledPoints,
  PLANE_DIMENSIONS,
  type PlaneBounds,
  type RefinedMap,
  type RefineOptions,
  type RunnableModel,
  refineMap,
} from '../codes/index.ts';
import { narrowLabels } from '../images/index.ts';
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
  return withPointClassifier(model, classifier, plane, async (label) => {
    const map = await refineMap(
      size,
      (points) => label(codesOfPoints(bounds, size, points)),
      exhaustive ? { ...options, stride: 1 } : options,
    );
    return { ...map, bounds };
  });
};

/** Classes along a line. */
export interface ClassLine extends LabelledPoints {
  /** Lowest and highest code. */
  readonly bounds: readonly [number, number];
}

/**
 * Decodes and classifies codes of one number, evenly spaced.
 *
 * @param size - points, both bounds among them.
 * @throws LatentError `no-such-part`, `shape-mismatch` (input).
 */
export const classLine = async (
  model: RunnableModel,
  classifier: RunnableModel,
  [low, high]: readonly [number, number],
  size: number,
): Promise<ClassLine> => {
  const points = new Float32Array(PLANE_DIMENSIONS * size);
  for (let i = 0; i < size; i++) {
    const share = i / (size - 1);
    points[PLANE_DIMENSIONS * i] = low * (1 - share) + high * share;
  }
  const found = await withPointClassifier(model, classifier, codeLine(), (label) => label(points));
  return { labels: narrowLabels(found.labels), confidence: found.confidence, bounds: [low, high] };
};

/** Points `[count, 2]` to the classes of what is decoded there. */
type LabelPlane = (points: Float32Array) => Promise<LabelledPoints>;

const withPointClassifier = <Result>(
  model: RunnableModel,
  classifier: RunnableModel,
  plane: CodePlane,
  work: (label: LabelPlane) => Promise<Result>,
): Promise<Result> =>
  withClassifier(classifier, elementCount(model.network.spec.inputShape), (classify, classes) =>
    work(async (points) => {
      const count = points.length / PLANE_DIMENSIONS;
      const labels = new Uint16Array(count);
      const confidence = new Float32Array(count);
      for (let from = 0; from < count; from += CHUNK) {
        const chunk = points.subarray(PLANE_DIMENSIONS * from, PLANE_DIMENSIONS * (from + CHUNK));
        const pictures = await decodeCodes(model, codesOfPlane(plane, chunk));
        const probabilities = await classify(pictures, chunk.length / PLANE_DIMENSIONS);
        for (let i = 0; from + i < count && i < CHUNK; i++) {
          const best = argMax(probabilities, i * classes, classes);
          labels[from + i] = best;
          confidence[from + i] = probabilities[i * classes + best];
        }
      }
      return { labels, confidence };
    }),
  );
