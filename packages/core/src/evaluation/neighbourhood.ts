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
  /** Of each dimension of the code, its numbers for all images. */
  readonly columns: readonly Float64Array[];
  /** For each number of neighbours: what stands in place of neighbours, and what was lost. */
  readonly intruders: Float64Array;
  readonly lost: Float64Array;
  /** Of distances in this space, their squares, and their products with those in pixel space. */
  readonly distances: { sum: number; squares: number; products: number };
  triplets: number;
}

/** The numbers of each dimension by themselves, since sums of whole columns are loops without a loop inside. */
const columnsOf = ({ values, count, size }: Codes): readonly Float64Array[] =>
  Array.from({ length: size }, (_, d) => Float64Array.from({ length: count }, (__, i) => values[i * size + d]));

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
  const [ofFar, ofNear] = [createNearest(most), createNearest(most)];
  const sums = spaces.map(
    (codes): Sums => ({
      columns: columnsOf(codes),
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
  const compare = function* (rows: Float32Array | Float64Array, from: number): Work<void> {
    for (let i = from; i < Math.min(n, from + ROWS); i++) {
      if ((i - from) % piece === piece - 1) yield;
      pixelDistances(rows, (i - from) * n, products.squares, far);
      if (distances) {
        for (let j = 0; j < i; j++) {
          const squared = far[j] + products.squares[i];
          ofPixels.sum += Math.sqrt(squared);
          ofPixels.squares += squared;
        }
        new RandomStream(1, 'triplets', i).fillUint32(drawn);
      }
      far[i] = Number.POSITIVE_INFINITY;
      ofFar.find(far);
      for (const space of sums) {
        codeDistances(space.columns, i, near);
        if (distances) comparePairs(space, i, near, far, products.squares[i], drawn);
        near[i] = Number.POSITIVE_INFINITY;
        ofNear.find(near);
        addPenalties(space.intruders, ofNear, far, ks);
        addPenalties(space.lost, ofFar, near, ks);
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

/** Squared distances of all images to one, less a number that is the same for all; in whole numbers. */
const pixelDistances = (
  rows: Float32Array | Float64Array,
  start: number,
  squares: Float64Array,
  into: Float64Array,
): void => {
  for (let j = 0; j < into.length; j++) into[j] = squares[j] - 2 * rows[start + j];
};

/** Squared distances of all codes to the one of image `i`, in double precision. */
const codeDistances = (columns: readonly Float64Array[], i: number, into: Float64Array): void => {
  columns.forEach((column, d) => {
    const from = column[i];
    if (d === 0)
      for (let j = 0; j < column.length; j++) {
        const difference = column[j] - from;
        into[j] = difference * difference;
      }
    else
      for (let j = 0; j < column.length; j++) {
        const difference = column[j] - from;
        into[j] += difference * difference;
      }
  });
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

/** The images that are nearest by some distance, found again and again in the same memory. */
interface Nearest {
  /** The nearest first; of equal distances the lower index. */
  readonly indices: Int32Array;
  /** Finds those of other distances; the image itself is infinitely far. */
  find(distances: Float64Array): void;
}

const createNearest = (k: number): Nearest => {
  const indices = new Int32Array(k);
  const smallest = new Float64Array(k);
  return {
    indices,
    find: (distances) => {
      smallest.fill(Number.POSITIVE_INFINITY);
      let last = Number.POSITIVE_INFINITY;
      for (let i = 0; i < distances.length; i++) {
        const distance = distances[i];
        if (distance >= last) continue;
        let at = k - 1;
        for (; at > 0 && smallest[at - 1] > distance; at--) {
          smallest[at] = smallest[at - 1];
          indices[at] = indices[at - 1];
        }
        smallest[at] = distance;
        indices[at] = i;
        last = smallest[k - 1];
      }
    },
  };
};

/**
 * What the nearest by one distance cost by the other: how far beyond the `k`-th place each of the first `k` is.
 *
 * @param found - the nearest by one distance.
 * @param other - the other distance; the image itself is infinitely far.
 */
const addPenalties = (sums: Float64Array, { indices }: Nearest, other: Float64Array, ks: readonly number[]): void => {
  const ranks = ranksOf(indices, other);
  ks.forEach((k, at) => {
    for (let i = 0; i < k; i++) sums[at] += Math.max(0, ranks[i] - k);
  });
};

/** The rank of each index by some distance, from 1; of equal distances the lower index comes first. */
const ranksOf = (indices: Int32Array, distances: Float64Array): Uint32Array => {
  const k = indices.length;
  const order = Array.from(indices.keys()).sort(
    (a, b) => distances[indices[a]] - distances[indices[b]] || indices[a] - indices[b],
  );
  const places = Int32Array.from(order, (i) => indices[i]);
  const sorted = Float64Array.from(places, (index) => distances[index]);
  const last = sorted[k - 1];
  // How many images come before the first of them, how many more before the second, and so on.
  const counts = new Uint32Array(k + 1);
  for (let m = 0; m < distances.length; m++) {
    const distance = distances[m];
    if (distance > last) continue;
    let [low, high] = [0, k];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (distance < sorted[middle] || (distance === sorted[middle] && m < places[middle])) high = middle;
      else low = middle + 1;
    }
    counts[low] += 1;
  }
  const ranks = new Uint32Array(k);
  let before = 0;
  order.forEach((i, place) => {
    before += counts[place];
    ranks[i] = before + 1;
  });
  return ranks;
};
