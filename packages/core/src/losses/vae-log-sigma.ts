/** The divergence of a Gaussian code as the zoo's author writes it. */
import { add, exponential, scale, shift, square, subtract } from '../tensor/ops/arithmetic.ts';
import { sumAll } from '../tensor/ops/reduce.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { defineTerm, weightFields } from './definition.ts';

/**
 * The zoo author's divergence, averaged over images: `sum_j (-1 - s_j + mean_j^2 + exp(s_j))`, `s` the log-sigma head.
 * A variant: the textbook one has a factor 1/2 and takes `s` as the log of the variance.
 */
export const logSigmaDivergence = (zMean: Tensor, zLogSigma: Tensor): Tensor => {
  const terms = shift(subtract(add(square(zMean), exponential(zLogSigma)), zLogSigma), -1);
  return scale(sumAll(terms), 1 / zMean.dims[0]);
};

export const vaeLogSigmaTerm = defineTerm({
  type: 'vae-log-sigma',
  label: 'Divergence, log-sigma variant',
  doc: 'The zoo author’s variant of the divergence; the encoder has to end in Gaussian sampling by log-sigma.',
  formula: 'mean over images of sum_j (-1 - s_j + mean_j^2 + exp(s_j)), s the log-sigma head',
  name: 'divergence (log-sigma variant)',
  curve: 'weighted divergence',
  gradient: 'exact',
  usualFor: 'log-sigma',
  fields: weightFields('the divergence', 0.001),
  fault: ({ heads }) =>
    heads === 'log-sigma'
      ? null
      : `an encoder that ends in Gaussian sampling by log-sigma for the loss "vae-log-sigma", got ${heads ?? 'none'}; take that layer, or another loss`,
  compute: (_loss, { heads }) => {
    const { zMean, zLogScale } = heads();
    return logSigmaDivergence(zMean, zLogScale);
  },
});
