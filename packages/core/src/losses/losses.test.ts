import { describe, expect, test } from 'vitest';
import { reparameterise } from '../layers/reparameterise.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { evaluator } from '../tensor/evaluate.ts';
import { sigmoid } from '../tensor/ops/activations.ts';
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
