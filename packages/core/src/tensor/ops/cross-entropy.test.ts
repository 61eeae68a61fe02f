import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../../runtime/node.ts';
import { gradients } from '../backward.ts';
import { evaluator } from '../evaluate.ts';
import { input } from '../tensor.ts';
import { arrayOf, describeOp, randomArray, runGraph } from '../testing/gradient-check.ts';
import { describePyTorch } from '../testing/pytorch-fixtures.ts';
import { crossEntropyWithLogits } from './cross-entropy.ts';

/** Row `b` names class `b * 3 mod classes`. */
const oneHot = (batch: number, classes: number) => {
  const target = arrayOf([batch, classes], new Float64Array(batch * classes));
  for (let b = 0; b < batch; b++) target.data[b * classes + ((b * 3) % classes)] = 1;
  return target;
};

describeOp('crossEntropyWithLogits', nodeRuntime, {
  build: ([logits, target]) => crossEntropyWithLogits(logits, target),
  operands: [randomArray('logits', [5, 7], -3, 3), oneHot(5, 7)],
  differentiable: [true, false],
});

describePyTorch('cross-entropy', nodeRuntime, {
  crossEntropyWithLogits: (_attributes, [logits, target]) => crossEntropyWithLogits(logits, target),
});

describe('crossEntropyWithLogits', () => {
  const logits = input('logits', [2, 3]);
  const target = input('target', [2, 3]);

  test('stays finite where the probability of the label is 0 in single precision', async () => {
    const loss = crossEntropyWithLogits(logits, target);
    const outputs = { loss, grad: gradients(loss, [logits])[0] };
    const values = {
      logits: arrayOf([2, 3], [1000, 0, 0, 0, 0, 1000]),
      target: arrayOf([2, 3], [0, 1, 0, 0, 0, 1]),
    };
    expect(evaluator([loss])(values)[0].data[0]).toBe(1000);
    const native = await runGraph(nodeRuntime, outputs, [logits, target], values);
    expect(native.loss.data[0]).toBeCloseTo(1000, 3);
    expect([...native.grad.data]).toEqual([1, -1, 0, 0, 0, 0]);
  });

  test('refuses a target of another shape', () => {
    expect(() => crossEntropyWithLogits(logits, input('t', [2, 4]))).toThrow(/crossEntropyWithLogits: shapes/);
  });
});
