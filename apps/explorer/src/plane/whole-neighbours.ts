/**
 * The real images near a code of more than two numbers, wherever it lies.
 *
 * In: all codes and labels, once. Out: for any code its nearest images. Distances are Euclidean, in code units, over all
 * numbers of a code: images that lie on each other on a plane may be far apart. Every code is compared, since no tree helps
 * in many dimensions.
 */
import { codesOf } from '../data/code-plane.ts';
import type { Points } from '../data/loaded.ts';
import { NEIGHBOURS, type Neighbour, type Neighbourhood } from './neighbours.ts';

/** Differences that may be squared for one cursor: some milliseconds. Of more codes some are compared, evenly spaced. */
const MOST_DIFFERENCES = 5e6;
/** Numbers between two looks at whether a code is too far already. */
const LOOK = 8;

/** Of a squared length. */
const ROUNDING = 1e-12;

/** The nearest of the points `begin` to `end`, nearest first. @param step - every so manieth is compared. */
const nearestCodes = (
  points: Points,
  code: Float32Array,
  wanted: number,
  { begin, end, step }: { readonly begin: number; readonly end: number; readonly step: number },
): readonly Neighbour[] => {
  const { values, size } = codesOf(points);
  const [indices, squares] = [new Int32Array(wanted), new Float64Array(wanted).fill(Number.POSITIVE_INFINITY)];
  let found = 0;
  for (let i = begin; i < end; i += step) {
    const from = i * size;
    const worst = squares[wanted - 1];
    let square = 0;
    for (let d = 0; d < size; ) {
      const stop = Math.min(size, d + LOOK);
      for (; d < stop; d++) {
        const difference = values[from + d] - code[d];
        square += difference * difference;
      }
      if (square >= worst) break;
    }
    if (square >= worst) continue;
    let at = Math.min(found, wanted - 1);
    for (; at > 0 && squares[at - 1] > square; at--) {
      squares[at] = squares[at - 1];
      indices[at] = indices[at - 1];
    }
    squares[at] = square;
    indices[at] = i;
    found = Math.min(wanted, found + 1);
  }
  // A cursor is kept to seven digits: on an image's own code it is no distance away.
  const least = ROUNDING * code.reduce((sum, value) => sum + value * value, 0);
  return Array.from(indices.subarray(0, found), (index, at) => ({
    index,
    distance: squares[at] < least ? 0 : Math.sqrt(squares[at]),
  }));
};

/** A search among the points `begin` to `end` alone, nearest first: of these there are pictures. */
export const nearestAmongWhole =
  (points: Points, begin: number, end: number) =>
  (code: Float32Array, count: number): readonly Neighbour[] =>
    nearestCodes(points, code, count, { begin, end, step: 1 });

export interface WholeSearch {
  /** How many images are compared. */
  readonly compared: number;
  at(code: Float32Array): Neighbourhood;
  /** Distance from image `i` to the nearest other one. */
  spacing(i: number): number;
}

export const createWholeSearch = (points: Points, classCount: number): WholeSearch => {
  const { labels } = points;
  const { values, count, size } = codesOf(points);
  const step = Math.max(1, Math.ceil((count * size) / MOST_DIFFERENCES));
  const all = { begin: 0, end: count, step };
  return {
    compared: Math.ceil(count / step),
    at: (code) => {
      const shares = new Array<number>(classCount).fill(0);
      const nearest = nearestCodes(points, code, NEIGHBOURS, all);
      for (const { index } of nearest) if (labels[index] < classCount) shares[labels[index]] += 1 / nearest.length;
      return { shares, distance: nearest[0]?.distance ?? Number.POSITIVE_INFINITY };
    },
    spacing: (i) =>
      nearestCodes(points, values.slice(i * size, (i + 1) * size), 2, all).find(({ index }) => index !== i)?.distance ??
      0,
  };
};

/** Images whose spacing is measured, and how many at a time. */
const [SAMPLED, AT_ONCE] = [48, 4];
/** Where the answer is wanted at once. */
const FEW = 16;
/** Of the images' own distances to their neighbours: nine of ten lie within it. */
const WITHIN = 0.9;

const spacingAmong = (distances: readonly number[]): number =>
  [...distances].sort((a, b) => a - b)[Math.floor(WITHIN * (distances.length - 1))] ?? 0;

/** How far some images lie from their nearest neighbours: nine of ten less than this. */
export const spacingOf = (search: WholeSearch, count: number): number => {
  const wanted = Math.min(FEW, count);
  return spacingAmong(Array.from({ length: wanted }, (_, i) => search.spacing(Math.floor((i * count) / wanted))));
};

/** The same of more of them, a few at a time. @returns how to stop. */
export const measureSpacing = (
  search: WholeSearch,
  count: number,
  onSpacing: (spacing: number) => void,
): (() => void) => {
  const distances: number[] = [];
  const wanted = Math.min(SAMPLED, count);
  let timer: ReturnType<typeof setTimeout>;
  const go = (): void => {
    for (let k = 0; k < AT_ONCE && distances.length < wanted; k++)
      distances.push(search.spacing(Math.floor((distances.length * count) / wanted)));
    if (distances.length < wanted) timer = setTimeout(go);
    else onSpacing(spacingAmong(distances));
  };
  timer = setTimeout(go);
  return () => clearTimeout(timer);
};
