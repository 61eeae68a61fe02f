/** Convolution over rows and columns, `valid` padding, stride 1. */
import { type Activation, activationField } from '../activations/index.ts';
import {
  activationSetting,
  field,
  fixed,
  ignored,
  integer,
  kernelAndBias,
  type SpecOf,
  size,
} from '../registry/index.ts';
import type { Size2D } from '../tensor/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { formatShape } from '../tensor/shape.ts';
import { defineLayer, kernelAndBiasWeights } from './definition.ts';
import { MAX_FILTERS, MAX_WINDOW } from './limits.ts';
import { requireWindow } from './place.ts';

/** Kernel `[rows, columns, channels, filters]`. */
export const conv2dLayer = defineLayer({
  type: 'conv2d',
  baseName: 'conv2d',
  label: 'Convolution',
  doc: 'Slides kernels over the image; every output sees one window of it.',
  formula: 'activation(x * K + b): [h, w, channels] -> [h - rows + 1, w - columns + 1, filters]',
  fields: {
    filters: integer({
      label: 'Filters',
      doc: 'Kernels, each of which gives a channel.',
      min: 1,
      max: MAX_FILTERS,
      default: 16,
    }),
    kernelSize: size({
      label: 'Kernel size',
      doc: 'Rows and columns that a kernel covers.',
      min: 1,
      max: MAX_WINDOW,
      default: [3, 3],
    }),
    activation: activationField({ label: 'Activation', doc: 'What is done to the sums.', default: 'relu' }),
  },
  outputShape: ({ filters, kernelSize }, inputShape, place) => {
    const [height, width] = requireWindow(inputShape, kernelSize, 'kernel', place);
    return [height - kernelSize[0] + 1, width - kernelSize[1] + 1, filters];
  },
  // Keras: fans of a convolution are its receptive field times its channels.
  weights: ({ filters, kernelSize: [rows, columns] }, [, , channels]) =>
    kernelAndBiasWeights([rows, columns, channels, filters], filters, {
      fanIn: rows * columns * channels,
      fanOut: rows * columns * filters,
    }),
  build: ({ activation }, { x, weight, activate }) =>
    activate(activation, ops.conv2d(x, weight('kernel'), weight('bias'))),
  activationField: 'activation',
  detail: ({ kernelSize }) => `kernel ${formatShape(kernelSize)}`,
  biasParameter: 'bias',
  convolution: true,
  // Every place is computed from a patch of its own.
  workspace: ({ kernelSize: [rows, columns] }, [, , channels], [height, width]) =>
    height * width * rows * columns * channels,
  keras: {
    className: 'Conv2D',
    aliases: ['Convolution2D'],
    limits: 'valid padding, stride 1',
    settings: {
      filters: field('filters'),
      kernel_size: field('kernelSize'),
      strides: fixed([1, 1], { or: [1] }),
      padding: fixed('valid'),
      data_format: fixed('channels_last'),
      dilation_rate: fixed([1, 1], { or: [1] }),
      groups: fixed(1),
      activation: activationSetting('activation'),
      ...kernelAndBias,
      activity_regularizer: ignored(null),
    },
    arrays: ['kernel', 'bias'],
  },
});

/**
 * A convolution as plain data, which `conv2d` makes.
 *
 * @interface
 */
export type Conv2DSpec = SpecOf<typeof conv2dLayer>;

/** A convolution without padding, strides of 1. `[h, w, channels] -> [h - rows + 1, w - columns + 1, filters]`. */
export const conv2d = (filters: number, kernelSize: Size2D, activation: Activation): Conv2DSpec => ({
  type: 'conv2d',
  filters,
  kernelSize,
  activation,
});
