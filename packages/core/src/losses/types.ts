/** Losses as plain data. */

/**
 * What training minimises.
 * - `mse`: mean over images and pixels of the squared error.
 * - `vae-log-sigma`: MSE + weight * sum over code dims of (-1 - s + mean^2 + exp(s)), s the log-sigma head,
 *   averaged over images: the zoo author's variant.
 * - `vae`: MSE + weight * the textbook divergence (Kingma & Welling 2013, appendix B).
 * - `neighbours`: MSE + weight * UMAP's cross-entropy of codes: images near each other in pixel space together, others
 *   apart.
 * - `jacobian`: MSE + weight * the squared change of a pixel for a step of one standard deviation of the codes, over both
 *   dimensions: a smooth decoder.
 * - `cross-entropy`: mean over images of -log p(label); the last activation is softmax.
 */
export type LossSpec =
  | { readonly type: 'mse' }
  | { readonly type: 'vae-log-sigma'; readonly weight: number }
  | { readonly type: 'vae'; readonly weight: number }
  | NeighbourLossSpec
  | { readonly type: 'jacobian'; readonly weight: number }
  | { readonly type: 'cross-entropy' };

/** Batches hold a neighbour of every image beside it, one of its `neighbours` nearest, drawn anew each epoch. */
export interface NeighbourLossSpec {
  readonly type: 'neighbours';
  readonly weight: number;
  readonly neighbours: number;
  /** What distances are taken of: images averaged over 2 x 2 pixels, with their slant taken out first or not. */
  readonly metric: 'pixels' | 'deskewed';
  /** Other images of the batch that each is kept away from. */
  readonly strangers: number;
}
