/**
 * Which images lie within a region of the plane, and the table of them.
 *
 * In: codes, a region's corners. Out: marks, counts, CSV. The polygon test is d3-polygon's (even-odd).
 */
import { polygonContains } from 'd3-polygon';
import type { Labels } from 'latent-plane';
import { dimensionName } from 'latent-plane/internal';
import { codesOf } from '../data/code-plane.ts';
import type { LoadedModel, Points } from '../data/load.ts';
import type { Code } from '../plane/view.ts';

/** `[count]`, 1 for codes within the region, 0 for the others. @param codes - `[count, 2]`. */
export const marksWithin = (codes: Float32Array, corners: readonly Code[]): Uint8Array => {
  const marks = new Uint8Array(codes.length / 2);
  if (corners.length < 3) return marks;
  const polygon = corners.map(({ x, y }): [number, number] => [x, y]);
  const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
  const [minX, maxX, minY, maxY] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  for (let i = 0; i < marks.length; i++) {
    const [x, y] = [codes[2 * i], codes[2 * i + 1]];
    // Most codes lie nowhere near.
    if (x < minX || x > maxX || y < minY || y > maxY) continue;
    marks[i] = polygonContains(polygon, [x, y]) ? 1 : 0;
  }
  return marks;
};

/** Numbers of the marked points, ascending. */
export const markedOf = (marks: Uint8Array): readonly number[] => {
  const marked: number[] = [];
  for (let i = 0; i < marks.length; i++) if (marks[i] === 1) marked.push(i);
  return marked;
};

/** A hand's line with at most `most` corners, spread evenly over it. */
export const thinned = (corners: readonly Code[], most: number): readonly Code[] => {
  if (corners.length <= most) return corners;
  return Array.from({ length: most }, (_, i) => corners[Math.floor((i * corners.length) / most)]);
};

/** How many of the chosen points belong to each class: `[classes]`. */
export const countsByClass = (labels: Labels, chosen: readonly number[], classes: number): readonly number[] => {
  const counts = new Array<number>(classes).fill(0);
  for (const i of chosen) counts[labels[i]] += 1;
  return counts;
};

/** By error, those without one last. @param direction - -1 for the largest first. */
export const sortedByError = (
  chosen: readonly number[],
  errors: Float32Array | null,
  direction: 1 | -1,
): readonly number[] => {
  if (errors === null) return chosen;
  const key = (i: number): number => (Number.isNaN(errors[i]) ? Number.POSITIVE_INFINITY : direction * errors[i]);
  return [...chosen].sort((a, b) => {
    const [first, second] = [key(a), key(b)];
    return first === second ? a - b : first - second;
  });
};

/** Mean over those that have one; null where none has. */
export const meanError = (chosen: readonly number[], errors: Float32Array | null): number | null => {
  let [sum, count] = [0, 0];
  for (const i of errors ? chosen : []) {
    if (!errors || Number.isNaN(errors[i])) continue;
    sum += errors[i];
    count += 1;
  }
  return count > 0 ? sum / count : null;
};

/** As many digits as tell a single-precision number from its neighbours. */
const shortest = (value: number): string => {
  for (let digits = 6; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
};

/**
 * `index,split,label,z1,z2,error`, as many numbers as a code has, one line for each chosen point. The index counts from 0 within its split, as
 * `latent encode` counts; the error is empty where it is not known.
 */
export const csvOf = (
  chosen: readonly number[],
  points: Points,
  { train, test }: Pick<LoadedModel['dataset'], 'train' | 'test'>,
  errors: Float32Array | null,
): string => {
  const { labels, first = 0 } = points;
  // A file that was opened here is placed with test images alone, whose numbers go on from the training images.
  const begin = train > 0 ? train : test > 0 ? first : Number.POSITIVE_INFINITY;
  const { values, size } = codesOf(points);
  const names = Array.from({ length: size }, (_, d) => dimensionName(d));
  const lines = [['index', 'split', 'label', ...names, 'error'].join()];
  for (const i of chosen) {
    const number = first + i;
    const isTest = number >= begin;
    const error = errors && !Number.isNaN(errors[i]) ? shortest(errors[i]) : '';
    const code = Array.from(values.subarray(i * size, (i + 1) * size), shortest);
    lines.push([isTest ? number - begin : number, isTest ? 'test' : 'train', labels[i], ...code, error].join());
  }
  return `${lines.join('\n')}\n`;
};
