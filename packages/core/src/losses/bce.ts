/** The binary cross-entropy of images: each pixel as the probability of being white. */

import { inputError } from '../errors.ts';
import { multiply, subtract } from '../tensor/ops/arithmetic.ts';
import { softplus } from '../tensor/ops/softplus.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { defineImageError } from './image-error.ts';

/** Probabilities are taken for no less, nor for no nearer to 1: the logarithm of 0 is infinite. As in Keras. */
const SMALLEST = 1e-7;

/** What enters the sigmoid that a tensor comes out of, however its values were picked since; null where there is none. */
export const logitsOf = (tensor: Tensor): Tensor | null => {
  const { producer } = tensor;
  if (producer.kind !== 'op') return null;
  if (producer.op === 'sigmoid') return producer.inputs[0];
  const logits = producer.picks ? logitsOf(producer.inputs[0]) : null;
  return logits && (producer.picks?.(logits) ?? null);
};

export const bceLoss = defineImageError({
  type: 'bce',
  label: 'Binary cross-entropy',
  doc: 'Takes each pixel for the probability of being white; the decoder has to end in sigmoid, whose argument is taken, so that nothing is lost by rounding.',
  formula:
    'mean over images and pixels of -x log y - (1 - x) log(1 - y) = softplus(l) - x l, y = sigmoid(l), pixels 0..1; nats',
  source: 'Kingma & Welling 2013, appendix C.1',
  name: 'binary cross-entropy',
  fault: ({ outputActivation }) =>
    outputActivation === 'sigmoid'
      ? null
      : `a decoder that ends in sigmoid for the loss "bce", got ${outputActivation}; take that activation, or the loss "mse"`,
  pixels: (y, x) => {
    const logits = logitsOf(y);
    if (logits === null)
      throw inputError('invalid-network', {
        at: { field: 'loss' },
        problem: 'the loss "bce" finds no sigmoid that the values of the decoder come out of unchanged',
        hint: 'end the decoder in a layer with the activation sigmoid, or take the loss "mse"',
      });
    return subtract(softplus(logits), multiply(x, logits));
  },
  pixel: (y, x) => {
    const p = Math.min(1 - SMALLEST, Math.max(SMALLEST, y));
    return -x * Math.log(p) - (1 - x) * Math.log(1 - p);
  },
});
