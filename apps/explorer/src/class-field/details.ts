/**
 * The class map from near: which part of it is computed anew when the plane is zoomed, and which parts are kept.
 *
 * In: the window that is seen, the field of the whole. Out: the bounds of a finer field where the whole's points lie too
 * far apart, and the finer fields of a few windows that were seen last. Computing them is `field.ts`'s business.
 */
import type { PlaneBounds } from 'latent-plane';
import type { PlaneWindow } from '../plane/view.ts';
import type { Closeness } from './closeness.ts';
import type { ClassMap } from './field.ts';

/** Points along each side of a window's field: coarse at first where that is finer than the whole's, then as fine. */
export const DETAIL_SIZES = [100, 400] as const;
/**
 * Half as closely as the whole is looked at, of which a window is a small part: a patch that is missed is a 25th of the
 * window, not of the plane.
 */
export const DETAIL_LOOK = { cells: 25, confidenceStep: 0.2 };
/** The whole's points along the window's side from which on they are near enough: two or three pixels apart. */
const ENOUGH = 250;
/** A field is kept for windows that need up to so much finer ones. */
const COARSER = 1.3;
/** Fields that are kept, 0.8 MB each. */
const KEPT = 8;

/** Points of a field along the longer side of what is seen of it. */
const pointsAcross = ({ size, bounds }: ClassMap, window: PlaneWindow): number =>
  (size - 1) *
  Math.max(window.width / (bounds.max[0] - bounds.min[0] || 1), window.height / (bounds.max[1] - bounds.min[1] || 1));

/** The part of the window that has classes; null where it has none. */
const seenOf = ({ min, max }: PlaneBounds, window: PlaneWindow): PlaneBounds | null => {
  const [left, bottom] = [Math.max(min[0], window.minX), Math.max(min[1], window.minY)];
  const right = Math.min(max[0], window.minX + window.width);
  const top = Math.min(max[1], window.minY + window.height);
  return right > left && top > bottom ? { min: [left, bottom], max: [right, top] } : null;
};

const covers = (outer: PlaneBounds, inner: PlaneBounds): boolean =>
  [0, 1].every((d) => outer.min[d] <= inner.min[d] && outer.max[d] >= inner.max[d]);

/** Whether the field has a class for all that is seen of the whole. */
export const coversWindow = (field: ClassMap, whole: ClassMap, window: PlaneWindow): boolean => {
  const seen = seenOf(whole.bounds, window);
  return seen === null || covers(field.bounds, seen);
};

/** What is to be computed for a window: null where the whole is fine enough, or nothing of it is seen. */
export const detailFor = (
  whole: ClassMap,
  window: PlaneWindow,
): { readonly bounds: PlaneBounds; readonly sizes: readonly number[] } | null => {
  const across = pointsAcross(whole, window);
  const bounds = seenOf(whole.bounds, window);
  if (bounds === null || across >= ENOUGH) return null;
  return { bounds, sizes: DETAIL_SIZES.filter((size) => size > COARSER * across) };
};

export interface Detail {
  readonly field: ClassMap;
  /** Of the field's bounds. */
  readonly closeness: Closeness;
}

export interface Details {
  /** The finest kept one of all these bounds, where it is fine enough for the window. */
  find(bounds: PlaneBounds, window: PlaneWindow): Detail | null;
  keep(detail: Detail): void;
}

export const createDetails = (): Details => {
  /** The last used last. */
  let kept: readonly Detail[] = [];
  const finest = Math.max(...DETAIL_SIZES);
  return {
    find: (bounds, window) => {
      const [fit] = kept
        .filter(({ field }) => covers(field.bounds, bounds) && pointsAcross(field, window) * COARSER >= finest - 1)
        .sort((a, b) => pointsAcross(b.field, window) - pointsAcross(a.field, window));
      if (fit === undefined) return null;
      kept = [...kept.filter((detail) => detail !== fit), fit];
      return fit;
    },
    keep: (detail) => {
      kept = [...kept, detail].slice(-KEPT);
    },
  };
};
