import { describe, expect, test } from 'vitest';
import { RandomStream } from '../random/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { evaluator } from '../tensor/evaluate.ts';
import { tanh } from '../tensor/ops/activations.ts';
import { gemm } from '../tensor/ops/matmul.ts';
import { input, type Tensor } from '../tensor/tensor.ts';
import { arrayOf, describeOp, randomArray } from '../tensor/testing/gradient-check.ts';
import { decoderSlope } from './jacobian.ts';

describeOp('decoderSlope', nodeRuntime, {
  build: ([codes, directions, kernel]) => decoderSlope(codes, directions, (z) => tanh(gemm(z, kernel))),
  operands: [
    randomArray('codes', [6, 2], -2, 2),
    randomArray('directions', [6, 2], -2, 2),
    randomArray('kernel', [2, 5]),
  ],
});

describe('the slope of a linear decoder', () => {
  const BATCH = 4000;
  const codes = input('codes', [BATCH, 2]);
  const directions = input('directions', [BATCH, 2]);
  const kernel = input('kernel', [2, 3]);
  const slopeOf = evaluator([decoderSlope(codes, directions, (z: Tensor) => gemm(z, kernel))]);
  const normals = (name: string): Float64Array => {
    const values = new Float32Array(2 * BATCH);
    new RandomStream(1, name).fillNormal(values, 1);
    return Float64Array.from(values);
  };
  const points = normals('codes').map((value, i) => (i % 2 === 0 ? 3 * value : 0.5 * value));
  const weights = [0.5, -1, 2, 1, 0, -2];
  const at = (z: Float64Array, w: readonly number[]): number =>
    slopeOf({
      codes: arrayOf([BATCH, 2], z),
      directions: arrayOf([BATCH, 2], normals('directions')),
      kernel: arrayOf([2, 3], w),
    })[0].data[0];

  test('is the squared Jacobian for a standard deviation of the codes, on average over directions', () => {
    // mean over three pixels of sum_d (std_d w_di)^2, std 3 and 0.5: (9 * 5.25 + 0.25 * 5) / 3
    const expected = (9 * 5.25 + 0.25 * 5) / 3;
    // 4,000 squares of normal numbers: the mean has a relative deviation of about 2 %, the two variances as much again.
    expect(Math.abs(at(points, weights) / expected - 1)).toBeLessThan(0.1);
  });

  test('does not change where the map is drawn ten times as large', () => {
    const large = at(
      points.map((value) => 10 * value),
      weights.map((value) => value / 10),
    );
    // What is added to the variances is 4e-6 of the smaller one.
    expect(large / at(points, weights)).toBeCloseTo(1, 5);
  });

  test('of codes that have all collapsed is next to nothing, not infinite', () => {
    expect(at(new Float64Array(2 * BATCH), weights)).toBeLessThan(1e-4);
  });
});
