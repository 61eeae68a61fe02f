/**
 * How codes are distributed: which dimensions vary, how they correlate, how much of a plane holds codes.
 *
 * In: codes. Out: figures of their distribution, in double precision. Smallest, largest and standard deviation are
 * `codeExtent`'s.
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import {
  atOnce,
  type CodeExtent,
  type Codes,
  covarianceOf,
  liesOnPlane,
  sampleOfCodes,
  type Work,
} from '../codes/index.ts';

/** How the codes use the dimensions that they have. */
export interface CodeSummary {
  /** Dimensions whose variance over the images is above 0.01. Source: Burda et al. 2015, section 4.2. */
  readonly activeUnits: number;
  /**
   * Dimensions that share the variance: `(sum_d l_d)^2 / sum_d l_d^2`, `l` the eigenvalues of the covariance; 1 where all
   * codes lie on a line, `size` for a round cloud, 0 where they are one point.
   * Source: Gao et al. 2017, A theory of multineuronal dimensionality.
   */
  readonly participationRatio: number;
  /** Pearson's, of the two dimensions that correlate most; null where no two of them vary. */
  readonly correlation: number | null;
  /** Share of the cells of a mesh over the codes' bounds that hold a code; null where codes do not lie on a plane. */
  readonly occupied: number | null;
}

/** Cells along each side of the mesh that tells how much of the plane is occupied. */
export const OCCUPANCY_SIZE = 100;
const ACTIVE_VARIANCE = 0.01;

/** Of wider codes the eigenvalues, which take time with the cube of the width, are not computed one by one. */
const MOST_DECOMPOSED = 64;
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Sums of the eigenvalues and of their squares, which are the trace and the squared entries. */
const eigenvalueSums = (covariance: readonly (readonly number[])[]): readonly [number, number] => {
  if (covariance.length > MOST_DECOMPOSED)
    return [sum(covariance.map((row, d) => row[d])), sum(covariance.map((row) => sum(row.map((value) => value ** 2))))];
  const { realEigenvalues } = new EigenvalueDecomposition(new Matrix(covariance.map((row) => [...row])), {
    assumeSymmetric: true,
  });
  return [sum(realEigenvalues), sum(realEigenvalues.map((value) => value * value))];
};

/** The correlation with the largest absolute value. */
const strongestCorrelation = (covariance: readonly (readonly number[])[]): number | null => {
  let strongest: number | null = null;
  covariance.forEach((row, a) => {
    for (let b = a + 1; b < row.length; b++) {
      const variances = row[a] * covariance[b][b];
      if (row[a] === 0 || covariance[b][b] === 0) continue;
      const correlation = Math.max(-1, Math.min(1, row[b] / Math.sqrt(variances)));
      if (strongest === null || Math.abs(correlation) > Math.abs(strongest)) strongest = correlation;
    }
  });
  return strongest;
};

/** How many codes each cell of a mesh over their bounds holds, `[OCCUPANCY_SIZE^2]`. @param codes - on a plane. */
export const cellCounts = (
  { values, count }: Pick<Codes, 'values' | 'count'>,
  { min, max }: Pick<CodeExtent, 'min' | 'max'>,
): Uint32Array => {
  const cells = new Uint32Array(OCCUPANCY_SIZE * OCCUPANCY_SIZE);
  const cell = (value: number, d: number): number => {
    const span = max[d] - min[d];
    // The largest code belongs to the last cell; in a direction without extent all are in the first.
    return span === 0 ? 0 : Math.min(OCCUPANCY_SIZE - 1, Math.floor(((value - min[d]) / span) * OCCUPANCY_SIZE));
  };
  for (let i = 0; i < count; i++) cells[cell(values[2 * i + 1], 1) * OCCUPANCY_SIZE + cell(values[2 * i], 0)] += 1;
  return cells;
};

const occupiedShare = (codes: Codes, extent: Pick<CodeExtent, 'min' | 'max'>): number => {
  const cells = cellCounts(codes, extent);
  return cells.filter((held) => held > 0).length / cells.length;
};

/**
 * Measures how codes are distributed, in double precision.
 *
 * @param extent - of the same codes.
 */
export const codeSummary = (codes: Codes, extent: Pick<CodeExtent, 'min' | 'max'>): CodeSummary =>
  atOnce(summaryWork(codes, extent));

/** The same in pieces: of wide codes it takes some seconds. */
export const summaryWork = function* (codes: Codes, extent: Pick<CodeExtent, 'min' | 'max'>): Work<CodeSummary> {
  const covariance = yield* covarianceOf(sampleOfCodes(codes), extent);
  const variances = covariance.map((row, d) => row[d]);
  const [total, squares] = eigenvalueSums(covariance);
  return {
    activeUnits: variances.filter((variance) => variance > ACTIVE_VARIANCE).length,
    participationRatio: squares === 0 ? 0 : (total * total) / squares,
    correlation: strongestCorrelation(covariance),
    occupied: liesOnPlane(codes.size) ? occupiedShare(codes, extent) : null,
  };
};
