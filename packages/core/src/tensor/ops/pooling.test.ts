import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../../runtime/node.ts';
import { gradients } from '../backward.ts';
import { evaluator } from '../evaluate.ts';
import { DYNAMIC, input } from '../tensor.ts';
import { arrayOf, describeOp, randomArray, runGraph } from '../testing/gradient-check.ts';
import { describePyTorch } from '../testing/pytorch-fixtures.ts';
import { maxPool2d, upSample2d } from './pooling.ts';
import { sumAll } from './reduce.ts';

const pools = [
  { pool: [2, 2], dims: [2, 4, 6, 3], what: 'whole windows' },
  { pool: [2, 2], dims: [3, 5, 7, 2], what: 'a remainder of one row and one column' },
  { pool: [2, 2], dims: [2, 5, 4, 1], what: 'a remainder of one row, one channel' },
  { pool: [3, 2], dims: [1, 8, 5, 2], what: 'a remainder of two rows and one column' },
  { pool: [1, 3], dims: [2, 3, 7, 1], what: 'windows of one row' },
  { pool: [1, 1], dims: [2, 2, 3, 2], what: 'windows of one pixel' },
] as const;
for (const { pool, dims, what } of pools) {
  describeOp(`maxPool2d ${pool.join('x')} of ${dims.join('x')}: ${what}`, nodeRuntime, {
    build: ([x]) => maxPool2d(x, pool),
    operands: [randomArray('x', dims)],
  });
}

for (const [size, dims] of [
  [
    [2, 2],
    [2, 3, 5, 2],
  ],
  [
    [3, 1],
    [1, 2, 3, 1],
  ],
  [
    [1, 2],
    [3, 1, 1, 4],
  ],
  [
    [1, 1],
    [1, 2, 2, 1],
  ],
] as const) {
  describeOp(`upSample2d ${size.join('x')} of ${dims.join('x')}`, nodeRuntime, {
    build: ([x]) => upSample2d(x, size),
    operands: [randomArray('x', dims)],
  });
}

describeOp('up-sampling after pooling', nodeRuntime, {
  build: ([x]) => upSample2d(maxPool2d(x, [2, 2]), [2, 2]),
  operands: [randomArray('x', [2, 5, 5, 3])],
});

describePyTorch('pooling', nodeRuntime, {
  maxPool2d: ({ pool }, [x]) => maxPool2d(x, Array.isArray(pool) ? [pool[0], pool[1]] : [2, 2]),
  upSample2d: ({ size }, [x]) => upSample2d(x, Array.isArray(size) ? [size[0], size[1]] : [2, 2]),
});

describe('maxPool2d', () => {
  test('gives the gradient to the first of equal values alone, in reading order', async () => {
    const x = input('x', [1, 4, 4, 1]);
    const grad = gradients(sumAll(maxPool2d(x, [2, 2])), [x])[0];
    // Four windows: all equal, the second and third equal, the first and last equal, the last alone.
    const values = { x: arrayOf([1, 4, 4, 1], [0, 0, 1, 2, 0, 0, 2, 1, 7, 5, 1, 1, 6, 7, 1, 3]) };
    const expected = [1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1];
    expect([...evaluator([grad])(values)[0].data]).toEqual(expected);
    expect([...(await runGraph(nodeRuntime, { grad }, [x], values)).grad.data]).toEqual(expected);
  });

  test('refuses an image smaller than the window', () => {
    expect(() => maxPool2d(input('x', [1, 1, 4, 1]), [2, 2])).toThrow(/maxPool2d/);
  });
});

test('pooling and up-sampling run with a batch size known only at the run', async () => {
  const x = input('x', [DYNAMIC, 5, 5, 2]);
  const y = upSample2d(maxPool2d(x, [2, 2]), [2, 3]);
  const values = { x: randomArray('x', [3, 5, 5, 2]) };
  const [expected] = evaluator([y])(values);
  const { y: native } = await runGraph(nodeRuntime, { y }, [x], values);
  expect(native.dims).toEqual([3, 4, 6, 2]);
  expect(native).toEqual(expected);
});
