import { expect, test } from 'vitest';
import { nodeRuntime } from '../../runtime/node.ts';
import { gradients } from '../backward.ts';
import { input } from '../tensor.ts';
import { arrayOf, describeOp, randomArray, runGraph } from '../testing/gradient-check.ts';
import { maximum } from './maximum.ts';
import { sumAll } from './reduce.ts';

describeOp('maximum', nodeRuntime, {
  build: ([a, b]) => maximum(a, b),
  operands: [randomArray('a', [4, 3]), randomArray('b', [4, 3])],
});

test('of equal numbers the first takes the whole gradient', async () => {
  const [a, b] = [input('a', [2]), input('b', [2])];
  const [da, db] = gradients(sumAll(maximum(a, b)), [a, b]);
  const native = await runGraph(nodeRuntime, { da, db }, [a, b], { a: arrayOf([2], [1, 2]), b: arrayOf([2], [1, 3]) });
  expect([...native.da.data]).toEqual([1, 0]);
  expect([...native.db.data]).toEqual([0, 1]);
});
