/**
 * Where names stand so that none covers another: at their places, or as near to them as there is room.
 *
 * In: places in pixels, the most telling first, and how wide each name is. Out: the middle of each name; null where none is left.
 */
import type { Pixel } from './view.ts';

/** Of a name, CSS pixels. */
export const NAME_HEIGHT = 22;
/** Between two names, CSS pixels: each has an edge of two. */
const GAP = 4;
/** A name stands no farther from its place than this, CSS pixels: beyond, it would be taken for another's. */
const REACH = 45;
const STEP = 5;

/** Ways from a place, the nearest first. */
const OFFSETS: readonly Pixel[] = Array.from({ length: (2 * REACH) / STEP + 1 }, (_, i) => i * STEP - REACH)
  .flatMap((top, _, steps) => steps.map((left) => ({ left, top })))
  .filter(({ left, top }) => Math.hypot(left, top) <= REACH)
  .sort((a, b) => Math.hypot(a.left, a.top) - Math.hypot(b.left, b.top));

interface Name extends Pixel {
  /** CSS pixels. */
  readonly width: number;
}

const overlap = (a: Name, b: Name): boolean =>
  Math.abs(a.left - b.left) < (a.width + b.width) / 2 + GAP && Math.abs(a.top - b.top) < NAME_HEIGHT + GAP;

/** @param side - of the square, CSS pixels; names stay within it. */
export const placeNames = (names: readonly Name[], side: number): readonly (Pixel | null)[] => {
  const taken: Name[] = [];
  const within = (value: number, half: number): number => Math.max(half, Math.min(side - half, value));
  return names.map(({ left, top, width }) => {
    for (const offset of OFFSETS) {
      const stand = {
        left: within(left + offset.left, width / 2),
        top: within(top + offset.top, NAME_HEIGHT / 2),
        width,
      };
      if (taken.some((other) => overlap(stand, other))) continue;
      taken.push(stand);
      return { left: stand.left, top: stand.top };
    }
    return null;
  });
};
