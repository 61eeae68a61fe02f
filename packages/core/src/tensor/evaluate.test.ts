import { expect, test } from 'vitest';
import { LatentError } from '../errors.ts';
import { evaluator } from './evaluate.ts';
import { add, scale, square } from './ops/arithmetic.ts';
import { constant, input } from './tensor.ts';
import { arrayOf } from './testing/gradient-check.ts';

const x = input('x', [2]);

test('an evaluator gives all outputs of one run, in order, and can run again on other values', () => {
  const run = evaluator([square(x), add(x, constant([10, 20], [2])), x]);
  const numbers = (values: number[]) => run({ x: arrayOf([2], values) }).map(({ data }) => [...data]);
  expect(numbers([1, 2])).toEqual([
    [1, 4],
    [11, 22],
    [1, 2],
  ]);
  expect(numbers([3, 4])).toEqual([
    [9, 16],
    [13, 24],
    [3, 4],
  ]);
});

test('an evaluator reads single-precision arrays and computes in double precision', () => {
  const [y] = evaluator([scale(square(x), 0.5)])({ x: { dims: [2], data: Float32Array.of(4097, 0.5) } });
  expect([...y.data]).toEqual([4097 ** 2 / 2, 0.125]);
});

test('an evaluator that is not fed names the missing input', () => {
  expect(() => evaluator([square(x)])({})).toThrow(LatentError);
  expect(() => evaluator([square(x)])({})).toThrow(/graph input "x" was not fed/);
});
