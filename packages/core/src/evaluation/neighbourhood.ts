/**
 * Whether neighbours stay neighbours: among the codes, and among the images themselves.
 *
 * In: codes of images, their labels, the images. Out: the share of test images that their neighbours' labels name right,
 * and two measures of how far the codes keep the neighbourhoods of pixel space. Codes are those of `encodeSets`.
 */
import { atOnce, type Codes, inTurns, PIECE, type Work } from '../codes/index.ts';
import { inputError, internalError } from '../errors.ts';
import type { ImageSet, Labels } from '../images/index.ts';
import type { RunKernel } from '../optimizers/index.ts';
import { RandomStream } from '../random/index.ts';
import type { Runtime } from '../tensor/index.ts';
import { type Arena, arenaBytes, createArena } from '../training/index.ts';
import { nearestCodes } from './nearest-codes.ts';
import { evenly, pixelProducts, ROWS } from './pixel-products.ts';

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
  /** Of the images. */
  readonly count: number;
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
const columnsOf = ({ values, count, size }: Codes, { doubles }: Arena): readonly Float64Array[] =>
  Array.from({ length: size }, (_, d) => {
    const column = doubles(evenly(count));
    for (let i = 0; i < count; i++) column[i] = values[i * size + d];
    return column;
  });

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
  const most = Math.max(...ks);
  const widths = spaces.reduce((sum, { size }) => sum + size, 0);
  const arena = createArena(
    (3 + widths) * arenaBytes(evenly(n), 8) + arenaBytes(ROWS * n + 4) + 5 * arenaBytes(most, 8),
    'the comparison of neighbours',
  );
  const { run } = arena.kernels;
  const products = await pixelProducts(set, arena, { runtime, threads });
  const [far, near] = [arena.doubles(evenly(n)), arena.doubles(evenly(n))];
  const [ofFar, ofNear] = [createNearest(most, arena), createNearest(most, arena)];
  const ranking = { ks, ranks: arena.integers(most), run };
  /** Distances of image `i` to itself, and of places behind the last image: infinite. */
  const leaveOut = (distances: Float64Array, i: number): void => {
    distances[i] = Number.POSITIVE_INFINITY;
    distances.fill(Number.POSITIVE_INFINITY, n);
  };
  const sums = spaces.map(
    (codes): Sums => ({
      count: n,
      columns: columnsOf(codes, arena),
      intruders: new Float64Array(ks.length),
      lost: new Float64Array(ks.length),
      distances: { sum: 0, squares: 0, products: 0 },
      triplets: 0,
    }),
  );
  const ofPixels = { sum: 0, squares: 0 };
  const drawn = new Uint32Array(2 * TRIPLETS);
  const piece = Math.max(1, Math.floor(PIECE / (n * (widths + 8 * spaces.length * Math.log2(2 * most)))));
  const compare = function* (from: number): Work<void> {
    for (let i = from; i < Math.min(n, from + ROWS); i++) {
      if ((i - from) % piece === piece - 1) yield;
      products.distances(i - from, far);
      if (distances) {
        for (let j = 0; j < i; j++) {
          const squared = far[j] + products.squares[i];
          ofPixels.sum += Math.sqrt(squared);
          ofPixels.squares += squared;
        }
        new RandomStream(1, 'triplets', i).fillUint32(drawn);
      }
      leaveOut(far, i);
      ofFar.find(far);
      for (const space of sums) {
        codeDistances(space.columns, i, near, run);
        if (distances) comparePairs(space, i, near, far, products.squares[i], drawn);
        leaveOut(near, i);
        ofNear.find(near);
        addPenalties(space.intruders, ofNear, far, ranking);
        addPenalties(space.lost, ofFar, near, ranking);
      }
    }
  };
  try {
    for (let from = 0; from < n; from += ROWS) {
      await products.take(from);
      await inTurns(compare(from));
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
const codeDistances = (columns: readonly Float64Array[], i: number, into: Float64Array, run: RunKernel): void => {
  columns.forEach((column, d) => {
    run('squared_differences', column, column[i], into, into.length, d === 0 ? 1 : 0);
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
  const others = space.count - 1;
  for (let j = 0; j < i; j++) {
    const squared = near[j];
    own.sum += Math.sqrt(squared);
    own.squares += squared;
    own.products += Math.sqrt(squared * (far[j] + square));
  }
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

const createNearest = (k: number, { integers, doubles, kernels }: Arena): Nearest => {
  const indices = integers(k);
  const smallest = doubles(k);
  return {
    indices,
    find: (distances) => {
      smallest.fill(Number.POSITIVE_INFINITY);
      kernels.run('smallest', distances, distances.length, smallest, indices, k);
    },
  };
};

/**
 * What the nearest by one distance cost by the other: how far beyond the `k`-th place each of the first `k` is.
 *
 * @param found - the nearest by one distance.
 * @param other - the other distance; the image itself is infinitely far.
 */
const addPenalties = (
  sums: Float64Array,
  { indices }: Nearest,
  other: Float64Array,
  { ks, ranks, run }: { readonly ks: readonly number[]; readonly ranks: Int32Array; readonly run: RunKernel },
): void => {
  run('ranks', other, other.length, indices, indices.length, ranks);
  ks.forEach((k, at) => {
    for (let i = 0; i < k; i++) sums[at] += Math.max(0, ranks[i] - k);
  });
};
