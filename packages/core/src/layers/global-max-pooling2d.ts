/** The largest value of each channel over the whole image. */
import { fixed, optionalField } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { defineLayer } from './definition.ts';
import { keepDimsField } from './global-average-pooling2d.ts';
import { requireImageShape } from './place.ts';

export const globalMaxPooling2dLayer = defineLayer({
  type: 'global-max-pooling2d',
  baseName: 'global_max_pooling2d',
  label: 'Global max pooling',
  doc: 'The largest value of each channel over the whole image; equal ones share the gradient.',
  formula: 'max over rows and columns: [h, w, c] -> [c]',
  fields: { keepDims: keepDimsField },
  values: 'maxima',
  outputShape: ({ keepDims }, inputShape, place) => {
    const [, , channels] = requireImageShape(inputShape, place);
    return keepDims ? [1, 1, channels] : [channels];
  },
  build: (_spec, { x, outputShape }) => ops.reshape(ops.maxImageChannels(x), [x.dims[0], ...outputShape]),
  tfjsLacks: ({ keepDims }) => (keepDims ? 'global pooling that keeps rows and columns' : null),
  torchCode: {
    channels: () => 'first',
    output: ({ keepDims }, { x }) => `${x}.amax(dim=(2, 3)${keepDims ? ', keepdim=True' : ''})`,
  },
  keras: {
    className: 'GlobalMaxPooling2D',
    aliases: ['GlobalMaxPool2D'],
    settings: { data_format: fixed('channels_last'), keepdims: optionalField('keepDims', false) },
    arrays: [],
  },
});
