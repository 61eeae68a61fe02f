/**
 * What codes are drawn from: the prior of a Gaussian code, or a density fitted to the codes of images.
 *
 * In: codes, a seed. Out: Gaussians, codes drawn from them, how far codes lie from them. Mixtures are fitted in `mixture.ts`.
 */
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { inputError, workError } from '../errors.ts';
import { RandomStream } from '../random/index.ts';
import { type Codes, codeExtent } from './codes.ts';
import { covarianceOf, meanCode, sampleOfCodes } from './covariance.ts';
import { atOnce } from './turns.ts';

/** A Gaussian in a code space, and its share of a mixture. */
export interface CodeGaussian {
  /** 0 to 1; all of a mixture sum to 1. */
  readonly weight: number;
  /** `[size]`, code units. */
  readonly mean: ArrayLike<number>;
  /** `[size * size]`, lower triangle L of the covariance `L L^T`, row by row. */
  readonly factor: Float64Array;
}

/** Where codes are drawn from. `prior`: every number from the unit Gaussian. */
export type CodeDistribution =
  | { readonly type: 'prior'; readonly size: number }
  | { readonly type: 'mixture'; readonly size: number; readonly gaussians: readonly CodeGaussian[] };

/** Added to every variance, as a share of the mean variance: directions in which codes hardly vary stay finite. */
export const RIDGE = 1e-6;

/** A covariance of more numbers takes minutes to factor, and more codes than there are to be known. */
const MOST_FITTED = 1024;

/** @throws LatentError (input) `code-size` of codes too wide for a covariance. */
export const requireFitted = ({ count, size }: Codes): void => {
  if (count === 0)
    throw workError('no-codes', { problem: 'there are no codes to fit', hint: 'encode at least one image' });
  if (size <= MOST_FITTED) return;
  throw inputError('code-size', {
    expected: `codes of at most ${MOST_FITTED} numbers for a covariance of all`,
    got: `${size}`,
    hint: 'take the prior in place of a fit, the error in place of a distance, or a network of a smaller code',
  });
};

/**
 * The lower triangle of a covariance, its diagonal raised by a ridge.
 *
 * @param ridge - code units squared.
 */
export const factorOf = (covariance: readonly ArrayLike<number>[], ridge: number): Float64Array => {
  const size = covariance.length;
  const matrix = new Matrix(size, size);
  for (let a = 0; a < size; a++)
    for (let b = 0; b < size; b++) matrix.set(a, b, covariance[a][b] + (a === b ? ridge : 0));
  const { lowerTriangularMatrix } = new CholeskyDecomposition(matrix);
  return Float64Array.from(lowerTriangularMatrix.to1DArray());
};

/** The ridge of codes: a share of their mean variance, and of codes that do not vary a little of anything. */
export const ridgeOf = (codes: Codes): number => {
  const variances = codeExtent(codes).std.map((std) => std ** 2);
  return Math.max(RIDGE * (variances.reduce((sum, variance) => sum + variance, 0) / codes.size), 1e-30);
};

/**
 * The Gaussian of the codes' mean and population covariance.
 *
 * @throws LatentError (input) `code-size` of codes of more than 1,024 numbers; (work) `no-codes`.
 */
export const fitGaussian = (codes: Codes): CodeDistribution => {
  requireFitted(codes);
  const sample = sampleOfCodes(codes);
  const covariance = atOnce(covarianceOf(sample, codeExtent(sample)));
  const gaussian = { weight: 1, mean: meanCode(codes), factor: factorOf(covariance, ridgeOf(sample)) };
  return { type: 'mixture', size: codes.size, gaussians: [gaussian] };
};

/**
 * `y` with `L y = x - mean`, whose squares sum to the squared Mahalanobis distance.
 *
 * @param code - numbers of which those from `at` on are a code.
 * @param into - `[size]`, filled.
 * @returns the sum of squares.
 */
export const whitened = (
  { mean, factor }: CodeGaussian,
  code: ArrayLike<number>,
  at: number,
  into: Float64Array,
): number => {
  const size = mean.length;
  let squares = 0;
  for (let a = 0; a < size; a++) {
    let value = code[at + a] - mean[a];
    const row = a * size;
    for (let b = 0; b < a; b++) value -= factor[row + b] * into[b];
    value /= factor[row + a];
    into[a] = value;
    squares += value * value;
  }
  return squares;
};

/**
 * How far codes lie from the nearest of the Gaussians, in its standard deviations (Mahalanobis distance); from the prior the
 * length of the code.
 *
 * Source: Mahalanobis 1936, On the generalised distance in statistics.
 *
 * @returns `[count]`.
 */
export const codeDistances = ({ values, count, size }: Codes, distribution: CodeDistribution): Float64Array => {
  const into = new Float64Array(size);
  return Float64Array.from({ length: count }, (_, i) => {
    if (distribution.type === 'prior')
      return Math.sqrt(values.subarray(i * size, (i + 1) * size).reduce((sum, value) => sum + value ** 2, 0));
    const squares = distribution.gaussians.map((gaussian) => whitened(gaussian, values, i * size, into));
    return Math.sqrt(Math.min(...squares));
  });
};

/** How codes are drawn. */
export interface DrawOptions {
  /** Same seed, same codes; the first of many are those of few. Default 1. */
  readonly seed?: number;
  /** What standard deviations are multiplied by; below 1 draws keep nearer to the middle. Default 1. */
  readonly temperature?: number;
}

/** Which Gaussian each draw is of: where a uniform number falls among the weights. */
const chosenGaussians = (gaussians: readonly CodeGaussian[], count: number, seed: number): readonly CodeGaussian[] => {
  const uniform = new Float32Array(count);
  new RandomStream(seed, 'drawn-components').fillUniform(uniform);
  let sum = 0;
  const upTo = gaussians.map(({ weight }) => {
    sum += weight;
    return sum;
  });
  return Array.from(uniform, (share) => gaussians.find((_, k) => share < upTo[k]) ?? gaussians[gaussians.length - 1]);
};

/**
 * Draws codes: `mean + temperature L e`, e from the unit Gaussian.
 *
 * @returns `count` of them.
 */
export const drawCodes = (
  distribution: CodeDistribution,
  count: number,
  { seed = 1, temperature = 1 }: DrawOptions = {},
): Codes => {
  const { size } = distribution;
  const values = new Float32Array(count * size);
  new RandomStream(seed, 'drawn-codes').fillNormal(values, temperature);
  if (distribution.type === 'prior') return { values, count, size };
  const noise = new Float64Array(size);
  chosenGaussians(distribution.gaussians, count, seed).forEach(({ mean, factor }, i) => {
    const at = i * size;
    noise.set(values.subarray(at, at + size));
    for (let a = 0; a < size; a++) {
      let value = mean[a];
      for (let b = 0; b <= a; b++) value += factor[a * size + b] * noise[b];
      values[at + a] = value;
    }
  });
  return { values, count, size };
};
