import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../../runtime/node.ts';
import { input, type Tensor } from '../tensor.ts';
import { describeOp, randomArray } from '../testing/gradient-check.ts';
import { describePyTorch } from '../testing/pytorch-fixtures.ts';
import { add, divide, exponential, multiply, scale, shift, square, squareRoot, subtract } from './arithmetic.ts';

const binaries: Readonly<Record<string, (a: Tensor, b: Tensor) => Tensor>> = { add, subtract, multiply, divide };
const unaries: Readonly<Record<string, (a: Tensor) => Tensor>> = {
  square,
  squareRoot,
  exponential,
  'scale by -3': (a) => scale(a, -3),
  'scale by 1': (a) => scale(a, 1),
  'shift by 0.25': (a) => shift(a, 0.25),
};
/** Positive, so that quotients and roots are defined on both sides of every point. */
const positive = (name: string, dims: readonly number[]) => randomArray(name, dims, 0.5, 2);

for (const [name, op] of Object.entries(binaries)) {
  const build = ([a, b]: readonly Tensor[]) => op(a, b);
  describeOp(`${name} of two matrices`, nodeRuntime, {
    build,
    operands: [positive('a', [3, 5]), positive('b', [3, 5])],
  });
  describeOp(`${name} of a matrix and a scalar`, nodeRuntime, {
    build,
    operands: [positive('a', [3, 5]), positive('b', [])],
  });
  describeOp(`${name} of two scalars`, nodeRuntime, { build, operands: [positive('a', []), positive('b', [])] });
  describeOp(`${name} of a tensor and itself`, nodeRuntime, {
    build: ([a]) => op(a, a),
    operands: [positive('a', [7])],
  });
}

for (const [name, op] of Object.entries(unaries)) {
  describeOp(name, nodeRuntime, { build: ([a]) => op(a), operands: [positive('a', [3, 5])] });
  describeOp(`${name} of a scalar`, nodeRuntime, { build: ([a]) => op(a), operands: [positive('a', [])] });
}

describePyTorch('arithmetic', nodeRuntime, {
  add: (_attributes, [a, b]) => add(a, b),
  subtract: (_attributes, [a, b]) => subtract(a, b),
  multiply: (_attributes, [a, b]) => multiply(a, b),
  divide: (_attributes, [a, b]) => divide(a, b),
  square: (_attributes, [a]) => square(a),
  squareRoot: (_attributes, [a]) => squareRoot(a),
  exponential: (_attributes, [a]) => exponential(a),
  scale: ({ factor }, [a]) => scale(a, Number(factor)),
  shift: ({ offset }, [a]) => shift(a, Number(offset)),
});

describe('element-wise arithmetic', () => {
  test('refuses operands of different shapes, and a scalar in the first place', () => {
    expect(() => add(input('a', [2, 3]), input('b', [3, 2]))).toThrow(/add: shapes/);
    expect(() => subtract(input('a', []), input('b', [3]))).toThrow(/subtract: shapes/);
  });

  test('scaling by 1 adds no node', () => {
    const a = input('a', [2]);
    expect(scale(a, 1)).toBe(a);
  });
});
