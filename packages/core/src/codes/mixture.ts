/**
 * A mixture of Gaussians fitted to codes.
 *
 * In: codes, how many Gaussians, a seed. Out: their weights, means and full covariances, by expectation maximisation from the
 * clusters of k-means, as scikit-learn begins.
 * Source: Dempster, Laird & Rubin 1977, Maximum likelihood from incomplete data via the EM algorithm; as a density of codes:
 * Ghosh et al. 2020, From variational to deterministic autoencoders.
 */
import { type ClusterOptions, clusterCodes } from './clusters.ts';
import type { Codes } from './codes.ts';
import { evenSample } from './covariance.ts';
import {
  type CodeDistribution,
  type CodeGaussian,
  factorOf,
  requireFitted,
  ridgeOf,
  whitened,
} from './distribution.ts';
import { atOnce, PIECE, type Work } from './turns.ts';

/** How a mixture is fitted. */
export interface MixtureOptions extends Pick<ClusterOptions, 'seed'> {
  /** How many Gaussians. Default 10. */
  readonly components?: number;
}

/** A mixture, and how well it fits. */
export type FittedMixture = Extract<CodeDistribution, { readonly type: 'mixture' }> & {
  /** Mean over codes of the logarithm of the density, nats. */
  readonly logLikelihood: number;
  /** Passes over the codes. */
  readonly passes: number;
};

/** Multiplications in one pass over the codes: half a second. */
const MOST_PRODUCTS = 2e8;
const FEWEST = 2000;
const MOST_PASSES = 100;
/** Nats by which the mean log-likelihood must still rise; scikit-learn's own. */
const SETTLED = 1e-3;

/** Weights, means and covariances of codes that belong to Gaussians by shares. */
const maximised = function* (
  codes: Codes,
  shares: Float64Array,
  components: number,
  ridge: number,
): Work<readonly CodeGaussian[]> {
  const { values, count, size } = codes;
  const piece = Math.max(1, Math.floor(PIECE / size ** 2));
  const gaussians: CodeGaussian[] = [];
  for (let k = 0; k < components; k++) {
    let total = 10 * Number.EPSILON;
    const mean = new Float64Array(size);
    for (let i = 0; i < count; i++) {
      const share = shares[i * components + k];
      total += share;
      for (let d = 0; d < size; d++) mean[d] += share * values[i * size + d];
    }
    for (let d = 0; d < size; d++) mean[d] /= total;
    const sums = Array.from({ length: size }, () => new Float64Array(size));
    const centred = new Float64Array(size);
    for (let i = 0; i < count; i++) {
      if (i % piece === piece - 1) yield;
      const share = shares[i * components + k];
      if (share === 0) continue;
      for (let d = 0; d < size; d++) centred[d] = values[i * size + d] - mean[d];
      for (let a = 0; a < size; a++) {
        const [x, row] = [(share * centred[a]) / total, sums[a]];
        for (let b = 0; b <= a; b++) row[b] += x * centred[b];
      }
    }
    for (let a = 0; a < size; a++) for (let b = 0; b < a; b++) sums[b][a] = sums[a][b];
    gaussians.push({ weight: total / count, mean, factor: factorOf(sums, ridge) });
  }
  return gaussians;
};

/** Logarithm of weight and density where a code lies in the middle of a Gaussian. */
const peaks = (gaussians: readonly CodeGaussian[], size: number): readonly number[] =>
  gaussians.map(({ weight, factor }) => {
    let logVolume = 0;
    for (let d = 0; d < size; d++) logVolume += Math.log(factor[d * size + d]);
    return Math.log(weight) - logVolume - (size / 2) * Math.log(2 * Math.PI);
  });

/**
 * The logarithm of the density at each code, in turn.
 *
 * @param take - told of each code its log-density and, by Gaussian, the logarithm of weight times density.
 */
const densities = function* (
  { values, count, size }: Codes,
  gaussians: readonly CodeGaussian[],
  take: (i: number, log: number, logs: Float64Array) => void,
): Work<void> {
  const top = peaks(gaussians, size);
  const [into, logs] = [new Float64Array(size), new Float64Array(gaussians.length)];
  const piece = Math.max(1, Math.floor(PIECE / (gaussians.length * size ** 2)));
  for (let i = 0; i < count; i++) {
    if (i % piece === piece - 1) yield;
    let highest = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < logs.length; k++) {
      logs[k] = top[k] - whitened(gaussians[k], values, i * size, into) / 2;
      highest = Math.max(highest, logs[k]);
    }
    let density = 0;
    for (let k = 0; k < logs.length; k++) density += Math.exp(logs[k] - highest);
    take(i, highest + Math.log(density), logs);
  }
};

/** To which Gaussian codes belong, by shares that sum to 1. @returns the mean log-likelihood. */
const expected = function* (codes: Codes, gaussians: readonly CodeGaussian[], shares: Float64Array): Work<number> {
  const components = gaussians.length;
  let sum = 0;
  yield* densities(codes, gaussians, (i, log, logs) => {
    for (let k = 0; k < components; k++) shares[i * components + k] = Math.exp(logs[k] - log);
    sum += log;
  });
  return sum / codes.count;
};

/**
 * The logarithm of a mixture's density at each code, nats: low where codes of images seldom are.
 *
 * @returns `[count]`.
 */
export const logDensities = (codes: Codes, { gaussians }: Pick<FittedMixture, 'gaussians'>): Float64Array => {
  const found = new Float64Array(codes.count);
  const take = (i: number, log: number): void => {
    found[i] = log;
  };
  atOnce(densities(codes, gaussians, take));
  return found;
};

/** The same as `fitMixture` in pieces. */
export const mixtureWork = function* (
  codes: Codes,
  { components = 10, seed = 1 }: MixtureOptions = {},
): Work<FittedMixture> {
  requireFitted(codes);
  const { size } = codes;
  const sample = evenSample(codes, Math.max(FEWEST, Math.floor(MOST_PRODUCTS / (components * size ** 2))));
  const ridge = ridgeOf(sample);
  const shares = new Float64Array(sample.count * components);
  if (components === 1) shares.fill(1);
  else
    clusterCodes(sample, components, { seed, restarts: 1 }).clusters.forEach((cluster, i) => {
      shares[i * components + cluster] = 1;
    });
  yield;
  let gaussians = yield* maximised(sample, shares, components, ridge);
  let logLikelihood = Number.NEGATIVE_INFINITY;
  for (let passes = 1; ; passes++) {
    const next = yield* expected(sample, gaussians, shares);
    const isSettled = Math.abs(next - logLikelihood) < SETTLED || passes === MOST_PASSES;
    logLikelihood = next;
    if (isSettled) return { type: 'mixture', size, gaussians, logLikelihood, passes };
    gaussians = yield* maximised(sample, shares, components, ridge);
  }
};

/**
 * Fits a mixture of Gaussians with full covariances, each raised by a ridge of 1e-6 of the mean variance.
 *
 * Of many or wide codes an evenly spaced part is taken, so that a pass takes no more than 2e8 multiplications.
 *
 * @throws LatentError (input) `code-size` of codes of more than 1,024 numbers, `too-few-codes`; (work) `no-codes`.
 */
export const fitMixture = (codes: Codes, options: MixtureOptions = {}): FittedMixture =>
  atOnce(mixtureWork(codes, options));
