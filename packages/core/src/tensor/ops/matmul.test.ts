import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../../runtime/node.ts';
import { evaluator } from '../evaluate.ts';
import { input } from '../tensor.ts';
import { arrayOf, describeOp, randomArray } from '../testing/gradient-check.ts';
import { describePyTorch } from '../testing/pytorch-fixtures.ts';
import { dense, gemm } from './matmul.ts';

for (const transA of [false, true]) {
  for (const transB of [false, true]) {
    const a = randomArray('a', transA ? [7, 3] : [3, 7]);
    const b = randomArray('b', transB ? [5, 7] : [7, 5]);
    const name = `gemm of a${transA ? ' transposed' : ''} and b${transB ? ' transposed' : ''}`;
    describeOp(name, nodeRuntime, {
      build: ([x, y]) => gemm(x, y, { transA, transB }),
      operands: [a, b],
    });
    describeOp(`${name} with a bias`, nodeRuntime, {
      build: ([x, y, c]) => gemm(x, y, { transA, transB }, c),
      operands: [a, b, randomArray('c', [5])],
    });
  }
}

describeOp('gemm of one row and one column', nodeRuntime, {
  build: ([a, b]) => gemm(a, b),
  operands: [randomArray('a', [1, 9]), randomArray('b', [9, 1])],
});

describeOp('a matrix multiplied by itself', nodeRuntime, {
  build: ([a]) => gemm(a, a, { transB: true }),
  operands: [randomArray('a', [4, 3])],
});

describeOp('a dense layer', nodeRuntime, {
  build: ([x, w, b]) => dense(x, w, b),
  operands: [randomArray('x', [5, 11]), randomArray('w', [11, 2]), randomArray('b', [2])],
});

describePyTorch('matmul', nodeRuntime, {
  dense: (_attributes, [x, w, b]) => dense(x, w, b),
  gemm: ({ transA, transB }, [a, b, c]) => gemm(a, b, { transA: transA === true, transB: transB === true }, c),
});

describe('gemm', () => {
  test('adds the bias to every row', () => {
    const [x, w, b] = [input('x', [2, 2]), input('w', [2, 2]), input('b', [2])];
    const [y] = evaluator([dense(x, w, b)])({
      x: arrayOf([2, 2], [1, 2, 3, 4]),
      w: arrayOf([2, 2], [1, 0, 0, 10]),
      b: arrayOf([2], [100, 200]),
    });
    expect([...y.data]).toEqual([101, 220, 103, 240]);
  });

  test('refuses factors whose inner dimensions differ', () => {
    expect(() => gemm(input('a', [2, 3]), input('b', [2, 3]))).toThrow(/gemm: shapes \[2, 3\] and \[2, 3\]/);
  });

  test('refuses a bias as long as the rows', () => {
    expect(() => dense(input('x', [2, 3]), input('w', [3, 4]), input('b', [2]))).toThrow(/gemm: shapes/);
  });
});
