/** Transposed convolution over rows and columns, `valid` padding, stride 1: each pixel draws a scaled kernel. */
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
import { requireImageShape } from './place.ts';

/** Kernel `[rows, columns, filters, channels]`. */
export const conv2dTransposeLayer = defineLayer({
  type: 'conv2d-transpose',
  baseName: 'conv2d_transpose',
  label: 'Transposed convolution',
  doc: 'Draws a scaled kernel at every pixel and adds them up, the reverse of a convolution.',
  formula: 'activation(x *T K + b): [h, w, channels] -> [h + rows - 1, w + columns - 1, filters]',
  fields: {
    filters: integer({
      label: 'Filters',
      doc: 'Channels that the layer gives.',
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
  outputShape: ({ filters, kernelSize: [rows, columns] }, inputShape, place) => {
    const [height, width] = requireImageShape(inputShape, place);
    return [height + rows - 1, width + columns - 1, filters];
  },
  // Keras reads the fans off the kernel's last two axes, which here are filters and channels, in that order.
  weights: ({ filters, kernelSize: [rows, columns] }, [, , channels]) =>
    kernelAndBiasWeights([rows, columns, filters, channels], filters, {
      fanIn: rows * columns * filters,
      fanOut: rows * columns * channels,
    }),
  build: ({ activation }, { x, weight, activate }) =>
    activate(activation, ops.conv2dTranspose(x, weight('kernel'), weight('bias'))),
  activationField: 'activation',
  detail: ({ kernelSize }) => `kernel ${formatShape(kernelSize)}`,
  biasParameter: 'bias',
  convolution: true,
  // Every place is computed from a patch of its own.
  workspace: ({ kernelSize: [rows, columns] }, [, , channels], [height, width]) =>
    height * width * rows * columns * channels,
  keras: {
    className: 'Conv2DTranspose',
    aliases: ['Convolution2DTranspose'],
    limits: 'valid padding, stride 1',
    settings: {
      filters: field('filters'),
      kernel_size: field('kernelSize'),
      strides: fixed([1, 1], { or: [1] }),
      padding: fixed('valid'),
      data_format: fixed('channels_last'),
      dilation_rate: fixed([1, 1], { or: [1] }),
      output_padding: fixed(null, { or: [[0, 0], 0], expected: 'none' }),
      activation: activationSetting('activation'),
      ...kernelAndBias,
      activity_regularizer: ignored(null),
    },
    arrays: ['kernel', 'bias'],
  },
});

/**
 * A transposed convolution as plain data, which `conv2dTranspose` makes.
 *
 * @interface
 */
export type Conv2DTransposeSpec = SpecOf<typeof conv2dTransposeLayer>;

/**
 * A transposed convolution without padding, strides of 1.
 * `[h, w, channels] -> [h + rows - 1, w + columns - 1, filters]`.
 */
export const conv2dTranspose = (filters: number, kernelSize: Size2D, activation: Activation): Conv2DTransposeSpec => ({
  type: 'conv2d-transpose',
  filters,
  kernelSize,
  activation,
});
