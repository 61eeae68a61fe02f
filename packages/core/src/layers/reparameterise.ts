/** The draw from a Gaussian code through which a gradient passes. */
import { add, exponential, multiply } from '../tensor/ops/arithmetic.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** `zMean + sigma * eps`, with `sigma = exp(logScale)`; `eps` is fed. Source: Kingma & Welling 2013, section 2.4. */
export const reparameterise = (zMean: Tensor, logScale: Tensor, eps: Tensor): Tensor =>
  add(zMean, multiply(exponential(logScale), eps));
