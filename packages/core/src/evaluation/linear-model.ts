/** What principal components come to. */

/** A linear model of images: `mean + sum_j (x - mean).component_j component_j`. */
export interface LinearModel {
  /** `[pixels]`, 0..1. */
  readonly mean: Float64Array;
  /** Unit vectors `[pixels]`, largest variance first; fewer where the images vary in fewer directions. */
  readonly components: readonly Float64Array[];
}
