/** Data augmentation as plain data. */

/** Normal draws for each image: standard deviations in pixels, degrees, shares of the size, columns a row. */
export interface AffineAugmentation {
  readonly type: 'affine';
  readonly shift: number;
  readonly rotation: number;
  readonly scale: number;
  readonly shear: number;
}

/** A smooth random field of displacements: standard deviation in pixels at points `cell` pixels apart. */
export interface ElasticAugmentation {
  readonly type: 'elastic';
  readonly strength: number;
  readonly cell: number;
}

/** How images are changed at random before they are learned from. */
export type AugmentationSpec = AffineAugmentation | ElasticAugmentation;

/** Every way to change images at random. */
export type AugmentationType = AugmentationSpec['type'];
