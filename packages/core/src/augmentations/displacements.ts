/**
 * The augmentations of a recipe as functions on images. A new one is a new file here and an entry below.
 */

import { affineAugmentation } from './affine-displacement.ts';
import { elasticAugmentation } from './elastic-displacement.ts';
import type { AugmentationSpec } from './types.ts';
import type { Augmentation } from './warp.ts';

export const augmentationOf = (spec: AugmentationSpec): Augmentation => {
  switch (spec.type) {
    case 'affine':
      return affineAugmentation(spec);
    case 'elastic':
      return elasticAugmentation(spec);
  }
};

export { createWarp, type ImageSize } from './warp.ts';
