/**
 * Whether neighbours stay neighbours: among the codes, and among the images themselves.
 *
 * In: codes of images, their labels, the images. Out: the share of test images that their neighbours' labels name right,
 * and two measures of how far the codes keep the neighbourhoods of pixel space. Codes are those of `encodeSets`.
 */
import { atOnce, type Codes, inTurns, PIECE, type Work } from '../codes/index.ts';
import { inputError, internalError } from '../errors.ts';
import type { ImageSet, Labels } from '../images/index.ts';
import { RandomStream } from '../random/index.ts';
import type { Runtime } from '../tensor/index.ts';
import { nearestCodes } from './nearest-codes.ts';
import { pixelProducts, ROWS } from './pixel-products.ts';

/** How many neighbours are asked, in all scores of a neighbourhood. */
export const NEIGHBOURS = 5;

/** Codes and the classes of their images. */
export interface LabelledCodes {
  /** `[count, codeSize]`. */
  readonly codes: Codes;
  /** `[count]`, class index. */
  readonly labels: Labels;
}

/** The class with the most votes; the smallest of equals, as scikit-learn has it. */
const majority = (votes: readonly number[], labels: Labels): number => {
  const counts = new Map<number, number>();
  for (const vote of votes) counts.set(labels[vote], (counts.get(labels[vote]) ?? 0) + 1);
  return [...counts].reduce(
    (best, [label, count]) => (count > best[1] || (count === best[1] && label < best[0]) ? [label, count] : best),
    [Number.POSITIVE_INFINITY, 0] as [number, number],
  )[0];
};

/**
 * Share of test images whose label is that of most of their `k` nearest training images, by Euclidean distance of
 * codes; of classes with equally many votes the smallest index wins.
 */
export const neighbourAccuracy = (train: LabelledCodes, test: LabelledCodes, k: number = NEIGHBOURS): number =>
  atOnce(accuracyWork(train, test, k));

/** The same in pieces: of wide codes it takes minutes. */
export const accuracyWork = function* (
  train: LabelledCodes,
  test: LabelledCodes,
  k: number = NEIGHBOURS,
): Work<number> {
  return (yield* accuraciesWork(train, test, [k]))[0];
};

/**
 * The same for several numbers of neighbours, in one search.
 *
 * @param ks - ascending.
 * @param own - the codes that are asked are the first of the training codes, and have no vote for themselves.
 */
export const accuraciesWork = function* (
  train: LabelledCodes,
  asked: LabelledCodes,
  ks: readonly number[],
  own = false,
): Work<readonly number[]> {
  const most = ks[ks.length - 1];
  const nearestTo = nearestCodes(train.codes, own ? most + 1 : most);
  const { values, count, size } = asked.codes;
  const right = ks.map(() => 0);
  const piece = Math.max(1, Math.floor(PIECE / (train.codes.count * size)));
  for (let i = 0; i < count; i++) {
    if (i % piece === piece - 1) yield;
    const found = nearestTo(values.subarray(i * size, (i + 1) * size));
    const others = own ? found.filter((index) => index !== i) : found;
    ks.forEach((k, at) => {
      if (majority(others.slice(0, k), train.labels) === asked.labels[i]) right[at] += 1;
    });
  }
  return right.map((hits) => hits / count);
};

/** How well neighbourhoods survive the way into the code; 0..1, 1 is best. */
export interface NeighbourhoodScores {
  /**
   * 1 where all neighbours among the codes are neighbours in pixel space too; each that is not costs the more, the farther
   * it is: `1 - 2 / (n k (2n - 3k - 1)) sum_i sum_{j in U_i} (r(i, j) - k)`, `U_i` those of the `k` nearest of image i
   * among the codes that are not among its `k` nearest in pixel space, `r(i, j)` the rank of j there.
   */
  readonly trustworthiness: number;
  /** The same with the two spaces exchanged: what was near and was torn apart. */
  readonly continuity: number;
}

