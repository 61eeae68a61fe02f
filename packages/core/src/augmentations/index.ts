/**
 * The augmentations. A new one is a new file here and one in `training/augmentations/`, an entry in each list and a
 * member of `AugmentationSpec`.
 */
import * as v from 'valibot';
import type { FieldSchema } from '../registry/validation.ts';
import { affineDefinition } from './affine.ts';
import type { AugmentationDefinition } from './definition.ts';
import { elasticDefinition } from './elastic.ts';
import type { AugmentationSpec, AugmentationType } from './types.ts';

/** By type; the compiler asks for an entry for each member of `AugmentationSpec`. */
const definitionByType: {
  readonly [T in AugmentationType]: AugmentationDefinition<Extract<AugmentationSpec, { type: T }>>;
} = { affine: affineDefinition, elastic: elasticDefinition };

/** In the order of a form's menu. */
export const augmentationDefinitions: readonly AugmentationDefinition[] = Object.values(definitionByType);

/** Reads an untrusted value of any augmentation. */
export const augmentationSchema: FieldSchema<AugmentationSpec> = v.lazy((value) => {
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  return augmentationDefinitions.find((definition) => definition.type === type)?.schema ?? noAugmentation;
});

const types = augmentationDefinitions.map(({ type }) => type).join(', ');
const noAugmentation: FieldSchema<AugmentationSpec> = v.custom<AugmentationSpec>(
  () => false,
  `an augmentation of type ${types}`,
);

export { affine } from './affine.ts';
export type { AugmentationDefinition } from './definition.ts';
export { elastic } from './elastic.ts';
export type * from './types.ts';
