/**
 * How crowded the plane is: a kernel density of all codes on a grid.
 *
 * In: codes, the plane's bounds. Out: the density of every cell and of every code, and the levels that enclose given
 * shares of the codes. The kernel is a Gaussian that is round on the screen, a hundredth of the plane wide; d3-array's
 * blur stands for it, three box filters in a row.
 */
import { blur2 } from 'd3-array';
import type { PlaneBounds } from 'latent-plane';
import { type PlaneWindow, wholeWindow } from '../plane/view.ts';

export interface Density {
  /** What the grid covers: the whole plane. */
  readonly window: PlaneWindow;
  /** Cells in each direction. */
  readonly size: number;
  /** `[size, size]`, codes per cell, row by row from the smallest y. */
  readonly values: Float64Array;
}

const SIZE = 256;
/** Standard deviation of the kernel, cells. */
const DEVIATION = SIZE / 100;
/** Of box filters, three in a row: `radius^2 + radius = deviation^2`. Source: d3-contour, `contourDensity`. */
const RADIUS = (Math.sqrt(4 * DEVIATION ** 2 + 1) - 1) / 2;

/** Where a code lies between cell middles: the lower cell and the share of the next one. */
const placeIn = (share: number): readonly [number, number] => {
  const at = Math.max(0, Math.min(SIZE - 1.001, share * SIZE - 0.5));
  return [Math.floor(at), at - Math.floor(at)];
};

/** Calls with the four cells around a code and their weights, which sum up to 1. */
const around = (
  { minX, minY, width, height }: PlaneWindow,
  x: number,
  y: number,
  visit: (cell: number, weight: number) => void,
): void => {
  const [column, right] = placeIn((x - minX) / width);
  const [row, up] = placeIn((y - minY) / height);
  const cell = row * SIZE + column;
  visit(cell, (1 - right) * (1 - up));
  visit(cell + 1, right * (1 - up));
  visit(cell + SIZE, (1 - right) * up);
  visit(cell + SIZE + 1, right * up);
};

/** @param codes - `[count, 2]`, code units. */
export const densityOf = (codes: Float32Array, bounds: PlaneBounds): Density => {
  const window = wholeWindow(bounds);
  const values = new Float64Array(SIZE * SIZE);
  for (let i = 0; i < codes.length; i += 2) {
    around(window, codes[i], codes[i + 1], (cell, weight) => {
      values[cell] += weight;
    });
  }
  blur2({ data: values, width: SIZE, height: SIZE }, RADIUS);
  return { window, size: SIZE, values };
};

/** Density at each code: `[count]`, codes per cell. */
export const densityAt = ({ window, values }: Density, codes: Float32Array): Float32Array => {
  const found = new Float32Array(codes.length / 2);
  for (let i = 0; i < found.length; i++) {
    around(window, codes[2 * i], codes[2 * i + 1], (cell, weight) => {
      found[i] += weight * values[cell];
    });
  }
  return found;
};

/** The densities above which these shares of the codes lie, one for each share. @param at - `densityAt`. */
export const levelsEnclosing = (at: Float32Array, shares: readonly number[]): readonly number[] => {
  const sorted = Float32Array.from(at).sort();
  return shares.map((share) => sorted[Math.max(0, Math.floor((1 - share) * (sorted.length - 1)))] ?? 0);
};
