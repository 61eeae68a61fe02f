/**
 * Planes through a code space: the one way from points that are shown to codes, and back.
 *
 * In: which plane. Out: an origin and two directions. A point `[x, y]` of the plane is the code `origin + x first + y second`;
 * a code is shown at the point of the plane that is nearest to it. Where a code has as many numbers as a point, the plane of its axes is the code
 * space itself: points are codes, to the bit. Codes of one number lie on a line, whose second direction is nothing.
 */
import { inputError, internalError } from '../errors.ts';
import type { Codes } from './codes.ts';

/** Numbers of a point of a plane. */
export const PLANE_DIMENSIONS = 2;

/** A plane, or of codes of one number a line, through a code space. */
export interface CodePlane {
  /** `[code size]`, code units. */
  readonly origin: readonly number[];
  /** Two unit vectors `[code size]` at right angles; of a line the second is zero. */
  readonly directions: readonly [readonly number[], readonly number[]];
  /** What its coordinates are: `['z1', 'z2']`, `['component 1', 'component 2']`. */
  readonly names: readonly [string, string];
  /** Dimensions of the code that the coordinates are, where they are; counted from 0. */
  readonly axes: readonly [number, number] | null;
}

/** Below this share of the larger one a direction is rounding. */
const PARALLEL = 1e-6;

const dot = (a: readonly number[], b: readonly number[]): number => {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += a[d] * b[d];
  return sum;
};
const length = (a: readonly number[]): number => Math.sqrt(dot(a, a));
const unit = (size: number, d: number): readonly number[] => Array.from({ length: size }, (_, i) => (i === d ? 1 : 0));

/** `z3`: names of dimensions count from 1. */
export const dimensionName = (d: number): string => `z${d + 1}`;

/** The line that codes of one number lie on. */
export const codeLine = (): CodePlane => ({
  origin: [0],
  directions: [[1], [0]],
  names: [dimensionName(0), ''],
  axes: null,
});

/** Whether a plane is the line of codes of one number. */
export const isLine = ({ origin }: CodePlane): boolean => origin.length === 1;

/** Whether the points of a plane are the codes themselves: where these have as many numbers, by their axes. */
export const isCodeSpace = ({ origin, axes }: CodePlane): boolean =>
  origin.length === PLANE_DIMENSIONS && axes !== null && axes[0] === 0 && axes[1] === 1;

/**
 * The plane of two dimensions of the code; its coordinates are theirs.
 *
 * @param axes - counted from 0.
 * @param held - `[size]`: where the other dimensions stand; 0 where absent.
 * @throws LatentError `code-plane` (input) unless the axes are two dimensions of the code.
 */
export const axesPlane = (
  size: number,
  axes: readonly [number, number],
  held: ArrayLike<number> = new Float64Array(size),
): CodePlane => {
  const isDimension = (d: number): boolean => Number.isInteger(d) && d >= 0 && d < size;
  if (!axes.every(isDimension) || axes[0] === axes[1])
    throw inputError('code-plane', {
      expected: `two different dimensions, from 1 to ${size}`,
      got: axes.map((d) => d + 1).join(','),
    });
  const origin = Array.from({ length: size }, (_, d) => (axes.includes(d) ? 0 : held[d]));
  return {
    origin,
    directions: [unit(size, axes[0]), unit(size, axes[1])],
    names: [dimensionName(axes[0]), dimensionName(axes[1])],
    axes,
  };
};

/** The plane that codes of so many numbers are shown on where none is chosen: their line, or their first two dimensions. */
export const firstPlane = (size: number, held?: ArrayLike<number>): CodePlane =>
  size === 1 ? codeLine() : axesPlane(size, [0, 1], held);

/**
 * A plane of any origin and two directions, which are made unit vectors at right angles: the first keeps its way, the second
 * what of it stands upright on the first.
 *
 * @param names - of the coordinates.
 * @throws LatentError `code-plane` (input) where the directions are one, or none.
 */
export const freePlane = (
  origin: ArrayLike<number>,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  names: readonly [string, string] = ['first direction', 'second direction'],
): CodePlane => {
  const size = origin.length;
  if (first.length !== size || second.length !== size)
    throw internalError(`directions of ${first.length} and ${second.length} numbers in a space of ${size}`);
  const [a, b] = [Array.from(first), Array.from(second)];
  const along = length(a);
  const u = a.map((value) => value / along);
  const across = dot(b, u);
  const upright = b.map((value, d) => value - across * u[d]);
  const height = length(upright);
  if (!(along > 0) || !(height > PARALLEL * length(b)))
    throw inputError('code-plane', {
      problem: 'these codes lie on one line, and span no plane',
      hint: 'take others, one of them off the line of the other two',
    });
  return { origin: Array.from(origin), directions: [u, upright.map((value) => value / height)], names, axes: null };
};

