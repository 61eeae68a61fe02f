/** The augmentations, in the order of menus and docs. A new one is a new file and a line here. */
import { affineAugmentation } from './affine.ts';
import { elasticAugmentation } from './elastic.ts';
import { saltAndPepperAugmentation } from './salt-and-pepper.ts';
import { unevenLightAugmentation } from './uneven-light.ts';

export const augmentationList = [
  affineAugmentation,
  elasticAugmentation,
  saltAndPepperAugmentation,
  unevenLightAugmentation,
] as const;
