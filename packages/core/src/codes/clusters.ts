/**
 * Codes in clusters.
 *
 * In: codes, how many clusters, a seed. Out: k-means: the cluster of each code, and the centres.
 * Source: Lloyd 1982, Least squares quantization in PCM; Arthur & Vassilvitskii 2007, k-means++.
 */
import { kmeans } from 'ml-kmeans';
import { inputError } from '../errors.ts';
import { RandomStream } from '../random/index.ts';
import { type Codes, codeExtent } from './codes.ts';
import { evenSample } from './covariance.ts';

/** How codes are clustered. */
export interface ClusterOptions {
  /** Of the choice of centres to begin with. Default 1. */
  readonly seed?: number;
  /** So many beginnings are tried, the one of least inertia kept. Default 5. */
  readonly restarts?: number;
}

/** Codes in clusters. */
export interface CodeClusters {
  /** `[count]`, cluster of each code, the largest 0. */
  readonly clusters: Uint32Array;
  /** `[clusters]`, centres of the clusters, code units. */
  readonly centres: Codes;
  /** `[clusters]`, codes in each. */
  readonly sizes: readonly number[];
  /** Sum over codes of the squared distance to their centre. */
  readonly inertia: number;
}

/** Codes that beginnings are compared on. */
const TRIED = 10_000;
/** Numbers that k-means goes over again and again. */
const MOST_NUMBERS = 2e7;
/** Movement of a centre that counts as none, a share of the mean variance of a dimension. */
const TOLERANCE = 1e-6;
const MOST_PASSES = 300;

const rowsOf = ({ values, count, size }: Codes): number[][] =>
  Array.from({ length: count }, (_, i) => Array.from(values.subarray(i * size, (i + 1) * size)));

/** @throws LatentError (input) `too-few-codes` unless as many codes differ as there are clusters, and there are more codes. */
const requireEnough = (rows: readonly (readonly number[])[], count: number): void => {
  const different = new Set<string>();
  for (const row of rows) {
    if (different.size === count) break;
    different.add(row.join());
  }
  if (different.size === count && rows.length > count) return;
  const most = Math.min(different.size, rows.length - 1);
  throw inputError('too-few-codes', {
    expected: `${most === 0 ? 'two codes or more' : `at most ${most} cluster${most === 1 ? '' : 's'}`} of ${rows.length} codes, ${different.size} of them different`,
    got: `${count}`,
    hint: 'ask for fewer, or take more images',
  });
};

const squaredDistance = (values: ArrayLike<number>, at: number, centre: readonly number[]): number => {
  let sum = 0;
  for (let d = 0; d < centre.length; d++) sum += (values[at + d] - centre[d]) ** 2;
  return sum;
};

/** The nearest centre of each code. */
const assigned = ({ values, count, size }: Codes, centres: readonly (readonly number[])[]) => {
  const clusters = new Uint32Array(count);
  let inertia = 0;
  for (let i = 0; i < count; i++) {
    let least = Number.POSITIVE_INFINITY;
    centres.forEach((centre, cluster) => {
      const distance = squaredDistance(values, i * size, centre);
      if (distance >= least) return;
      least = distance;
      clusters[i] = cluster;
    });
    inertia += least;
  }
  return { clusters, inertia };
};

/** Centres of k-means on some of the codes, the best of several beginnings. */
const begunCentres = (codes: Codes, count: number, tolerance: number, { seed = 1, restarts = 5 }: ClusterOptions) => {
  const sample = evenSample(codes, TRIED);
  const rows = rowsOf(sample);
  requireEnough(rows, count);
  const seeds = new Uint32Array(restarts);
  new RandomStream(seed, 'clusters').fillUint32(seeds);
  const tried = Array.from(seeds, (own) => {
    const { centroids } = kmeans(rows, count, { seed: own, tolerance, maxIterations: MOST_PASSES });
    return { centroids, inertia: assigned(sample, centroids).inertia };
  });
  return tried.reduce((best, next) => (next.inertia < best.inertia ? next : best)).centroids;
};

/**
 * Clusters codes by k-means: beginnings by k-means++ on up to 10,000 codes, evenly spaced; the best goes on over all of them.
 *
 * @param count - how many clusters, 1 or more.
 * @returns clusters by size, the largest first.
 * @throws LatentError (input) `too-few-codes` unless as many codes differ as there are clusters, and there are more codes.
 */
export const clusterCodes = (codes: Codes, count: number, options: ClusterOptions = {}): CodeClusters => {
  const { size } = codes;
  const { std } = codeExtent(codes);
  const tolerance = (TOLERANCE * std.reduce((sum, each) => sum + each ** 2, 0)) / size;
  const begun = begunCentres(codes, count, tolerance, options);
  const rows = rowsOf(evenSample(codes, Math.max(TRIED, Math.floor(MOST_NUMBERS / size))));
  const { centroids } = kmeans(rows, count, { initialization: begun, tolerance, maxIterations: MOST_PASSES });
  const { clusters, inertia } = assigned(codes, centroids);
  const sizes = centroids.map(() => 0);
  for (const cluster of clusters) sizes[cluster] += 1;
  const order = Array.from(sizes.keys()).sort((a, b) => sizes[b] - sizes[a] || a - b);
  const place = Uint32Array.from(sizes, (_, cluster) => order.indexOf(cluster));
  return {
    clusters: clusters.map((cluster) => place[cluster]),
    centres: { values: Float32Array.from(order.flatMap((cluster) => centroids[cluster])), count, size },
    sizes: order.map((cluster) => sizes[cluster]),
    inertia,
  };
};
