/** Average pooling over rows and columns. */
import { field, fixed, pythonCall, size } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { geometryOf, paddingField, requireGeometry, stridesField } from './convolution.ts';
import { defineLayer } from './definition.ts';
import { MAX_WINDOW } from './limits.ts';
import { poolingSettings, torchStride, windowDetail, windowOf } from './pooling.ts';
import { padded, sides, torchPadding } from './torch-code.ts';

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
  torchCode: {
    channels: () => 'first',
    modules: (spec, inputShape) => {
      const { own } = torchPadding(windowOf(spec), inputShape, false);
      const counted = own === undefined ? undefined : false;
      const settings = { stride: torchStride(spec), padding: own, count_include_pad: counted };
      return { '': pythonCall('nn.AvgPool2d', [sides(spec.poolSize)], settings) };
    },
    output: (spec, { x, inputShape, module }) => {
      const padding = torchPadding(windowOf(spec), inputShape, false);
      const mean = `${module()}(${padded(x, padding)})`;
      // Zeros that only pad are no part of the mean.
      return padding.around === undefined ? mean : `${mean} / ${module()}(${padded(`torch.ones_like(${x})`, padding)})`;
    },
  },
  keras: {
    className: 'AveragePooling2D',
    aliases: ['AvgPool2D'],
    settings: { pool_size: field('poolSize', [2, 2]), ...poolingSettings, data_format: fixed('channels_last') },
    arrays: [],
  },
});
