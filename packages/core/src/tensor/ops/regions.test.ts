import { expect, test } from 'vitest';
import { nodeRuntime } from '../../runtime/node.ts';
import { evaluator } from '../evaluate.ts';
import { DYNAMIC, input } from '../tensor.ts';
import { arrayOf, describeOp, randomArray, runGraph } from '../testing/gradient-check.ts';
import { describePyTorch } from '../testing/pytorch-fixtures.ts';
import { concatenate, cutMargins, padZeros, permute, sliceAxis } from './regions.ts';
import { resizeBilinear } from './resize.ts';

const x = randomArray('x', [2, 3, 4, 2]);

describeOp('padZeros', nodeRuntime, { build: ([a]) => padZeros(a, [1, 0, 0], [2, 3, 0]), operands: [x] });
describeOp('cutMargins', nodeRuntime, { build: ([a]) => cutMargins(a, [1, 0, 1], [0, 2, 0]), operands: [x] });
describeOp('sliceAxis', nodeRuntime, { build: ([a]) => sliceAxis(a, 2, 1, 3), operands: [x] });
describeOp('concatenate', nodeRuntime, {
  build: ([a, b, c]) => concatenate([a, b, c], 2),
  operands: [x, randomArray('b', [2, 3, 1, 2]), randomArray('c', [2, 3, 2, 2])],
});
for (const order of [
  [0, 3, 1, 2],
  [0, 2, 3, 1],
  [0, 1, 2, 3],
]) {
  describeOp(`permute by ${order.join()}`, nodeRuntime, { build: ([a]) => permute(a, order), operands: [x] });
}
for (const axis of [1, 2, 3]) {
  describeOp(`concatenate of three sizes along axis ${axis}`, nodeRuntime, {
    build: (tensors) => concatenate(tensors, axis),
    operands: [1, 3, 2].map((size, n) =>
      randomArray(
        `x${n}`,
        [2, 2, 2, 2].map((dim, i) => (i === axis ? size : dim)),
      ),
    ),
  });
}

const numbers = (value: unknown): readonly number[] => {
  if (!Array.isArray(value)) throw new Error('a list of numbers was recorded');
  return value.map(Number);
};
/** Rows, columns and channels before and after, of the recorded rows and columns. */
const marginsOf = ({ rows, columns }: Readonly<Record<string, unknown>>) => {
  const [top, bottom] = numbers(rows);
  const [left, right] = numbers(columns);
  return { before: [top, left, 0], after: [bottom, right, 0] };
};

describePyTorch('arranging', nodeRuntime, {
  resizeBilinear: ({ size }, [a]) => resizeBilinear(a, [numbers(size)[0], numbers(size)[1]]),
  padZeros: (attributes, [a]) => padZeros(a, marginsOf(attributes).before, marginsOf(attributes).after),
  cutMargins: (attributes, [a]) => cutMargins(a, marginsOf(attributes).before, marginsOf(attributes).after),
  permute: ({ order }, [a]) => permute(a, numbers(order)),
  concatenate: ({ axis }, tensors) => concatenate(tensors, Number(axis)),
  sliceAxis: ({ axis, from, to }, [a]) => sliceAxis(a, Number(axis), Number(from), Number(to)),
});

test('what does not fit is refused', () => {
  const a = input('a', [DYNAMIC, 3, 2]);
  expect(() => cutMargins(a, [2, 0], [1, 0])).toThrow(/cutMargins/);
  expect(() => padZeros(a, [-1, 0], [0, 0])).toThrow(/padZeros/);
  expect(() => sliceAxis(a, 1, 2, 4)).toThrow(/cutMargins/);
  expect(() => concatenate([a, input('b', [DYNAMIC, 3, 1])], 1)).toThrow(/concatenate/);
  expect(() => concatenate([a, a], 0)).toThrow(/concatenate/);
  expect(() => permute(a, [0, 1, 1])).toThrow(/permute/);
  expect(() => permute(a, [1, 0, 2])).toThrow(/permute/);
});

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