/** How many neighbours are looked at, and with what. */
export interface NeighbourhoodOptions {
  /** What runs the products of matrices. */
  readonly runtime: Runtime;
  /** Threads inside one operator; the runtime's own default when absent. */
  readonly threads?: number;
  /** Neighbours of each image; default `NEIGHBOURS`. */
  readonly k?: number;
  /** Told how many images are done. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What is compared beside the neighbours. */
export interface SpaceOptions extends Omit<NeighbourhoodOptions, 'k'> {
  /** Numbers of neighbours, ascending. */
  readonly ks: readonly number[];
  /** Also compares the distances of all pairs, which takes about as long again. */
  readonly distances?: boolean;
}

/** How one space keeps pixel space. */
export interface SpaceScores {
  /** For each number of neighbours. */
  readonly neighbourhoods: readonly (NeighbourhoodScores & { readonly k: number })[];
  /**
   * Pearson's correlation of the distances of all pairs of images in pixel space and in this one; null unless asked for, or
   * where all distances are one.
   * Source: Sainburg, McInnes & Gentner 2021, Parametric UMAP embeddings.
   */
  readonly distanceCorrelation: number | null;
  /**
   * Share of triplets (i, j, k), five of each image i drawn at random, in which of j and k the same one is nearer to i in both
   * spaces; null unless asked for.
   * Source: Wang et al. 2021, Understanding how dimension reduction tools work.
   */
  readonly tripletAccuracy: number | null;
}

/** Of each image. */
const TRIPLETS = 5;

/** What is summed up of one space over the images. */
interface Sums {
  readonly codes: Codes;
  /** For each number of neighbours: what stands in place of neighbours, and what was lost. */
  readonly intruders: Float64Array;
  readonly lost: Float64Array;
  /** Of distances in this space, their squares, and their products with those in pixel space. */
  readonly distances: { sum: number; squares: number; products: number };
  triplets: number;
}

const requireImages = (ks: readonly number[], n: number): void => {
  const k = Math.max(...ks);
  if (2 * k < n) return;
  throw inputError('too-few-images', {
    expected: `more than ${2 * k} images for ${k} neighbours`,
    got: `${n}`,
    hint: 'take more images',
  });
};

/**
 * How spaces of codes keep pixel space: its neighbourhoods and, where asked for, its distances. Those of pixels are computed in
 * whole numbers, so the scores do not depend on the machine. Of equal distances the image that comes first is nearer.
 * Source: Venna & Kaski 2001, Neighborhood preservation in nonlinear projection methods.
 *
 * @param spaces - codes of the images of `set`, in their order; each is scored by itself.
 * @throws LatentError `too-few-images` (input) where the largest `k` is not below half of the images.
 */
export const spaceScores = async (
  set: ImageSet,
  spaces: readonly Codes[],
  { runtime, threads, ks, distances = false, onProgress }: SpaceOptions,
): Promise<readonly SpaceScores[]> => {
  const n = set.count;
  for (const codes of spaces) if (codes.count !== n) throw internalError(`${codes.count} codes of ${n} images`);
  requireImages(ks, n);
  const products = await pixelProducts(set, runtime, threads);
  const far = new Float64Array(n);
  const near = new Float64Array(n);
  const most = Math.max(...ks);
  const sums = spaces.map(
    (codes): Sums => ({
      codes,
      intruders: new Float64Array(ks.length),
      lost: new Float64Array(ks.length),
      distances: { sum: 0, squares: 0, products: 0 },
      triplets: 0,
    }),
  );
  const ofPixels = { sum: 0, squares: 0 };
  const drawn = new Uint32Array(2 * TRIPLETS);
  const widths = spaces.reduce((sum, { size }) => sum + size, 0);
  const piece = Math.max(1, Math.floor(PIECE / (n * (widths + 8 * spaces.length * Math.log2(2 * most)))));
  const compare = function* (rows: Float64Array, from: number): Work<void> {
    for (let i = from; i < Math.min(n, from + ROWS); i++) {
      if ((i - from) % piece === piece - 1) yield;
      const row = (i - from) * n;
      for (let j = 0; j < n; j++) far[j] = products.squares[j] - 2 * rows[row + j];
      const nearFar = nearest(far, most, i);
      if (distances) {
        for (let j = 0; j < i; j++) {
          const squared = far[j] + products.squares[i];
          ofPixels.sum += Math.sqrt(squared);
          ofPixels.squares += squared;
        }
        new RandomStream(1, 'triplets', i).fillUint32(drawn);
      }
      for (const space of sums) {
        codeDistances(space.codes, i, near);
        if (distances) comparePairs(space, i, near, far, products.squares[i], drawn);
        const nearNear = nearest(near, most, i);
        addPenalties(space.intruders, nearNear, far, i, ks);
        addPenalties(space.lost, nearFar, near, i, ks);
      }
    }
  };
  try {
    for (let from = 0; from < n; from += ROWS) {
      const rows = await products.of(from);
      await inTurns(compare(rows, from));
      onProgress?.(Math.min(n, from + ROWS), n);
    }
  } finally {
    await products.release();
  }
  return sums.map(({ intruders, lost, triplets, distances: own }) => ({
    neighbourhoods: ks.map((k, at) => {
      const worst = (n * k * (2 * n - 3 * k - 1)) / 2;
      return { k, trustworthiness: 1 - intruders[at] / worst, continuity: 1 - lost[at] / worst };
    }),
    distanceCorrelation: distances ? pearson(ofPixels, own, (n * (n - 1)) / 2) : null,
    tripletAccuracy: distances ? triplets / (n * TRIPLETS) : null,
  }));
};

/** How far the codes keep the neighbourhoods of pixel space, and the other way round: `spaceScores` of one `k` alone. */
export const neighbourhoodScores = async (
  set: ImageSet,
  codes: Codes,
  { k = NEIGHBOURS, ...options }: NeighbourhoodOptions,
): Promise<NeighbourhoodScores> => {
  const [scores] = await spaceScores(set, [codes], { ...options, ks: [k] });
  const [{ trustworthiness, continuity }] = scores.neighbourhoods;
  return { trustworthiness, continuity };
};

/** Squared distances of all codes to the one of image `i`, in double precision. */
const codeDistances = ({ values, count, size }: Codes, i: number, into: Float64Array): void => {
  for (let j = 0; j < count; j++) {
    let sum = 0;
    for (let d = 0; d < size; d++) sum += (values[j * size + d] - values[i * size + d]) ** 2;
    into[j] = sum;
  }
};

/** Distances and triplets of image `i`. @param square - its product with itself, left out of `far`. */
const comparePairs = (
  space: Sums,
  i: number,
  near: Float64Array,
  far: Float64Array,
  square: number,
  drawn: Uint32Array,
): void => {
  const own = space.distances;
  for (let j = 0; j < i; j++) {
    const squared = near[j];
    own.sum += Math.sqrt(squared);
    own.squares += squared;
    own.products += Math.sqrt(squared * (far[j] + square));
  }
  const others = near.length - 1;
  /** Not the image itself. */
  const pick = (word: number): number => {
    const at = word % others;
    return at < i ? at : at + 1;
  };
  for (let t = 0; t < TRIPLETS; t++) {
    const [j, k] = [pick(drawn[2 * t]), pick(drawn[2 * t + 1])];
    if (near[j] < near[k] === far[j] < far[k]) space.triplets += 1;
  }
};

const pearson = (
  a: { readonly sum: number; readonly squares: number },
  b: { readonly sum: number; readonly squares: number; readonly products: number },
  pairs: number,
): number | null => {
  const covariance = b.products / pairs - (a.sum / pairs) * (b.sum / pairs);
  const [va, vb] = [a, b].map(({ sum, squares }) => squares / pairs - (sum / pairs) ** 2);
  return va > 0 && vb > 0 ? covariance / Math.sqrt(va * vb) : null;
};

/**
 * What the nearest by one distance cost by the other: how far beyond the `k`-th place each of the first `k` is.
 *
 * @param found - indices of the nearest by one distance, nearest first.
 * @param other - the other distance; that of the image itself, `self`, does not count.
 */
const addPenalties = (
  sums: Float64Array,
  found: readonly number[],
  other: Float64Array,
  self: number,
  ks: readonly number[],
): void => {
  const places = ranksOf(found, other, self);
  ks.forEach((k, at) => {
    for (let i = 0; i < k; i++) sums[at] += Math.max(0, places[i] - k);
  });
};

/** The rank of each index by some distance, from 1; of equal distances the lower index comes first. */
const ranksOf = (indices: readonly number[], distances: Float64Array, self: number): readonly number[] => {
  const comesBefore = (a: number, b: number): boolean =>
    distances[a] < distances[b] || (distances[a] === distances[b] && a < b);
  const order = indices.map((_, i) => i).sort((a, b) => (comesBefore(indices[a], indices[b]) ? -1 : 1));
  const sorted = order.map((i) => indices[i]);
  const last = distances[sorted[sorted.length - 1]];
  const counts = new Uint32Array(sorted.length);
  for (let m = 0; m < distances.length; m++) {
    if (distances[m] > last || m === self) continue;
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (comesBefore(m, sorted[middle])) high = middle;
      else low = middle + 1;
    }
    if (low < counts.length) counts[low] += 1;
  }
  const ranks = new Array<number>(indices.length);
  let before = 0;
  order.forEach((i, place) => {
    before += counts[place];
    ranks[i] = before + 1;
  });
  return ranks;
};

/** Indices of the `k` smallest values, that of the image itself left out; the first of equals first. */
const nearest = (values: Float64Array, k: number, self: number): readonly number[] => {
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (i === self || (found.length === k && values[i] >= values[found[k - 1]])) continue;
    let at = found.length;
    while (at > 0 && values[found[at - 1]] > values[i]) at -= 1;
    found.splice(at, 0, i);
    if (found.length > k) found.pop();
  }
  return found;
};
