import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../../runtime/node.ts';
import { gradients } from '../backward.ts';
import { evaluator } from '../evaluate.ts';
import { input } from '../tensor.ts';
import { arrayOf, describeOp, randomArray, runGraph } from '../testing/gradient-check.ts';
import { describePyTorch } from '../testing/pytorch-fixtures.ts';
import { relu, reluGradient, sigmoid, softmax, tanh } from './activations.ts';
import { shapedRelu } from './elementwise.ts';
import { sumAll } from './reduce.ts';

/** Away from 0, where relu has no derivative for finite differences to find. */
const awayFromZero = (dims: readonly number[]) => {
  const { data } = randomArray('away from zero', dims, -2, 2);
  return arrayOf(
    dims,
    data.map((v) => v + 0.01 * Math.sign(v)),
  );
};

describeOp('a ReLU whose maximum lies below its threshold', nodeRuntime, {
  build: ([x]) => shapedRelu(x, { slope: 0.2, threshold: 0.7, maximum: 0.4 }),
  operands: [arrayOf([1, 6], [-0.5, 0.2, 0.45, 0.65, 0.75, 2])],
});

// Keras 3.15: `keras.layers.ReLU(0.4, 0.2, 0.7)`.
test('a ReLU whose maximum lies below its threshold is on its slope up to the threshold, as in Keras', () => {
  const x = input('x', [1, 4]);
  const [{ data }] = evaluator([shapedRelu(x, { slope: 0.2, threshold: 0.7, maximum: 0.4 })])({
    x: arrayOf([1, 4], [0.2, 0.5, 0.75, 2]),
  });
  expect([...data].map((value) => Number(value.toFixed(6)))).toEqual([-0.1, -0.04, 0.4, 0.4]);
});

describeOp('relu', nodeRuntime, { build: ([x]) => relu(x), operands: [awayFromZero([3, 7])] });
describeOp('relu of an image', nodeRuntime, { build: ([x]) => relu(x), operands: [awayFromZero([2, 3, 5, 1])] });
describeOp('reluGradient, linear in what it is given', nodeRuntime, {
  build: ([y, dy]) => reluGradient(y, dy),
  operands: [awayFromZero([3, 5]), randomArray('dy', [3, 5])],
  differentiable: [false, true],
});
describeOp('sigmoid', nodeRuntime, { build: ([x]) => sigmoid(x), operands: [randomArray('x', [5, 3], -4, 4)] });
describeOp('tanh', nodeRuntime, { build: ([x]) => tanh(x), operands: [randomArray('x', [5, 3], -3, 3)] });
describeOp('softmax', nodeRuntime, { build: ([x]) => softmax(x), operands: [randomArray('x', [4, 7], -3, 3)] });
describeOp('softmax over one class', nodeRuntime, { build: ([x]) => softmax(x), operands: [randomArray('x', [3, 1])] });

describePyTorch('activations', nodeRuntime, {
  relu: (_attributes, [x]) => relu(x),
  sigmoid: (_attributes, [x]) => sigmoid(x),
  tanh: (_attributes, [x]) => tanh(x),
  softmax: (_attributes, [x]) => softmax(x),
});

describe('activations at their ends', () => {
  const x = input('x', [1, 4]);
  const values = { x: arrayOf([1, 4], [-1000, 0, 100, 1000]) };

  test('relu passes no gradient at 0, as in PyTorch', async () => {
    const grad = gradients(sumAll(relu(x)), [x])[0];
    expect([...evaluator([grad])(values)[0].data]).toEqual([0, 0, 1, 1]);
    expect([...(await runGraph(nodeRuntime, { grad }, [x], values)).grad.data]).toEqual([0, 0, 1, 1]);
  });

  test.each([
    ['sigmoid', sigmoid, [0, 0.5, 1, 1]],
    ['tanh', tanh, [-1, 0, 1, 1]],
    ['softmax', softmax, [0, 0, 0, 1]],
  ] as const)('%s of +-1000 is finite and so is its gradient', async (_name, op, expected) => {
    const y = op(x);
    const grad = gradients(sumAll(y), [x])[0];
    const native = await runGraph(nodeRuntime, { y, grad }, [x], values);
    expect([...evaluator([y])(values)[0].data]).toEqual([...expected]);
    for (const [i, value] of expected.entries()) expect(native.y.data[i]).toBeCloseTo(value, 6);
    expect(evaluator([grad])(values)[0].data.every(Number.isFinite)).toBe(true);
    expect(native.grad.data.every(Number.isFinite)).toBe(true);
  });
});
