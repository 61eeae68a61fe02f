/** How codes vary together. In: codes. Out: their covariance, in double precision; of very wide codes over a sample. */
import type { CodeExtent, Codes } from './codes.ts';
import { PIECE, type Work } from './turns.ts';

/** Multiplications that a covariance may take: some seconds. */
const MOST_PRODUCTS = 4e9;
const FEWEST = 200;

/** So many of the codes, evenly spaced; all where there are no more. */
export const evenSample = (codes: Codes, most: number): Codes => {
  const { values, count, size } = codes;
  if (count <= most) return codes;
  const sample = new Float32Array(most * size);
  for (let i = 0; i < most; i++) {
    const from = Math.floor((i * count) / most) * size;
    sample.set(values.subarray(from, from + size), i * size);
  }
  return { values: sample, count: most, size };
};

/** All codes, or of very wide ones as many, evenly spaced, as can be multiplied in some seconds. */
export const sampleOfCodes = (codes: Codes): Codes =>
  evenSample(codes, Math.max(FEWEST, Math.floor(MOST_PRODUCTS / codes.size ** 2)));

/** `[size]`, mean code in double precision. */
export const meanCode = ({ values, count, size }: Codes): Float64Array => {
  const mean = new Float64Array(size);
  for (let i = 0; i < values.length; i++) mean[i % size] += values[i] / count;
  return mean;
};

/** `[size][size]`, population covariance. */
export const covarianceOf = function* (codes: Codes, { min, max }: Pick<CodeExtent, 'min' | 'max'>): Work<number[][]> {
  const { values, count, size } = codes;
  const mean = meanCode(codes);
  // The rounding of a sum must not make a direction without extent vary.
  for (let d = 0; d < size; d++) if (min[d] === max[d]) mean[d] = min[d];
  const sums = Array.from({ length: size }, () => new Array<number>(size).fill(0));
  const centred = new Float64Array(size);
  const rows = Math.max(1, Math.floor(PIECE / size ** 2));
  for (let i = 0; i < count; i++) {
    if (i % rows === rows - 1) yield;
    for (let d = 0; d < size; d++) centred[d] = values[i * size + d] - mean[d];
    for (let a = 0; a < size; a++) {
      const [x, row] = [centred[a], sums[a]];
      for (let b = a; b < size; b++) row[b] += (x * centred[b]) / count;
    }
  }
  for (let a = 0; a < size; a++) for (let b = 0; b < a; b++) sums[a][b] = sums[b][a];
  return sums;
};
