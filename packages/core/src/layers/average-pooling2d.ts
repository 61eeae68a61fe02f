/** Average pooling over rows and columns. */
import { field, fixed, size } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { geometryOf, paddingField, requireGeometry, stridesField } from './convolution.ts';
import { defineLayer } from './definition.ts';
import { MAX_WINDOW } from './limits.ts';
import { poolingSettings, windowDetail, windowOf } from './pooling.ts';

export const averagePooling2dLayer = defineLayer({
  type: 'average-pooling2d',
  baseName: 'average_pooling2d',
  label: 'Average pooling',
  doc: 'The mean of each window, over the pixels that lie in the image.',
  formula: 'mean over windows: [h, w, c] -> [floor((h - rows) / s) + 1, floor((w - columns) / s) + 1, c]',
  fields: {
    poolSize: size({
      label: 'Window',
      doc: 'Rows and columns of a window.',
      min: 1,
      max: MAX_WINDOW,
      default: [2, 2],
      fileDefault: [2, 2],
    }),
    strides: stridesField('those of the window'),
    padding: paddingField,
  },
  outputShape: (spec, inputShape, place) => [
    ...requireGeometry(windowOf(spec), inputShape, 'window', place).output,
    inputShape[2],
  ],
  build: (spec, { x }) => ops.averageWindows(x, geometryOf(windowOf(spec), x.dims.slice(1))),
  detail: windowDetail,
  keras: {
    className: 'AveragePooling2D',
    aliases: ['AvgPool2D'],
    settings: { pool_size: field('poolSize', [2, 2]), ...poolingSettings, data_format: fixed('channels_last') },
    arrays: [],
  },
});
