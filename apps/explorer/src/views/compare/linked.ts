/**
 * Which image lies where on a plane that is as wide as it is high on the screen.
 *
 * In: codes, the window that is seen. Out: the image nearest to a place, and the next one in a direction. Distances are
 * those on the screen, so that the nearest is the one that looks so.
 */
import Flatbush from 'flatbush';
import type { PlaneWindow } from '../../plane/view.ts';

/** Shares of the window, from the bottom left. */
export interface Spot {
  readonly x: number;
  readonly y: number;
}

export interface LinkedImages {
  /** Number of the image nearest to a spot; null where there are none. */
  nearest(spot: Spot): number | null;
  /** The nearest image that lies rather in this direction than aside; the same where there is none. */
  next(image: number, x: number, y: number): number;
  spotOf(image: number): Spot;
}

/** @param codes - `[count, 2]`, code units. */
export const linkImages = (codes: Float32Array, { minX, minY, width, height }: PlaneWindow): LinkedImages => {
  const count = codes.length / 2;
  const spotOf = (i: number): Spot => ({ x: (codes[2 * i] - minX) / width, y: (codes[2 * i + 1] - minY) / height });
  if (count === 0) return { nearest: () => null, next: (image) => image, spotOf };
  const tree = new Flatbush(count, 16, Float32Array);
  for (let i = 0; i < count; i++) {
    const { x, y } = spotOf(i);
    tree.add(x, y);
  }
  tree.finish();
  return {
    spotOf,
    nearest: ({ x, y }) => tree.neighbors(x, y, 1)[0] ?? null,
    next: (image, x, y) => {
      const from = spotOf(image);
      let [found, least] = [image, Number.POSITIVE_INFINITY];
      for (let i = 0; i < count; i++) {
        const to = spotOf(i);
        const [right, up] = [to.x - from.x, to.y - from.y];
        const ahead = right * x + up * y;
        const aside = Math.abs(right * y - up * x);
        const distance = Math.hypot(right, up);
        if (ahead > 0 && ahead >= aside && distance < least) [found, least] = [i, distance];
      }
      return found;
    },
  };
};
