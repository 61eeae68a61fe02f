/**
 * Bounds of a plane whose codes move.
 *
 * In: the bounds that the newest codes ask for. Out: those to show: the same ones while the codes still fit and fill
 * them, so that the plane does not tremble; else new ones, and how to get there.
 */
import type { PlaneBounds } from 'latent-plane';

/** Codes that fill less of a direction than this share of what is shown draw the plane together. */
const LEAST_FILL = 0.6;
/** A moving plane is a short affair. */
export const MOVE_MS = 400;

const fits = (shown: PlaneBounds, wanted: PlaneBounds, axis: 0 | 1): boolean => {
  const [width, needed] = [shown.max[axis] - shown.min[axis], wanted.max[axis] - wanted.min[axis]];
  return wanted.min[axis] >= shown.min[axis] && wanted.max[axis] <= shown.max[axis] && needed >= LEAST_FILL * width;
};

/** @returns `shown` itself where it still serves. */
export const steadyBounds = (shown: PlaneBounds, wanted: PlaneBounds): PlaneBounds => {
  const keep = [fits(shown, wanted, 0), fits(shown, wanted, 1)];
  if (keep[0] && keep[1]) return shown;
  const pick = (ends: 'min' | 'max'): readonly [number, number] => [
    (keep[0] ? shown : wanted)[ends][0],
    (keep[1] ? shown : wanted)[ends][1],
  ];
  return { min: [...pick('min')], max: [...pick('max')] };
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
