import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../../runtime/node.ts';
import { evaluator } from '../evaluate.ts';
import { DYNAMIC, input } from '../tensor.ts';
import { arrayOf, describeOp, randomArray, runGraph } from '../testing/gradient-check.ts';
import { describePyTorch } from '../testing/pytorch-fixtures.ts';
import { concatRows, reshape, sliceRows } from './shape.ts';

describeOp('reshape', nodeRuntime, { build: ([x]) => reshape(x, [5, 6]), operands: [randomArray('x', [2, 3, 5])] });
describeOp('reshape of one number to a scalar', nodeRuntime, {
  build: ([x]) => reshape(x, []),
  operands: [randomArray('x', [1])],
});
describeOp('concatRows', nodeRuntime, {
  build: ([matrix, row]) => concatRows(matrix, row),
  operands: [randomArray('matrix', [3, 5]), randomArray('row', [5])],
});
for (const [from, to] of [
  [0, 2],
  [2, 5],
  [4, 5],
  [0, 5],
]) {
  describeOp(`sliceRows ${from} to ${to} of 5`, nodeRuntime, {
    build: ([x]) => sliceRows(x, from, to),
    operands: [randomArray('x', [5, 3])],
  });
}

describePyTorch('shape', nodeRuntime, {
  reshape: ({ dims }, [x]) => reshape(x, Array.isArray(dims) ? dims : []),
  concatRows: (_attributes, [matrix, row]) => concatRows(matrix, row),
  sliceRows: ({ from, to }, [x]) => sliceRows(x, Number(from), Number(to)),
});

describe('reshape', () => {
  test('of a dynamic batch takes its size when the graph runs', async () => {
    const x = input('x', [DYNAMIC, 2, 3]);
    const y = reshape(x, [DYNAMIC, 6]);
    const values = { x: arrayOf([2, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) };
    expect(evaluator([y])(values)[0].dims).toEqual([2, 6]);
    const native = await runGraph(nodeRuntime, { y }, [x], values);
    expect(native.y).toEqual(arrayOf([2, 6], values.x.data));
  });

  test('refuses a shape with another number of elements', () => {
    expect(() => reshape(input('x', [2, 3]), [7])).toThrow(/reshape: shapes \[2, 3\] and \[7\]/);
  });
});

test('sliceRows refuses rows that are not there', () => {
  expect(() => sliceRows(input('x', [3, 2]), 1, 4)).toThrow(/sliceRows/);
});
