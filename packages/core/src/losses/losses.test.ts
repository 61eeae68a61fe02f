import { describe, expect, test } from 'vitest';
import { reparameterise } from '../layers/reparameterise.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { evaluator } from '../tensor/evaluate.ts';
import { sigmoid } from '../tensor/ops/activations.ts';
import { maxPool2d, upSample2d } from '../tensor/ops/pooling.ts';
import { cutMargins, permute } from '../tensor/ops/regions.ts';
import { reshape } from '../tensor/ops/shape.ts';
import { input, type Tensor } from '../tensor/tensor.ts';
import { arrayOf, describeOp, randomArray } from '../tensor/testing/gradient-check.ts';
import { describePyTorch } from '../tensor/testing/pytorch-fixtures.ts';
import { crossEntropy } from './cross-entropy.ts';
import { buildLoss, type LossInputs, type LossSpec, lossTerms } from './index.ts';
import { meanSquaredError } from './mse.ts';
import { gaussianDivergence } from './vae.ts';
import { logSigmaDivergence } from './vae-log-sigma.ts';

const code = [randomArray('mean', [5, 2]), randomArray('logScale', [5, 2], -2, 1)];

describeOp('meanSquaredError of images', nodeRuntime, {
  build: ([y, x]) => meanSquaredError(y, x),
  operands: [randomArray('y', [3, 5, 4, 1]), randomArray('x', [3, 5, 4, 1])],
});
describeOp('logSigmaDivergence', nodeRuntime, { build: ([m, s]) => logSigmaDivergence(m, s), operands: code });
describeOp('gaussianDivergence', nodeRuntime, { build: ([m, s]) => gaussianDivergence(m, s), operands: code });
describeOp('reparameterise', nodeRuntime, {
  build: ([mean, logScale, eps]) => reparameterise(mean, logScale, eps),
  operands: [...code, randomArray('eps', [5, 2])],
});
describeOp('crossEntropy', nodeRuntime, {
  build: ([logits, oneHot]) => crossEntropy(logits, oneHot),
  operands: [randomArray('logits', [2, 3], -3, 3), arrayOf([2, 3], [0, 1, 0, 0, 0, 1])],
  differentiable: [true, false],
});

describePyTorch('losses', nodeRuntime, {
  meanSquaredError: (_attributes, [y, x]) => meanSquaredError(y, x),
  logSigmaDivergence: (_attributes, [mean, logSigma]) => logSigmaDivergence(mean, logSigma),
  gaussianDivergence: (_attributes, [mean, logVar]) => gaussianDivergence(mean, logVar),
  crossEntropy: (_attributes, [logits, oneHot]) => crossEntropy(logits, oneHot),
  reparameterise: (_attributes, [mean, logScale, eps]) => reparameterise(mean, logScale, eps),
});

/** What a loss of images is computed from, and of a Gaussian code where it has heads. */
const inputsOf = (output: Tensor, target: Tensor, heads?: readonly [Tensor, Tensor]): LossInputs => {
  const absent = (): never => {
    throw new Error('the loss asked for what it does not need');
  };
  const gaussian = heads && { zMean: heads[0], zLogScale: heads[1], zLogVar: heads[1] };
  return {
    output,
    target,
    codes: output,
    heads: () => gaussian ?? absent(),
    logits: absent,
    decode: absent,
    normal: absent,
    share: absent,
  };
};
const lossOf = (loss: LossSpec, ...of: Parameters<typeof inputsOf>): Tensor => buildLoss(loss, inputsOf(...of));
const reductionOf = (summed: unknown) => (summed === true ? 'sum' : 'mean');

describePyTorch('image-losses', nodeRuntime, {
  bce: ({ summed }, [logits, x]) => lossOf({ type: 'bce', reduction: reductionOf(summed) }, sigmoid(logits), x),
  mae: ({ summed }, [y, x]) => lossOf({ type: 'mae', reduction: reductionOf(summed) }, y, x),
  kl: (_attributes, [mean, logVar]) =>
    lossTerms.get('kl').compute({ type: 'kl', weight: 1 }, inputsOf(mean, mean, [mean, logVar])),
  bceAndKl: ({ weight }, [logits, x, mean, logVar]) =>
    lossOf(
      {
        type: 'combined',
        reconstruction: { type: 'bce', reduction: 'sum' },
        terms: [{ type: 'kl', weight: Number(weight) }],
      },
      sigmoid(logits),
      x,
      [mean, logVar],
    ),
});

describe('divergences', () => {
  const [mean, logScale] = [input('mean', [1, 2]), input('logScale', [1, 2])];
  const at = (meanValues: number[], scaleValues: number[]) =>
    evaluator([logSigmaDivergence(mean, logScale), gaussianDivergence(mean, logScale)])({
      mean: arrayOf([1, 2], meanValues),
      logScale: arrayOf([1, 2], scaleValues),
    }).map(({ data }) => data[0]);

  test('both are 0 for the unit Gaussian', () => {
    expect(at([0, 0], [0, 0])).toEqual([0, 0]);
  });

  test('the zoo author’s variant of a code at (1, 0) of log-scale head 0 is 1, the textbook’s a half', () => {
    expect(at([1, 0], [0, 0])).toEqual([1, 0.5]);
  });
});

describe('the binary cross-entropy after a sigmoid whose values are picked', () => {
  const logits = input('logits', [2, 4, 6, 1]);
  const values = Float64Array.from({ length: 48 }, (_, i) => 6 * Math.sin(3 * i));
  test.each([
    ['cut', (x: Tensor) => cutMargins(x, [1, 0, 0], [0, 2, 0])],
    ['turned', (x: Tensor) => permute(x, [0, 2, 1, 3])],
    ['repeated', (x: Tensor) => upSample2d(x, [2, 2])],
    ['pooled', (x: Tensor) => maxPool2d(x, [2, 3])],
    ['reshaped', (x: Tensor) => reshape(x, [2, 24])],
  ])('is that of the probabilities, %s', (_, pick) => {
    const y = pick(sigmoid(logits));
    const target = input('target', y.dims);
    const count = y.dims.reduce((size, dim) => size * dim, 1);
    const x = Float64Array.from({ length: count }, (__, i) => (i % 5) / 4);
    const feeds = { logits: { dims: logits.dims, data: values }, target: { dims: y.dims, data: x } };
    const [p] = evaluator([y])(feeds).map(({ data }) => data);
    const [loss] = evaluator([lossOf({ type: 'bce' }, y, target)])(feeds).map(({ data }) => data);
    const each = Array.from(p, (q, i) => -x[i] * Math.log(q) - (1 - x[i]) * Math.log(1 - q));
    expect(loss[0]).toBeCloseTo(each.reduce((sum, value) => sum + value, 0) / count, 6);
  });
});
