/** All axes of an image in one, row by row, channels innermost. */
import { fixed, type SpecOf } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { elementCount } from '../tensor/shape.ts';
import { defineLayer } from './definition.ts';
import { reshape } from './reshape.ts';

export const flattenLayer = defineLayer({
  type: 'flatten',
  baseName: 'flatten',
  label: 'Flatten',
  doc: 'All axes in one, row by row, channels innermost.',
  formula: 'reshape: [h, w, c] -> [h * w * c]',
  fields: {},
  values: 'reshaped',
  outputShape: (_spec, inputShape) => [elementCount(inputShape)],
  build: (_spec, { x, outputShape }) => ops.reshape(x, [x.dims[0], ...outputShape]),
  // Its own takes no vectors.
  tfjs: (_spec, inputShape) => (inputShape.length === 1 ? { spec: reshape(inputShape) } : null),
  torchCode: { channels: () => 'last', output: (_spec, { x }) => `${x}.flatten(1)` },
  keras: { className: 'Flatten', settings: { data_format: fixed('channels_last') }, arrays: [] },
});

/**
 * A flattening layer as plain data, which `flatten` makes.
 *
 * @interface
 */
export type FlattenSpec = SpecOf<typeof flattenLayer>;

/** Rows of pixels one after another. `[h, w, c] -> [h * w * c]`. */
export const flatten = (): FlattenSpec => ({ type: 'flatten' });
