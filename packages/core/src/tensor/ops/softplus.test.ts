import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../../runtime/node.ts';
import { gradients } from '../backward.ts';
import { evaluator } from '../evaluate.ts';
import { input } from '../tensor.ts';
import { arrayOf, describeOp, randomArray, runGraph } from '../testing/gradient-check.ts';
import { sumAll } from './reduce.ts';
import { logarithm, softplus } from './softplus.ts';

describeOp('logarithm', nodeRuntime, { build: ([x]) => logarithm(x), operands: [randomArray('x', [5, 3], 0.5, 4)] });
describeOp('softplus', nodeRuntime, { build: ([x]) => softplus(x), operands: [randomArray('x', [5, 3], -6, 6)] });

describe('softplus at its ends', () => {
  test('of +-1000 it is 0 and 1000, and its gradient 0 and 1', async () => {
    const x = input('x', [1, 2]);
    const y = softplus(x);
    const grad = gradients(sumAll(y), [x])[0];
    const values = { x: arrayOf([1, 2], [-1000, 1000]) };
    const native = await runGraph(nodeRuntime, { y, grad }, [x], values);
    const [value, slope] = evaluator([y, grad])(values);
    expect([...value.data]).toEqual([0, 1000]);
    expect([...slope.data]).toEqual([0, 1]);
    expect([...native.y.data]).toEqual([0, 1000]);
    for (const [i, expected] of [0, 1].entries()) expect(native.grad.data[i]).toBeCloseTo(expected, 6);
  });
});
