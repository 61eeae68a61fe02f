import { expect, test } from 'vitest';
import { nodeRuntime } from '../../runtime/node.ts';
import { evaluator } from '../evaluate.ts';
import { DYNAMIC, input } from '../tensor.ts';
import { arrayOf, describeOp, randomArray, runGraph } from '../testing/gradient-check.ts';
import { concatenate, cutMargins, padZeros, permute, sliceAxis } from './regions.ts';

const x = randomArray('x', [2, 3, 4, 2]);

describeOp('padZeros', nodeRuntime, { build: ([a]) => padZeros(a, [1, 0, 0], [2, 3, 0]), operands: [x] });
describeOp('cutMargins', nodeRuntime, { build: ([a]) => cutMargins(a, [1, 0, 1], [0, 2, 0]), operands: [x] });
describeOp('sliceAxis', nodeRuntime, { build: ([a]) => sliceAxis(a, 2, 1, 3), operands: [x] });
describeOp('concatenate', nodeRuntime, {
  build: ([a, b, c]) => concatenate([a, b, c], 2),
  operands: [x, randomArray('b', [2, 3, 1, 2]), randomArray('c', [2, 3, 2, 2])],
});
describeOp('permute', nodeRuntime, { build: ([a]) => permute(a, [0, 3, 1, 2]), operands: [x] });

test('regions are where they should be, for a batch of unknown size', async () => {
  const a = input('a', [DYNAMIC, 2, 2]);
  const outputs = {
    padded: padZeros(a, [0, 1], [1, 0]),
    cut: cutMargins(a, [1, 0], [0, 0]),
    joined: concatenate([a, a], 2),
    turned: permute(a, [0, 2, 1]),
  };
  const values = { a: arrayOf([1, 2, 2], [1, 2, 3, 4]) };
  const native = await runGraph(nodeRuntime, outputs, [a], values);
  const plain = evaluator(Object.values(outputs))(values);
  Object.keys(outputs).forEach((name, i) => {
    expect(native[name]).toEqual(plain[i]);
  });
  expect([...native.padded.data]).toEqual([0, 1, 2, 0, 3, 4, 0, 0, 0]);
  expect([...native.cut.data]).toEqual([3, 4]);
  expect([...native.joined.data]).toEqual([1, 2, 1, 2, 3, 4, 3, 4]);
  expect([...native.turned.data]).toEqual([1, 3, 2, 4]);
});
