/** Random changes of images before they are learned from. */
import { createRegistry, type SpecOf } from '../registry/index.ts';
import type { AugmentationDefinition } from './definition.ts';
import { augmentationList } from './list.ts';
import { createWarp, type ImageSize, type Warp } from './warp.ts';

/** An augmentation as plain data, told apart by `type`. */
export type AugmentationSpec = SpecOf<typeof augmentationList>;

/** The augmentations by type. */
export const augmentations = createRegistry<AugmentationSpec['type'], AugmentationDefinition<AugmentationSpec>>(
  'augmentation',
  augmentationList,
  ({ defaults }) => defaults.type,
);

/**
 * A function that changes the images of a batch at random.
 *
 * @param specs - all displacements of an image are added, and it is sampled once; values change after that, in this order.
 */
export const warpOf = (specs: readonly AugmentationSpec[], size: ImageSize, seed: number): Warp =>
  createWarp(
    specs.map((spec) => {
      const { displacement, alteration } = augmentations.get(spec.type);
      return { name: `augment/${spec.type}`, displacement: displacement?.(spec), alteration: alteration?.(spec) };
    }),
    size,
    seed,
  );

export { affine } from './affine.ts';
export type { AugmentationDefinition } from './definition.ts';
export { elastic } from './elastic.ts';
export { saltAndPepper } from './salt-and-pepper.ts';
export { unevenLight } from './uneven-light.ts';
export type { Warp } from './warp.ts';
