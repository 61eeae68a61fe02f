/**
 * Traversals: one number of a code changes over the values that the data have, the others stay.
 *
 * In: codes of a data set, a code to begin with. Out: which dimensions, in what order, over which values, and the codes.
 */

import { PLANE_DIMENSIONS } from './code-plane.ts';
import type { Codes } from './codes.ts';
import type { PlaneBounds } from './mesh.ts';

/** The values of one dimension in ascending order. */
const sortedDimension = ({ values, count, size }: Codes, d: number): Float32Array => {
  const column = new Float32Array(count);
  for (let i = 0; i < count; i++) column[i] = values[i * size + d];
  return column.sort();
};

/** The value below which a share of ascending values lies, linear between neighbours. */
export const quantileOf = (sorted: Float32Array | Float64Array, share: number): number => {
  const at = Math.min(1, Math.max(0, share)) * (sorted.length - 1);
  const [low, part] = [Math.floor(at), at - Math.floor(at)];
  return part === 0 ? sorted[low] : sorted[low] * (1 - part) + sorted[low + 1] * part;
};

/**
 * Quantiles of one dimension of codes, linear between neighbours.
 *
 * @param shares - each 0 to 1.
 */
export const dimensionQuantiles = (codes: Codes, d: number, shares: readonly number[]): readonly number[] => {
  const sorted = sortedDimension(codes, d);
  return shares.map((share) => quantileOf(sorted, share));
};

/** Dimensions ordered by a figure of each, largest first: the divergence, or the variance. */
export const dimensionsBy = (figures: readonly number[]): readonly number[] =>
  Array.from(figures.keys()).sort((a, b) => figures[b] - figures[a] || a - b);

/**
 * Codes that differ from one in one dimension each.
 *
 * @param base - `[size]`.
 * @param rows - a dimension and its values; all of as many values.
 * @returns `[rows, values, size]`.
 */
export const traversalCodes = (
  base: ArrayLike<number>,
  rows: readonly { readonly dimension: number; readonly values: readonly number[] }[],
): Float32Array => {
  const size = base.length;
  const steps = rows[0]?.values.length ?? 0;
  const codes = new Float32Array(rows.length * steps * size);
  rows.forEach(({ dimension, values }, row) => {
    values.forEach((value, step) => {
      const at = (row * steps + step) * size;
      codes.set(base, at);
      codes[at + dimension] = value;
    });
  });
  return codes;
};

/**
 * Bounds of points between two quantiles of each coordinate: where most of them lie, however far away a few are.
 *
 * @param points - `[count, 2]`.
 * @param shares - lowest and highest, 0 to 1: `[0.01, 0.99]`.
 */
export const quantileBounds = (points: Float32Array, shares: readonly [number, number]): PlaneBounds => {
  const codes: Codes = { values: points, count: points.length / PLANE_DIMENSIONS, size: PLANE_DIMENSIONS };
  const sides = [0, 1].map((d) => dimensionQuantiles(codes, d, shares));
  return { min: sides.map(([low]) => low), max: sides.map(([, high]) => high) };
};

/** What most images lie within. */
const CENTRAL = [0.01, 0.99] as const;

/**
 * Share of the extent of points that the middle 98 % of each coordinate take, the smaller of the two; 1 of points that do not
 * vary. A small one says that bounds over all points show mostly nothing.
 */
export const centralShare = (points: Float32Array, { min, max }: PlaneBounds): number => {
  const central = quantileBounds(points, CENTRAL);
  const shares = [0, 1].map((d) => (max[d] > min[d] ? (central.max[d] - central.min[d]) / (max[d] - min[d]) : 1));
  return Math.min(...shares);
};
