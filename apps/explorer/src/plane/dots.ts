/**
 * Which image a dot is.
 *
 * In: the points on the plane. Out: the dot under a press, and the one nearest to the cursor. Where dots lie on each other the one
 * that stands out is meant.
 */
import type { Points } from '../data/loaded.ts';
import type { Code } from './view.ts';

/** A press this near to a dot means it, CSS pixels. */
const REACH = 9;
/** So much nearer to a press a dot has to be that is all but gone, CSS pixels. */
const FADED = 6;

export interface Dots {
  /** Null where there is none. @param opacities - `[count]`, 0..255; null where all are whole. */
  at(pixelsTo: (code: Code) => number, opacities: Uint8Array | null): number | null;
  /** Null where none is within `reach`, code units. */
  nearest(code: Code, reach: number): number | null;
}

export const createDots = ({ codes, labels }: Points): Dots => {
  const best = (cost: (x: number, y: number, i: number) => number, most: number): number | null => {
    let [found, least] = [-1, most];
    for (let i = 0; i < labels.length; i++) {
      const own = cost(codes[2 * i], codes[2 * i + 1], i);
      if (own < least) [found, least] = [i, own];
    }
    return found < 0 ? null : found;
  };
  return {
    at: (pixelsTo, opacities) =>
      best((x, y, i) => {
        const pixels = pixelsTo({ x, y });
        return pixels > REACH ? Number.POSITIVE_INFINITY : pixels + FADED * (1 - (opacities?.[i] ?? 255) / 255);
      }, Number.POSITIVE_INFINITY),
    nearest: (code, reach) => best((x, y) => Math.hypot(x - code.x, y - code.y), reach),
  };
};
