/**
 * Losses: scalars to minimise, averaged over the images of the batch.
 */
import { add, exponential, scale, shift, square, subtract } from '../tensor/ops/arithmetic.ts';
import { crossEntropyWithLogits } from '../tensor/ops/cross-entropy.ts';
import { sumAll } from '../tensor/ops/reduce.ts';
import { reshape } from '../tensor/ops/shape.ts';
import { sizeOf, type Tensor } from '../tensor/tensor.ts';

/** `mean_{b, i} (y[b, i] - x[b, i])^2` over images and pixels. */
export const meanSquaredError = (y: Tensor, x: Tensor): Tensor => {
  const size = sizeOf(y.dims);
  const rows = [y.dims[0], size / y.dims[0]];
  return scale(sumAll(square(subtract(reshape(y, rows), reshape(x, rows)))), 1 / size);
};

/**
 * The zoo author's divergence, averaged over images: `sum_j (-1 - s_j + mean_j^2 + exp(s_j))`, `s` the log-sigma head.
 * A variant: the textbook one has a factor 1/2 and takes `s` as the log of the variance.
 */
export const logSigmaDivergence = (zMean: Tensor, zLogSigma: Tensor): Tensor => {
  const terms = shift(subtract(add(square(zMean), exponential(zLogSigma)), zLogSigma), -1);
  return scale(sumAll(terms), 1 / zMean.dims[0]);
};

/**
 * Divergence of a diagonal Gaussian code from the unit Gaussian, averaged over images:
 * `1/2 sum_j (mean_j^2 + exp(logVar_j) - logVar_j - 1)`, nats. Source: Kingma & Welling 2013, appendix B.
 */
export const gaussianDivergence = (zMean: Tensor, zLogVar: Tensor): Tensor =>
  scale(logSigmaDivergence(zMean, zLogVar), 0.5);

/** `mean_b -log softmax(logits[b])[label_b]`, nats; `oneHot` is `[batch, classes]`. */
export const crossEntropy = (logits: Tensor, oneHot: Tensor): Tensor =>
  scale(crossEntropyWithLogits(logits, oneHot), 1 / logits.dims[0]);
