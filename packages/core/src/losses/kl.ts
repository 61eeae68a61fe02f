/** The Kullback-Leibler divergence of a Gaussian code from the unit Gaussian, with a weight beta. */
import { defineTerm, weightFields } from './definition.ts';
import { gaussianDivergence } from './vae.ts';

export const klTerm = defineTerm({
  type: 'kl',
  label: 'KL divergence',
  doc: 'Adds beta times how far the code’s Gaussian lies from the unit Gaussian; the encoder has to end in Gaussian sampling.',
  formula: 'mean over images of 1/2 sum_j (mean_j^2 + exp(v_j) - v_j - 1), v the logarithm of the variance; nats',
  source: 'Kingma & Welling 2013, appendix B; Higgins et al. 2017, beta-VAE, equation 4, for the weight',
  name: 'KL divergence',
  curve: 'weighted KL divergence',
  gradient: 'exact',
  fields: weightFields('the KL divergence, beta', 1),
  fault: ({ heads }) =>
    heads === null ? 'an encoder that ends in Gaussian sampling for the loss "kl"; add the layer' : null,
  compute: (_loss, { heads }) => {
    const { zMean, zLogVar } = heads();
    return gaussianDivergence(zMean, zLogVar);
  },
});
