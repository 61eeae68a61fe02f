/** The divergence of a Gaussian code from the unit Gaussian. */
import { scale } from '../tensor/ops/arithmetic.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { defineTerm, weightFields } from './definition.ts';
import { logSigmaDivergence } from './vae-log-sigma.ts';

/**
 * Divergence of a diagonal Gaussian code from the unit Gaussian, averaged over images:
 * `1/2 sum_j (mean_j^2 + exp(logVar_j) - logVar_j - 1)`, nats. Source: Kingma & Welling 2013, appendix B.
 */
export const gaussianDivergence = (zMean: Tensor, zLogVar: Tensor): Tensor =>
  scale(logSigmaDivergence(zMean, zLogVar), 0.5);

export const vaeTerm = defineTerm({
  type: 'vae',
  label: 'Divergence',
  doc: 'Adds how far the code’s Gaussian lies from the unit Gaussian; the encoder has to end in Gaussian sampling.',
  formula: 'mean over images of 1/2 sum_j (mean_j^2 + exp(v_j) - v_j - 1), v the logarithm of the variance; nats',
  source: 'Kingma & Welling 2013, appendix B',
  name: 'divergence',
  curve: 'weighted divergence',
  gradient: 'exact',
  usualFor: 'log-variance',
  fields: weightFields('the divergence', 0.001),
  fault: ({ heads }) =>
    heads === null ? 'an encoder that ends in Gaussian sampling for the loss "vae"; add the layer' : null,
  compute: (_loss, { heads }) => {
    const { zMean, zLogVar } = heads();
    return gaussianDivergence(zMean, zLogVar);
  },
});
