/** What every augmentation, a random change of an image, says of itself. */
import { defineSpec, type Fields, type Spec, type SpecSource, type VariantDefinition } from '../registry/index.ts';
import type { Alteration, Displacement } from './warp.ts';

interface Behaviour<Value> {
  /** The displacement of a pixel, or its new value. */
  readonly formula: string;
  /** Where the idea comes from; absent where nobody need be named. */
  readonly source?: string;
  /** How it moves pixels; absent where it leaves them in their place. */
  displacement?(augmentation: Value): Displacement;
  /** How it changes the values of pixels; absent where they keep them. */
  alteration?(augmentation: Value): Alteration;
}

/** An augmentation; one object for each type, in its own file. */
export interface AugmentationDefinition<Value extends { readonly type: string } = { readonly type: string }>
  extends VariantDefinition<Value>,
    Behaviour<Value> {}

/** Makes a definition; defaults and schema follow from the fields. */
export const defineAugmentation = <const Type extends string, const F extends Fields>({
  formula,
  source,
  displacement,
  alteration,
  ...spec
}: SpecSource<Type, F> & Behaviour<Spec<Type, F>>) => ({
  ...defineSpec(spec),
  formula,
  source,
  displacement,
  alteration,
});
