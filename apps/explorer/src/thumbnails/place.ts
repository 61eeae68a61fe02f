/**
 * Which real images stand on the plane as little pictures, and where: those in view, none over another.
 *
 * In: the codes of the images that the page has pictures of, a window of the plane. Out: places in CSS pixels. Their
 * order decides who comes first, so that a picture stays while the plane is moved.
 */
import Flatbush from 'flatbush';
import type { Points } from '../data/load.ts';
import { type PlaneWindow, toPixel } from '../plane/view.ts';

export interface Thumbnail {
  /** Which of the points. */
  readonly index: number;
  /** Top left corner, CSS pixels. */
  readonly left: number;
  readonly top: number;
}

export interface Placement {
  /** Side of each picture, CSS pixels. */
  readonly edge: number;
  readonly thumbnails: readonly Thumbnail[];
  /** Images in view that have pictures, shown or not. */
  readonly inView: number;
}

/** More in view than this, and points tell more than a few of them as pictures. */
export const MANY = 400;
/** Twice as large where all of them take no more than this share of the plane. */
const LARGE_SHARE = 1 / 3;
/** CSS pixels: a small picture is told at this size, and many have room. */
const EDGE = 28;
const GAP = 5;

export type Placer = (window: PlaneWindow, side: number) => Placement;

/** @param begin, end - of the points, those with pictures. */
export const createPlacer = ({ codes }: Points, begin: number, end: number): Placer => {
  const nothing: Placement = { edge: EDGE, thumbnails: [], inView: 0 };
  if (end <= begin) return () => nothing;
  const tree = new Flatbush(end - begin, 16, Float32Array);
  for (let i = begin; i < end; i++) tree.add(codes[2 * i], codes[2 * i + 1]);
  tree.finish();
  return (window, side) => {
    const { minX, minY, width, height } = window;
    const found = tree.search(minX, minY, minX + width, minY + height);
    if (found.length > MANY) return { ...nothing, inView: found.length };
    const edge = found.length * (2 * EDGE + GAP) ** 2 <= LARGE_SHARE * side ** 2 ? 2 * EDGE : EDGE;
    const cell = edge + GAP;
    // One picture has its top left corner in a cell, so those that may touch it lie in the nine around.
    const taken = new Map<string, Thumbnail>();
    const thumbnails: Thumbnail[] = [];
    for (const index of found.map((i) => begin + i).sort((a, b) => a - b)) {
      const { left, top } = toPixel(window, side, { x: codes[2 * index], y: codes[2 * index + 1] });
      const thumbnail = { index, left: left - edge / 2, top: top - edge / 2 };
      const [column, row] = [Math.floor(thumbnail.left / cell), Math.floor(thumbnail.top / cell)];
      let free = true;
      for (let i = -1; i <= 1; i++)
        for (let j = -1; j <= 1; j++) {
          const other = taken.get(`${column + i},${row + j}`);
          if (other && Math.abs(other.left - thumbnail.left) < cell && Math.abs(other.top - thumbnail.top) < cell)
            free = false;
        }
      if (!free) continue;
      taken.set(`${column},${row}`, thumbnail);
      thumbnails.push(thumbnail);
    }
    return { edge, thumbnails, inView: found.length };
  };
};
