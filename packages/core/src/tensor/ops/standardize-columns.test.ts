import { expect, test } from 'vitest';
import { nodeRuntime } from '../../runtime/node.ts';
import { input } from '../tensor.ts';
import { arrayOf, describeOp, randomArray, runGraph } from '../testing/gradient-check.ts';
import { standardizeColumns } from './standardize-columns.ts';

describeOp('standardizeColumns', nodeRuntime, {
  build: ([x]) => standardizeColumns(x, 1e-3).y,
  operands: [randomArray('x', [7, 4], -3, 3)],
});
describeOp('standardizeColumns of two rows', nodeRuntime, {
  build: ([x]) => standardizeColumns(x, 1e-2).y,
  operands: [randomArray('x', [2, 5], -3, 3)],
});

describeOp('standardizeColumns, scaled and shifted', nodeRuntime, {
  build: ([x, gamma, beta]) => standardizeColumns(x, 1e-3, { gamma, beta }).y,
  operands: [randomArray('x', [7, 4], -3, 3), randomArray('gamma', [4], 0.5, 2), randomArray('beta', [4])],
});
describeOp('standardizeColumns, scaled alone', nodeRuntime, {
  build: ([x, gamma]) => standardizeColumns(x, 1e-3, { gamma }).y,
  operands: [randomArray('x', [5, 3], -3, 3), randomArray('gamma', [3], 0.5, 2)],
});

test('mean and variance are those of each column, the variance divided by the number of rows', async () => {
  const x = input('x', [4, 2]);
  const { mean, variance, y } = standardizeColumns(x, 0.25);
  const values = { x: arrayOf([4, 2], [1, 5, 2, 5, 3, 5, 6, 5]) };
  const native = await runGraph(nodeRuntime, { mean, variance, y }, [x], values);
  expect([...native.mean.data]).toEqual([3, 5]);
  expect([...native.variance.data]).toEqual([3.5, 0]);
  expect(native.y.data[6]).toBeCloseTo(3 / Math.sqrt(3.75), 6);
});

test('a single row becomes zeros', async () => {
  const x = input('x', [1, 3]);
  const { y, variance } = standardizeColumns(x, 1e-3);
  const native = await runGraph(nodeRuntime, { y, variance }, [x], { x: arrayOf([1, 3], [1, -2, 3]) });
  expect([...native.y.data, ...native.variance.data]).toEqual([0, 0, 0, 0, 0, 0]);
});
