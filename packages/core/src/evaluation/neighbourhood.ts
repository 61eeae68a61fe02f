/**
 * Whether neighbours stay neighbours: among the codes, and among the images themselves.
 *
 * In: codes of images, their labels, the images. Out: the share of test images that their neighbours' labels name right,
 * and two measures of how far the codes keep the neighbourhoods of pixel space. Codes are those of `encodeSets`.
 */
import { atOnce, type Codes, inTurns, PIECE, type Work } from '../codes/index.ts';
import { inputError, internalError } from '../errors.ts';
import { type ImageSet, imageSize, type Labels } from '../images/index.ts';
import type { Runtime } from '../tensor/index.ts';
import { emitGraph } from '../tensor/onnx/emitter.ts';
import { gemm } from '../tensor/ops/matmul.ts';
import { input } from '../tensor/tensor.ts';
import { nearestCodes } from './nearest-codes.ts';

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
  const nearestTo = nearestCodes(train.codes, k);
  const { values, count, size } = test.codes;
  let right = 0;
  const piece = Math.max(1, Math.floor(PIECE / (train.codes.count * size)));
  for (let i = 0; i < count; i++) {
    if (i % piece === piece - 1) yield;
    const nearest = nearestTo(values.subarray(i * size, (i + 1) * size));
    if (majority(nearest, train.labels) === test.labels[i]) right += 1;
  }
  return right / count;
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

/** Pixels in one product: sums of this many products of bytes are whole numbers below 2^24, exact in single precision. */
const EXACT_PIXELS = 256;
/** Images in one run: 10 MB of products with 10,000 others. */
const ROWS = 250;

/**
 * How far the codes keep the neighbourhoods of pixel space, and the other way round. Distances are Euclidean; those of
 * pixels are computed in whole numbers, so the scores do not depend on the machine. Of equal distances the image that
 * comes first is nearer.
 * Source: Venna & Kaski 2001, Neighborhood preservation in nonlinear projection methods.
 *
 * @param codes - of the images of `set`, in their order.
 * @throws LatentError `too-few-images` (input) where `k` is not below half of the images.
 */
export const neighbourhoodScores = async (
  set: ImageSet,
  codes: Codes,
  { runtime, threads, k = NEIGHBOURS, onProgress }: NeighbourhoodOptions,
): Promise<NeighbourhoodScores> => {
  const n = set.count;
  if (codes.count !== n) throw internalError(`${codes.count} codes of ${n} images`);
  if (2 * k >= n)
    throw inputError('too-few-images', {
      expected: `more than ${2 * k} images for ${k} neighbours`,
      got: `${n}`,
      hint: 'take more images',
    });
  const products = await pixelProducts(set, runtime, threads);
  const far = new Float64Array(n);
  const near = new Float64Array(n);
  let intruders = 0;
  let lost = 0;
  const piece = Math.max(1, Math.floor(PIECE / (n * (codes.size + 4 * k))));
  const compare = function* (rows: Float64Array, from: number): Work<void> {
    for (let i = from; i < Math.min(n, from + ROWS); i++) {
      if ((i - from) % piece === piece - 1) yield;
      const row = (i - from) * n;
      for (let j = 0; j < n; j++) far[j] = products.squares[j] - 2 * rows[row + j];
      codeDistances(codes, i, near);
      // An image is no neighbour of its own.
      far[i] = Number.POSITIVE_INFINITY;
      near[i] = Number.POSITIVE_INFINITY;
      intruders += penalty(near, far, k);
      lost += penalty(far, near, k);
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
  const worst = (n * k * (2 * n - 3 * k - 1)) / 2;
  return { trustworthiness: 1 - intruders / worst, continuity: 1 - lost / worst };
};

/** Squared distances of all codes to the one of image `i`, in double precision. */
const codeDistances = ({ values, count, size }: Codes, i: number, into: Float64Array): void => {
  for (let j = 0; j < count; j++) {
    let sum = 0;
    for (let d = 0; d < size; d++) sum += (values[j * size + d] - values[i * size + d]) ** 2;
    into[j] = sum;
  }
};

/** What the `k` nearest by one distance cost by the other: how far beyond the `k`-th place each of them is. */
const penalty = (by: Float64Array, other: Float64Array, k: number): number => {
  let sum = 0;
  for (const j of nearest(by, k)) {
    let rank = 1;
    for (let m = 0; m < other.length; m++) if (other[m] < other[j] || (other[m] === other[j] && m < j)) rank += 1;
    sum += Math.max(0, rank - k);
  }
  return sum;
};

/** Indices of the `k` smallest values; the first of equals first. */
const nearest = (values: Float64Array, k: number): number[] => {
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (found.length === k && values[i] >= values[found[k - 1]]) continue;
    let at = found.length;
    while (at > 0 && values[found[at - 1]] > values[i]) at -= 1;
    found.splice(at, 0, i);
    if (found.length > k) found.pop();
  }
  return found;
};

interface PixelProducts {
  /** `[count]`, each image's product with itself. */
  readonly squares: Float64Array;
  /** Products of `ROWS` images from `from` on with all images: `[ROWS, count]`; reused by the next call. */
  of(from: number): Promise<Float64Array>;
  release(): Promise<void>;
}

/** Exact products of images as vectors of bytes, on the engine. */
const pixelProducts = async (set: ImageSet, runtime: Runtime, threads: number | undefined): Promise<PixelProducts> => {
  const n = set.count;
  const size = imageSize(set);
  const chunks = Array.from({ length: Math.ceil(size / EXACT_PIXELS) }, (_, c) => c * EXACT_PIXELS);
  const width = Math.min(EXACT_PIXELS, size);
  const [a, b] = [input('a', [ROWS, width]), input('b', [n, width])];
  const bytes = emitGraph({ y: gemm(a, b, { transB: true }) }, [a, b], { name: 'products of images' });
  const session = await runtime.createSession(bytes, { threads });
  const slice = (start: number, from: number, count: number, into: Float32Array): Float32Array => {
    into.fill(0);
    const held = Math.min(width, size - start);
    for (let i = 0; i < Math.min(count, n - from); i++) {
      const at = (from + i) * size + start;
      for (let p = 0; p < held; p++) into[i * width + p] = set.pixels[at + p];
    }
    return into;
  };
  const all = chunks.map((start) => ({ dims: [n, width], data: slice(start, 0, n, new Float32Array(n * width)) }));
  const some = { dims: [ROWS, width], data: new Float32Array(ROWS * width) };
  const sums = new Float64Array(ROWS * n);
  const squares = new Float64Array(n);
  for (let i = 0; i < n; i++) for (let p = 0; p < size; p++) squares[i] += set.pixels[i * size + p] ** 2;
  return {
    squares,
    of: async (from) => {
      sums.fill(0);
      for (const [c, start] of chunks.entries()) {
        slice(start, from, ROWS, some.data);
        const { y } = await session.run({ a: some, b: all[c] });
        if (!(y?.data instanceof Float32Array)) throw internalError('the products of images are no float32 tensor');
        const part = y.data;
        for (let i = 0; i < part.length; i++) sums[i] += part[i];
      }
      return sums;
    },
    release: () => session.release(),
  };
};
