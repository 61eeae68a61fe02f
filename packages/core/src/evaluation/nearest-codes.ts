/**
 * Which codes lie nearest to another, by Euclidean distance: a search tree over a plane, and for codes of any other size a
 * sweep along the dimension that varies most.
 */
import Flatbush from 'flatbush';
import { type Codes, liesOnPlane } from '../codes/index.ts';

/** Indices of the nearest codes, the nearest first. */
export type NearestCodes = (code: Float32Array) => readonly number[];

const byTree = ({ values, count }: Codes, k: number): NearestCodes => {
  const tree = new Flatbush(count, 16, Float32Array);
  for (let i = 0; i < count; i++) tree.add(values[2 * i], values[2 * i + 1]);
  tree.finish();
  return (code) => tree.neighbors(code[0], code[1], k);
};

/** Dimensions, the one that varies most first: sums of squares that begin with it are soon too large. */
const byVariance = ({ values, count, size }: Codes): readonly number[] => {
  const [sums, squares] = [new Float64Array(size), new Float64Array(size)];
  for (let i = 0; i < values.length; i++) {
    sums[i % size] += values[i];
    squares[i % size] += values[i] ** 2;
  }
  const variances = squares.map((sum, d) => sum / count - (sums[d] / count) ** 2);
  return Array.from(variances.keys()).sort((a, b) => variances[b] - variances[a] || a - b);
};

interface Found {
  readonly index: number;
  readonly distance: number;
}

/** Puts a code where it belongs among the `k` nearest so far; of equal distances the lower index is nearer. */
const insert = (found: Found[], k: number, next: Found): void => {
  let at = found.length;
  const isNearer = ({ distance, index }: Found): boolean =>
    next.distance < distance || (next.distance === distance && next.index < index);
  while (at > 0 && isNearer(found[at - 1])) at -= 1;
  if (at === k) return;
  found.splice(at, 0, next);
  if (found.length > k) found.pop();
};

/** The first place in ascending `keys` that is not below `key`. */
const placeOf = (keys: Float32Array, key: number): number => {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keys[middle] < key) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** Goes outward from where the code would stand along the first dimension, until that alone is farther than the k-th. */
const bySweep = (codes: Codes, k: number): NearestCodes => {
  const { values, count, size } = codes;
  const dimensions = byVariance(codes);
  const [first] = dimensions;
  const order = Uint32Array.from({ length: count }, (_, i) => i).sort(
    (a, b) => values[a * size + first] - values[b * size + first] || a - b,
  );
  const rows = new Float32Array(values.length);
  order.forEach((index, row) => {
    dimensions.forEach((d, column) => {
      rows[row * size + column] = values[index * size + d];
    });
  });
  const keys = Float32Array.from({ length: count }, (_, row) => rows[row * size]);
  const from = new Float32Array(size);
  return (code) => {
    dimensions.forEach((d, column) => {
      from[column] = code[d];
    });
    const found: Found[] = [];
    let above = placeOf(keys, from[0]);
    let below = above - 1;
    const gap = (row: number): number =>
      row < 0 || row >= count ? Number.POSITIVE_INFINITY : (keys[row] - from[0]) ** 2;
    while (below >= 0 || above < count) {
      const farthest = found.length < k ? Number.POSITIVE_INFINITY : found[k - 1].distance;
      const isAbove = gap(above) < gap(below);
      const row = isAbove ? above++ : below--;
      if (gap(row) > farthest) break;
      let distance = 0;
      for (let column = 0; column < size && distance <= farthest; column++)
        distance += (rows[row * size + column] - from[column]) ** 2;
      if (distance <= farthest) insert(found, k, { index: order[row], distance });
    }
    return found.map(({ index }) => index);
  };
};

/**
 * Prepares codes to be searched: which lie nearest to another, by Euclidean distance; of equal distances the lower index of codes
 * that are no points of a plane.
 *
 * @param k - how many, or as many as there are.
 */
export const nearestCodes = (codes: Codes, k: number): NearestCodes =>
  liesOnPlane(codes.size) ? byTree(codes, k) : bySweep(codes, k);
