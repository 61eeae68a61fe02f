/**
 * The directions in which codes vary most.
 *
 * In: codes. Out: their principal components and the variance along each.
 * Source: Pearson 1901, On lines and planes of closest fit to systems of points in space.
 */
import { EigenvalueDecomposition, Matrix, QrDecomposition } from 'ml-matrix';
import { inputError } from '../errors.ts';
import { RandomStream } from '../random/index.ts';
import { axesPlane, type CodePlane, firstPlane, freePlane, PLANE_DIMENSIONS } from './code-plane.ts';
import { type Codes, codeExtent } from './codes.ts';
import { covarianceOf, meanCode, sampleOfCodes } from './covariance.ts';
import { atOnce } from './turns.ts';

/** Principal components of codes. */
export interface CodeComponents {
  /** `[size]`, of all codes. */
  readonly mean: readonly number[];
  /** Unit vectors `[size]`, largest variance first. Each points where its largest number is positive. */
  readonly directions: readonly (readonly number[])[];
  /** Variance along each direction, code units squared. */
  readonly variances: readonly number[];
  /** Of all dimensions together. */
  readonly totalVariance: number;
}

/** Beyond these the leading directions are followed, instead of a decomposition of all covariances. */
const MOST_DECOMPOSED = 128;
/** Codes that wide ones are judged by. */
const SAMPLE = 4000;
/** Directions beside those wanted: the more, the fewer passes. */
const SPARE = 6;
const MOST_PASSES = 30;
const SETTLED = 1e-6;

interface Found {
  readonly direction: readonly number[];
  readonly variance: number;
}

/** The sign that a decomposition gives is chance. */
const oriented = (direction: readonly number[]): readonly number[] => {
  const largest = direction.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? direction.map((value) => -value) : direction;
};

const decomposed = (matrix: Matrix): readonly { readonly value: number; readonly vector: readonly number[] }[] => {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
  return realEigenvalues
    .map((value, column) => ({ value: Math.max(0, value), vector: eigenvectorMatrix.getColumn(column) }))
    .sort((a, b) => b.value - a.value);
};

const ofCovariance = (codes: Codes, count: number): readonly Found[] => {
  const sample = sampleOfCodes(codes);
  const covariance = atOnce(covarianceOf(sample, codeExtent(sample)));
  return decomposed(new Matrix(covariance))
    .slice(0, count)
    .map(({ value, vector }) => ({ direction: vector, variance: value }));
};

/** Of wide codes: products with a few directions, again and again. Source: Halko, Martinsson & Tropp 2011, algorithm 4.4. */
const ofProducts = (codes: Codes, count: number): readonly Found[] => {
  const { values, size } = codes;
  const rows = Math.min(SAMPLE, codes.count);
  const width = Math.min(size, rows, count + SPARE);
  const mean = meanCode(codes);
  const data = new Matrix(rows, size);
  for (let i = 0; i < rows; i++) {
    const at = Math.floor((i * codes.count) / rows) * size;
    for (let d = 0; d < size; d++) data.set(i, d, values[at + d] - mean[d]);
  }
  const begun = new Float32Array(size * width);
  new RandomStream(1, 'code-components').fillNormal(begun, 1);
  let basis = new QrDecomposition(Matrix.from1DArray(size, width, begun)).orthogonalMatrix;
  let before = 0;
  for (let pass = 0; ; pass++) {
    const shown = data.mmul(basis);
    const small = decomposed(shown.transpose().mmul(shown).div(rows));
    const variance = small.slice(0, count).reduce((sum, { value }) => sum + value, 0);
    if (variance <= before * (1 + SETTLED) || pass === MOST_PASSES)
      return small.slice(0, count).map(({ value, vector }) => ({
        direction: basis.mmul(Matrix.columnVector(vector as number[])).getColumn(0),
        variance: value,
      }));
    before = variance;
    basis = new QrDecomposition(data.transpose().mmul(shown)).orthogonalMatrix;
  }
};

/**
 * The first principal components of codes: of those of up to 128 numbers exactly, of wider ones by subspace iteration over
 * 4,000 of them.
 *
 * @param count - how many directions; as many as there are where fewer.
 */
export const codeComponents = (codes: Codes, count: number): CodeComponents => {
  const mean = meanCode(codes);
  const found = codes.size > MOST_DECOMPOSED ? ofProducts(codes, count) : ofCovariance(codes, count);
  return {
    mean: Array.from(mean),
    directions: found.map(({ direction }) => oriented(direction)),
    variances: found.map(({ variance }) => variance),
    totalVariance: codeExtent(codes).std.reduce((sum, std) => sum + std ** 2, 0),
  };
};

/**
 * The plane of two principal components through the mean code.
 *
 * @param order - which ones, counted from 0.
 * @throws LatentError `code-plane` (input) of codes that do not vary in so many directions.
 */
export const principalPlane = (codes: Codes, order: readonly [number, number] = [0, 1]): CodePlane => {
  const wanted = Math.max(...order) + 1;
  if (order[0] === order[1] || wanted > codes.size)
    throw inputError('code-plane', {
      expected: `two different components, from 1 to ${codes.size}`,
      got: order.map((i) => i + 1).join(','),
    });
  const { mean, directions, variances } = codeComponents(codes, wanted);
  if (order.some((i) => !(variances[i] > 0)))
    throw inputError('code-plane', {
      problem: `the codes vary in ${variances.filter((variance) => variance > 0).length} of ${codes.size} directions, and have no component ${wanted}`,
      hint: 'take earlier components, or two dimensions of the code',
    });
  return freePlane(mean, directions[order[0]], directions[order[1]], [
    `component ${order[0] + 1}`,
    `component ${order[1] + 1}`,
  ]);
};

/**
 * The plane that codes are shown on where none is chosen: codes no larger than a point on their own line or plane, larger ones on the
 * first two principal components, and where there are no two of these the first two dimensions.
 */
export const shownPlane = (codes: Codes): CodePlane => {
  if (codes.size <= PLANE_DIMENSIONS) return firstPlane(codes.size);
  const { mean, directions, variances } = codeComponents(codes, PLANE_DIMENSIONS);
  return variances.length === PLANE_DIMENSIONS && variances.every((variance) => variance > 0)
    ? freePlane(mean, directions[0], directions[1], ['component 1', 'component 2'])
    : axesPlane(codes.size, [0, 1], mean);
};
