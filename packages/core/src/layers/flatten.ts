/** All axes of an image in one, row by row, channels innermost. */
import { elementCount } from '../tensor/shape.ts';
import { defineLayer } from './definition.ts';
import type { FlattenSpec } from './types.ts';

/** `[h, w, c] -> [h * w * c]`. */
export const flatten = (): FlattenSpec => ({ type: 'flatten' });

export const flattenDefinition = defineLayer<FlattenSpec>({
  type: 'flatten',
  kerasName: 'flatten',
  label: 'Flatten',
  defaults: flatten(),
  fields: {},
  outputShape: (_spec, inputShape) => [elementCount(inputShape)],
});