/**
 * The plane through three codes: the first is its origin, the second lies along its first direction.
 *
 * @throws LatentError `code-plane` (input) where they lie on one line.
 */
export const planeThrough = (a: ArrayLike<number>, b: ArrayLike<number>, c: ArrayLike<number>): CodePlane => {
  const from = (to: ArrayLike<number>): number[] => Array.from(to, (value, d) => value - a[d]);
  return freePlane(a, from(b), from(c));
};

/**
 * The same plane moved so that it goes through a code: points keep their coordinates, what the plane does not show is held
 * where that code has it.
 */
export const planeAt = (plane: CodePlane, code: ArrayLike<number>): CodePlane => {
  if (isLine(plane) || isCodeSpace(plane)) return plane;
  const { origin, directions, axes } = plane;
  if (axes !== null) return { ...plane, origin: origin.map((_, d) => (axes.includes(d) ? 0 : code[d])) };
  const offset = origin.map((value, d) => code[d] - value);
  const [x, y] = directions.map((direction) => dot(offset, direction));
  return { ...plane, origin: origin.map((_, d) => code[d] - x * directions[0][d] - y * directions[1][d]) };
};

/**
 * The codes of points of a plane.
 *
 * @param points - `[count, 2]`.
 * @returns `[count, code size]`; where points are codes, the points themselves.
 */
export const codesOfPlane = (plane: CodePlane, points: Float32Array): Float32Array => {
  if (isCodeSpace(plane)) return points;
  const { origin, directions } = plane;
  const [first, second] = directions;
  const size = origin.length;
  const count = points.length / PLANE_DIMENSIONS;
  const codes = new Float32Array(count * size);
  for (let i = 0; i < count; i++) {
    const [x, y] = [points[2 * i], points[2 * i + 1]];
    for (let d = 0; d < size; d++) codes[i * size + d] = origin[d] + x * first[d] + y * second[d];
  }
  return codes;
};

/**
 * Where codes are shown: the nearest point of the plane to each.
 *
 * @param codes - `[count, code size]`.
 * @returns `[count, 2]`; where points are codes, the codes themselves. Of a line the second number is 0.
 */
export const pointsOfCodes = (plane: CodePlane, { values, count, size }: Codes): Float32Array => {
  if (size !== plane.origin.length) throw internalError(`codes of ${size} on a plane through ${plane.origin.length}`);
  if (isCodeSpace(plane)) return values;
  const points = new Float32Array(count * PLANE_DIMENSIONS);
  const { origin, directions, axes } = plane;
  if (axes !== null) {
    const [a, b] = axes;
    for (let i = 0, at = 0; i < count; i++, at += size) {
      points[2 * i] = values[at + a];
      points[2 * i + 1] = values[at + b];
    }
    return points;
  }
  const [first, second] = directions.map((direction) => Float64Array.from(direction));
  const [x0, y0] = directions.map((direction) => 0 - dot(origin, direction));
  for (let i = 0, at = 0; i < count; i++) {
    let [x, y] = [x0, y0];
    for (let d = 0; d < size; d++, at++) {
      x += values[at] * first[d];
      y += values[at] * second[d];
    }
    points[2 * i] = x;
    points[2 * i + 1] = y;
  }
  return points;
};

/** Euclidean distance of each code to a plane, `[count]`, code units: what showing it there leaves out. */
export const distancesToPlane = (plane: CodePlane, { values, count, size }: Codes): Float32Array => {
  const distances = new Float32Array(count);
  if (isCodeSpace(plane) || isLine(plane)) return distances;
  const { origin } = plane;
  const [first, second] = plane.directions;
  for (let i = 0; i < count; i++) {
    let [squared, x, y] = [0, 0, 0];
    for (let d = 0; d < size; d++) {
      const offset = values[i * size + d] - origin[d];
      squared += offset * offset;
      x += offset * first[d];
      y += offset * second[d];
    }
    distances[i] = Math.sqrt(Math.max(0, squared - x * x - y * y));
  }
  return distances;
};
