/** The mean of each channel over the whole image. */
import { fixed, flag, optional, optionalField } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { defineLayer } from './definition.ts';
import { requireImageShape } from './place.ts';

export const keepDimsField = optional(
  flag({
    label: 'Keep rows and columns',
    doc: 'Gives `[1, 1, c]` rather than `[c]`; it does not when absent.',
    default: true,
  }),
);

export const globalAveragePooling2dLayer = defineLayer({
  type: 'global-average-pooling2d',
  baseName: 'global_average_pooling2d',
  label: 'Global average pooling',
  doc: 'The mean of each channel over the whole image.',
  formula: 'mean over rows and columns: [h, w, c] -> [c]',
  source: 'Lin, Chen & Yan 2014, Network In Network',
  fields: { keepDims: keepDimsField },
  outputShape: ({ keepDims }, inputShape, place) => {
    const [, , channels] = requireImageShape(inputShape, place);
    return keepDims ? [1, 1, channels] : [channels];
  },
  build: (_spec, { x, outputShape }) => ops.reshape(ops.meanImageChannels(x), [x.dims[0], ...outputShape]),
  tfjsLacks: ({ keepDims }) => (keepDims ? 'global pooling that keeps rows and columns' : null),
  torchCode: {
    channels: () => 'first',
    output: ({ keepDims }, { x }) => `${x}.mean(dim=(2, 3)${keepDims ? ', keepdim=True' : ''})`,
  },
  keras: {
    className: 'GlobalAveragePooling2D',
    aliases: ['GlobalAvgPool2D'],
    settings: { data_format: fixed('channels_last'), keepdims: optionalField('keepDims', false) },
    arrays: [],
  },
});
