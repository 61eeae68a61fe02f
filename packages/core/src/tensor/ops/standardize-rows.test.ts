import { expect, test } from 'vitest';
import { nodeRuntime } from '../../runtime/node.ts';
import { gradients } from '../backward.ts';
import { evaluator } from '../evaluate.ts';
import { input } from '../tensor.ts';
import { arrayOf, describeOp, randomArray, runGraph } from '../testing/gradient-check.ts';
import { sumAll } from './reduce.ts';
import { standardizeRows } from './standardize-rows.ts';

describeOp('standardizeRows', nodeRuntime, {
  build: ([x]) => standardizeRows(x, 1e-3),
  operands: [randomArray('x', [4, 7], -3, 3)],
});
describeOp('standardizeRows of two columns', nodeRuntime, {
  build: ([x]) => standardizeRows(x, 1e-2),
  operands: [randomArray('x', [5, 2], -3, 3)],
});

test('a row of equal numbers becomes zeros, and its gradient is finite', async () => {
  const x = input('x', [1, 4]);
  const y = standardizeRows(x, 1e-3);
  const grad = gradients(sumAll(y), [x])[0];
  const values = { x: arrayOf([1, 4], [3, 3, 3, 3]) };
  const native = await runGraph(nodeRuntime, { y, grad }, [x], values);
  for (const numbers of [...evaluator([y, grad])(values), native.y, native.grad])
    for (const value of numbers.data) expect(Math.abs(value)).toBeLessThan(1e-5);
});
