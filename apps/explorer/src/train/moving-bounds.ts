/**
 * Bounds of a plane whose codes move.
 *
 * In: the bounds that the newest codes ask for. Out: those to show: the same ones while the codes still fit and fill
 * them, so that the plane does not tremble; else new ones, and how to get there.
 */
import type { PlaneBounds } from 'latent-plane';

/** Codes that fill less of a direction than this share of what is shown draw the plane together. */
const LEAST_FILL = 0.6;
/** Margin that new bounds leave on the side that had to give way, as a share of their extent: codes that go on spreading do not move the plane at every step. */
const MARGIN = 0.12;
/** A moving plane is a short affair. */
export const MOVE_MS = 400;

const fits = (shown: PlaneBounds, wanted: PlaneBounds, axis: 0 | 1): boolean => {
  const [width, needed] = [shown.max[axis] - shown.min[axis], wanted.max[axis] - wanted.min[axis]];
  return wanted.min[axis] >= shown.min[axis] && wanted.max[axis] <= shown.max[axis] && needed >= LEAST_FILL * width;
};

type Edges = readonly [number, number];
const edges = ({ min, max }: PlaneBounds, axis: 0 | 1): Edges => [min[axis], max[axis]];
const boundsOf = (x: Edges, y: Edges): PlaneBounds => ({ min: [x[0], y[0]], max: [x[1], y[1]] });

/** New edges in one direction; null where the shown ones serve. */
const along = (shown: PlaneBounds, wanted: PlaneBounds, axis: 0 | 1): Edges | null => {
  if (fits(shown, wanted, axis)) return null;
  const [low, high] = edges(wanted, axis);
  const [oldLow, oldHigh] = edges(shown, axis);
  const margin = MARGIN * (high - low);
  return [low < oldLow ? low - margin : low, high > oldHigh ? high + margin : high];
};

/** @returns `shown` itself where it still serves. */
export const steadyBounds = (shown: PlaneBounds, wanted: PlaneBounds): PlaneBounds => {
  const [x, y] = [along(shown, wanted, 0), along(shown, wanted, 1)];
  return x === null && y === null ? shown : boundsOf(x ?? edges(shown, 0), y ?? edges(shown, 1));
};

/** Between two bounds; `share` 0..1, eased at both ends. */
export const between = (from: PlaneBounds, to: PlaneBounds, share: number): PlaneBounds => {
  if (share >= 1) return to;
  const eased = share * share * (3 - 2 * share);
  const mix = (a: readonly number[], b: readonly number[]): [number, number] => [
    a[0] + (b[0] - a[0]) * eased,
    a[1] + (b[1] - a[1]) * eased,
  ];
  return { min: mix(from.min, to.min), max: mix(from.max, to.max) };
};
