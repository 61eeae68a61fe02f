/**
 * Where codes are drawn: on a plane at their nearest points, on a line stacked by how many lie beside them.
 *
 * In: a plane and codes. Out: points `[count, 2]`. A line has no second direction: what is drawn there says how dense the
 * codes are, and no code is read from it.
 */
import { type CodePlane, isLine, PLANE_DIMENSIONS, pointsOfCodes } from './code-plane.ts';
import type { Codes } from './codes.ts';

/** Along a line: fine enough for its peaks, coarse enough that a bin holds images. */
const BINS = 100;
/** Multiples of it, without their whole part, fill 0 to 1 evenly from the first one on. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** Heights over a line: within each bin spread evenly from 0 to its share of the fullest bin. */
const stacked = (points: Float32Array): void => {
  const count = points.length / PLANE_DIMENSIONS;
  let [min, max] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < count; i++) {
    min = Math.min(min, points[2 * i]);
    max = Math.max(max, points[2 * i]);
  }
  const binOf = (x: number): number =>
    max > min ? Math.min(BINS - 1, Math.floor(((x - min) / (max - min)) * BINS)) : 0;
  const counts = new Uint32Array(BINS);
  for (let i = 0; i < count; i++) counts[binOf(points[2 * i])] += 1;
  const most = counts.reduce((best, each) => Math.max(best, each), 1);
  const ranks = new Uint32Array(BINS);
  for (let i = 0; i < count; i++) {
    const bin = binOf(points[2 * i]);
    ranks[bin] += 1;
    points[2 * i + 1] = ((ranks[bin] * GOLDEN) % 1) * (counts[bin] / most);
  }
};

/**
 * The points at which codes are drawn.
 *
 * @returns `[count, 2]`; where points are codes, the codes themselves. Of a line the second number is a height, 0 to 1: dots
 *   are stacked as high as the codes are dense.
 */
export const shownPoints = (plane: CodePlane, codes: Codes): Float32Array => {
  const points = pointsOfCodes(plane, codes);
  if (isLine(plane)) stacked(points);
  return points;
};
