/** Largest value of each window; a remainder at the edge is dropped without padding. */
import { field, fixed, pythonCall, type SpecOf, size } from '../registry/index.ts';
import type { Size2D } from '../tensor/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { geometryOf, paddingField, requireGeometry, stridesField } from './convolution.ts';
import { defineLayer } from './definition.ts';
import { MAX_WINDOW } from './limits.ts';
import { isTiled, poolingSettings, torchStride, windowDetail, windowOf } from './pooling.ts';
import { padded, sides, torchPadding } from './torch-code.ts';

const DEFAULT_WINDOW: Size2D = [2, 2];

export const maxPooling2dLayer = defineLayer({
  type: 'max-pooling2d',
  baseName: 'max_pooling2d',
  label: 'Max pooling',
  doc: 'Keeps the largest value of each window; without padding a remainder at the edge is dropped.',
  formula: 'max over windows: [h, w, c] -> [floor((h - rows) / s) + 1, floor((w - columns) / s) + 1, c]',
  fields: {
    poolSize: size({
      label: 'Window',
      doc: 'Rows and columns of a window.',
      min: 1,
      max: MAX_WINDOW,
      default: DEFAULT_WINDOW,
      fileDefault: DEFAULT_WINDOW,
    }),
    strides: stridesField('those of the window'),
    padding: paddingField,
  },
  values: 'maxima',
  outputShape: (spec, inputShape, place) => [
    ...requireGeometry(windowOf(spec), inputShape, 'window', place).output,
    inputShape[2],
  ],
  build: (spec, { x }) =>
    isTiled(spec) ? ops.maxPool2d(x, spec.poolSize) : ops.maxWindows(x, geometryOf(windowOf(spec), x.dims.slice(1))),
  detail: windowDetail,
  torchCode: {
    channels: () => 'first',
    modules: (spec, inputShape) => {
      const { own } = torchPadding(windowOf(spec), inputShape, false);
      return { '': pythonCall('nn.MaxPool2d', [sides(spec.poolSize)], { stride: torchStride(spec), padding: own }) };
    },
    output: (spec, { x, inputShape, module }) =>
      `${module()}(${padded(x, torchPadding(windowOf(spec), inputShape, false), Number.NEGATIVE_INFINITY)})`,
  },
  keras: {
    className: 'MaxPooling2D',
    aliases: ['MaxPool2D'],
    settings: {
      pool_size: field('poolSize', DEFAULT_WINDOW),
      ...poolingSettings,
      data_format: fixed('channels_last'),
    },
    arrays: [],
  },
});

/**
 * Max pooling as plain data, which `maxPooling2d` makes.
 *
 * @interface
 */
export type MaxPooling2DSpec = SpecOf<typeof maxPooling2dLayer>;

/** The largest value of each window of rows and columns. `[h, w, c] -> [floor((h - rows) / s) + 1, floor((w - columns) / s) + 1, c]`. */
export const maxPooling2d = (poolSize: Size2D = DEFAULT_WINDOW): MaxPooling2DSpec => ({
  type: 'max-pooling2d',
  poolSize,
});
