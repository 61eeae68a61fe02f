/** The cross-entropy of labels, which classifiers minimise. */
import { scale } from '../tensor/ops/arithmetic.ts';
import { crossEntropyWithLogits } from '../tensor/ops/cross-entropy.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { defineReconstruction } from './definition.ts';

/** Probabilities are taken for no less: the logarithm of 0 is infinite. */
const SMALLEST = 1e-7;

/** `mean_b -log softmax(logits[b])[label_b]`, nats; `oneHot` is `[batch, classes]`. */
export const crossEntropy = (logits: Tensor, oneHot: Tensor): Tensor =>
  scale(crossEntropyWithLogits(logits, oneHot), 1 / logits.dims[0]);

export const crossEntropyLoss = defineReconstruction({
  type: 'cross-entropy',
  label: 'Cross-entropy of labels',
  doc: 'How surprised the network is by the label.',
  formula: 'mean over images of -log p(label), nats; the network ends in softmax',
  name: 'cross-entropy',
  curve: 'cross-entropy, nats',
  of: 'labels',
  fields: {},
  compute: (_loss, { logits, target }) => crossEntropy(logits(), target),
  accumulate: (_loss, before, probabilities, labels, classes) => {
    let sum = before;
    for (let i = 0; i < labels.length; i++) sum -= Math.log(Math.max(SMALLEST, probabilities[i * classes + labels[i]]));
    return sum;
  },
});
