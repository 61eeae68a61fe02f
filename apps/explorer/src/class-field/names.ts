/**
 * Where the classes' names stand on the field: each patch that is large enough on the screen has its name in its
 * thickest place, so that no class is told by colour alone.
 *
 * In: a field and the window that is seen. Out: names with their codes, the largest patches first.
 */
import { type Code, type PlaneWindow, toCode } from '../plane/view.ts';
import type { ClassMap } from './field.ts';

export interface FieldName {
  readonly label: number;
  readonly at: Code;
}

/** Cells along the square's side that are looked at. */
const CELLS = 72;
/** Cells from a name to its patch's border, at least: a name fits there. */
const MIN_DEPTH = 2.5;
const NONE = 65_535;

/** The class of each cell of the window; `NONE` where the field has none. */
const cellsOf = ({ size, labels, bounds: { min, max } }: ClassMap, window: PlaneWindow): Uint16Array => {
  const cells = new Uint16Array(CELLS * CELLS).fill(NONE);
  for (let i = 0; i < cells.length; i++) {
    const { x, y } = cellCode(window, i);
    const column = Math.round(((x - min[0]) / (max[0] - min[0])) * (size - 1));
    const row = Math.round(((max[1] - y) / (max[1] - min[1])) * (size - 1));
    if (column >= 0 && row >= 0 && column < size && row < size) cells[i] = labels[row * size + column];
  }
  return cells;
};

const cellCode = (window: PlaneWindow, i: number): Code =>
  toCode(window, CELLS, { left: (i % CELLS) + 0.5, top: Math.floor(i / CELLS) + 0.5 });

/**
 * Distance of each cell to the nearest one of another class or outside, in cells.
 * Two passes of a 3-4 chamfer. Source: Borgefors 1986, Distance transformations in digital images.
 */
const depthsOf = (cells: Uint16Array): Float32Array => {
  const depths = new Float32Array(cells.length);
  const [straight, across] = [1, 4 / 3];
  const neighbours = [
    [-1, -1, across],
    [0, -1, straight],
    [1, -1, across],
    [-1, 0, straight],
  ] as const;
  const relax = (i: number, sign: 1 | -1): void => {
    let least = sign === 1 ? Number.POSITIVE_INFINITY : depths[i];
    for (const [dx, dy, step] of neighbours) {
      const [x, y] = [(i % CELLS) + sign * dx, Math.floor(i / CELLS) + sign * dy];
      const j = y * CELLS + x;
      const inside = x >= 0 && y >= 0 && x < CELLS && y < CELLS;
      least = Math.min(least, inside && cells[j] === cells[i] ? depths[j] + step : step / 2);
    }
    depths[i] = least;
  };
  for (let i = 0; i < cells.length; i++) relax(i, 1);
  for (let i = cells.length - 1; i >= 0; i--) relax(i, -1);
  return depths;
};

export const fieldNames = (field: ClassMap, window: PlaneWindow): readonly FieldName[] => {
  const cells = cellsOf(field, window);
  const depths = depthsOf(cells);
  const seen = new Uint8Array(cells.length);
  const names: (FieldName & { readonly area: number })[] = [];
  for (let start = 0; start < cells.length; start++) {
    if (seen[start] || cells[start] === NONE) continue;
    let [deepest, area] = [start, 0];
    const waiting = [start];
    seen[start] = 1;
    for (let i = waiting.pop(); i !== undefined; i = waiting.pop()) {
      area += 1;
      if (depths[i] > depths[deepest]) deepest = i;
      const x = i % CELLS;
      for (const j of [x > 0 ? i - 1 : -1, x < CELLS - 1 ? i + 1 : -1, i - CELLS, i + CELLS]) {
        if (j < 0 || j >= cells.length || seen[j] || cells[j] !== cells[start]) continue;
        seen[j] = 1;
        waiting.push(j);
      }
    }
    if (depths[deepest] >= MIN_DEPTH) names.push({ label: cells[start], at: cellCode(window, deepest), area });
  }
  return names.sort((a, b) => b.area - a.area).map(({ label, at }) => ({ label, at }));
};
