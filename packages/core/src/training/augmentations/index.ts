/**
 * The augmentations of a recipe as functions on images. A new one is a new file here and an entry below.
 */
import type { AugmentationSpec } from '../../model/index.ts';
import { affineAugmentation } from './affine.ts';
import { elasticAugmentation } from './elastic.ts';
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
