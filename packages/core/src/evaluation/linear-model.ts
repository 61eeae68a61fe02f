/** A linear model of images: their mean and the directions in which they vary most. */
export interface LinearModel {
  /** `[pixels]`, 0..1. */
  readonly mean: Float64Array;
  /** Unit vectors `[pixels]`, largest variance first; fewer where the images vary in fewer directions. */
  readonly components: readonly Float64Array[];
}
