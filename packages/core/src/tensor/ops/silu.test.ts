import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../../runtime/node.ts';
import { gradients } from '../backward.ts';
import { evaluator } from '../evaluate.ts';
import { input } from '../tensor.ts';
import { arrayOf, describeOp, randomArray, runGraph } from '../testing/gradient-check.ts';
import { sumAll } from './reduce.ts';
import { silu } from './silu.ts';

describeOp('silu', nodeRuntime, { build: ([x]) => silu(x), operands: [randomArray('x', [5, 3], -4, 4)] });
describeOp('silu of an image', nodeRuntime, { build: ([x]) => silu(x), operands: [randomArray('x', [2, 3, 3, 2])] });

describe('silu at its ends', () => {
  test('of +-1000 it is finite and so is its gradient', async () => {
    const x = input('x', [1, 3]);
    const y = silu(x);
    const grad = gradients(sumAll(y), [x])[0];
    const values = { x: arrayOf([1, 3], [-1000, 0, 1000]) };
    const native = await runGraph(nodeRuntime, { y, grad }, [x], values);
    const [value, slope] = evaluator([y, grad])(values);
    for (const [i, expected] of [0, 0, 1000].entries()) {
      expect(value.data[i]).toBeCloseTo(expected, 6);
      expect(native.y.data[i]).toBeCloseTo(expected, 3);
    }
    for (const [i, expected] of [0, 0.5, 1].entries()) {
      expect(slope.data[i]).toBeCloseTo(expected, 6);
      expect(native.grad.data[i]).toBeCloseTo(expected, 6);
    }
  });
});
