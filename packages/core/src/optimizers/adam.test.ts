import { describe, expect, test } from 'vitest';
import { nodeRuntime } from '../runtime/node.ts';
import { evaluator } from '../tensor/evaluate.ts';
import { input, type NdArray } from '../tensor/tensor.ts';
import { arrayOf, randomArray, relativeError, runGraph, SINGLE_PRECISION } from '../tensor/testing/gradient-check.ts';
import { ADAM, adamGraph, adamScalars } from './adam.ts';

const dims = [3, 5];
const p = input('w', dims);
const g = input('g', dims);
const { inputs, outputs } = adamGraph([{ name: 'w', p, g }]);
const gradient = (step: number): NdArray => randomArray(`gradient ${step}`, dims);
const zeros = (): NdArray => arrayOf(dims, new Float64Array(15));

/** The words of the paper, one number at a time. */
const paperAdam = (start: NdArray, steps: number, learningRate: number): Float64Array => {
  const { beta1, beta2, epsilon } = ADAM;
  return start.data.map((value, i) => {
    let [w, m, v] = [value, 0, 0];
    for (let t = 1; t <= steps; t++) {
      const slope = gradient(t).data[i];
      m = beta1 * m + (1 - beta1) * slope;
      v = beta2 * v + (1 - beta2) * slope ** 2;
      w -= (learningRate * (m / (1 - beta1 ** t))) / (Math.sqrt(v / (1 - beta2 ** t)) + epsilon);
    }
    return w;
  });
};

describe('adamGraph', () => {
  test('follows algorithm 1 of Kingma & Ba for 20 steps, in the evaluator and in ONNX Runtime', async () => {
    const start = randomArray('start', dims);
    const names = Object.keys(outputs);
    let exact: Record<string, NdArray> = { w: start, 'm/w': zeros(), 'v/w': zeros() };
    let native = exact;
    const next = (got: Readonly<Record<string, NdArray>>): Record<string, NdArray> => ({
      w: got['next/p/w'],
      'm/w': got['next/m/w'],
      'v/w': got['next/v/w'],
    });
    const evaluate = evaluator(Object.values(outputs));
    for (let t = 1; t <= 20; t++) {
      const { rate, correction } = adamScalars(t, 1e-3);
      const fed = { g: gradient(t), rate: arrayOf([], [rate]), correction: arrayOf([], [correction]) };
      const values = evaluate({ ...exact, ...fed });
      exact = next(Object.fromEntries(names.map((name, i) => [name, values[i]])));
      native = next(await runGraph(nodeRuntime, outputs, [p, g, ...inputs], { ...native, ...fed }));
    }
    const expected = paperAdam(start, 20, 1e-3);
    // 0.9 and 0.999 are constants of the graph, so they are rounded to single precision in the evaluator too.
    expect(relativeError(exact.w.data, expected)).toBeLessThan(1e-7);
    expect(relativeError(native.w.data, expected)).toBeLessThan(SINGLE_PRECISION);
  });

  test('moves every weight by the learning rate at the first step, against its gradient', () => {
    const { rate, correction } = adamScalars(1, 1e-3);
    const fed = { w: zeros(), 'm/w': zeros(), 'v/w': zeros(), g: gradient(1) };
    const [moved] = evaluator([outputs['next/p/w']])({
      ...fed,
      rate: arrayOf([], [rate]),
      correction: arrayOf([], [correction]),
    });
    for (const [i, value] of moved.data.entries()) {
      expect(value).toBeCloseTo(-1e-3 * Math.sign(gradient(1).data[i]), 7);
    }
  });
});
