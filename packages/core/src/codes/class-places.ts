/**
 * Where each class lives on the plane: one place to write its name at.
 *
 * In: codes and labels. Out: for each class a code in the thick of its images and, where that can be had, away from
 * the other classes and their names. No layout of text is done here.
 */
import type { Labels } from '../images/index.ts';
import type { PlaneBounds } from './mesh.ts';

/** Cells a side of the histogram: fine enough for the stripes of a poor plane, coarse enough that cells hold images. */
const CELLS = 64;
/** No two places are nearer than this share of the extent, if it can be helped: a label's width on a phone. */
const SEPARATION = 0.075;

/** More names than these have no room on a plane, and cost time and memory with their number. */
const MOST_PLACES = 100;

/** Where the name of a class stands on the plane. */
export interface ClassPlace {
  /** Class index. */
  readonly label: number;
  /** Code units. */
  readonly x: number;
  /** Second number of the code. */
  readonly y: number;
  /** Share of the images around it that are of this class, 0..1. */
  readonly purity: number;
}

/**
 * Finds the place of every class that has images, most telling first; of more than a hundred, of those with most images.
 *
 * A cell of the histogram scores `count(class)^2 / count(all)`, each count over the cell and its eight neighbours: many
 * images of the class, few of the others. The place is the mean code of the class's images in the best cell's 3 x 3.
 *
 * @param codes - `[count, 2]`, code units.
 * @param labels - `[count]`, class index.
 */
export const classPlaces = (codes: Float32Array, labels: Labels, { min, max }: PlaneBounds): readonly ClassPlace[] => {
  const cell = (value: number, axis: number): number => {
    const share = (value - min[axis]) / (max[axis] - min[axis]);
    return share >= 0 && share <= 1 ? Math.min(CELLS - 1, Math.floor(share * CELLS)) : Number.isNaN(share) ? 0 : -1;
  };
  const cells = new Int32Array(labels.length).map((_, i) => {
    const [column, row] = [cell(codes[2 * i], 0), cell(codes[2 * i + 1], 1)];
    return column < 0 || row < 0 ? -1 : row * CELLS + column;
  });
  const all = smoothed(cells, () => true);
  const candidates = placedLabels(labels).map((label) => {
    const own = smoothed(cells, (i) => labels[i] === label);
    const scores = own.map((count, at) => (count === 0 ? 0 : (count * count) / all[at]));
    const order = Array.from(scores.keys())
      .filter((at) => scores[at] > 0)
      .sort((a, b) => scores[b] - scores[a] || a - b);
    return { label, own, order, score: scores[order[0]] ?? 0 };
  });
  const taken: { column: number; row: number }[] = [];
  const isFree = (at: number): boolean =>
    taken.every(
      ({ column, row }) => Math.hypot((at % CELLS) - column, Math.floor(at / CELLS) - row) >= SEPARATION * CELLS,
    );
  return candidates
    .filter(({ order }) => order.length > 0)
    .sort((a, b) => b.score - a.score || a.label - b.label)
    .map(({ label, own, order }) => {
      const at = order.find(isFree) ?? order[0];
      taken.push({ column: at % CELLS, row: Math.floor(at / CELLS) });
      return { label, ...meanPlace(codes, cells, at, (i) => labels[i] === label), purity: own[at] / all[at] };
    });
};

/** The labels that get a place. */
const placedLabels = (labels: Labels): readonly number[] => {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  if (counts.size <= MOST_PLACES) return [...counts.keys()];
  const byCount = [...counts].sort(([a, many], [b, more]) => more - many || a - b);
  return byCount.slice(0, MOST_PLACES).map(([label]) => label);
};

const near = (cell: number, at: number): boolean =>
  Math.abs((cell % CELLS) - (at % CELLS)) <= 1 && Math.abs(Math.floor(cell / CELLS) - Math.floor(at / CELLS)) <= 1;

/** Counts over every cell and its eight neighbours. */
const smoothed = (cells: Int32Array, counts: (i: number) => boolean): Float64Array => {
  const single = new Float64Array(CELLS * CELLS);
  for (let i = 0; i < cells.length; i++) if (cells[i] >= 0 && counts(i)) single[cells[i]] += 1;
  return single.map((_, at) => {
    const [column, row] = [at % CELLS, Math.floor(at / CELLS)];
    let sum = 0;
    for (let r = Math.max(0, row - 1); r <= Math.min(CELLS - 1, row + 1); r++) {
      for (let c = Math.max(0, column - 1); c <= Math.min(CELLS - 1, column + 1); c++) sum += single[r * CELLS + c];
    }
    return sum;
  });
};

const meanPlace = (
  codes: Float32Array,
  cells: Int32Array,
  at: number,
  counts: (i: number) => boolean,
): { x: number; y: number } => {
  let [x, y, count] = [0, 0, 0];
  for (let i = 0; i < cells.length; i++) {
    if (cells[i] < 0 || !near(cells[i], at) || !counts(i)) continue;
    x += codes[2 * i];
    y += codes[2 * i + 1];
    count += 1;
  }
  return { x: x / count, y: y / count };
};
