/** Convolution over rows and columns, `valid` padding, stride 1. */

import type { Activation } from '../activations/index.ts';
import type { Size2D } from '../tensor/index.ts';
import { formatShape } from '../tensor/shape.ts';
import { defineLayer, requireImageShape, shapeMismatch } from './definition.ts';
import { ELEMENTWISE_ACTIVATIONS, MAX_FILTERS, MAX_WINDOW } from './fields.ts';
import type { Conv2DSpec } from './types.ts';

/** `[h, w, channels] -> [h - rows + 1, w - columns + 1, filters]`. */
export const conv2d = (filters: number, kernelSize: Size2D, activation: Activation): Conv2DSpec => ({
  type: 'conv2d',
  filters,
  kernelSize,
  activation,
});

export const conv2dDefinition = defineLayer<Conv2DSpec>({
  type: 'conv2d',
  kerasName: 'conv2d',
  label: 'Convolution',
  defaults: conv2d(16, [3, 3], 'relu'),
  fields: {
    filters: { kind: 'integer', label: 'Filters', min: 1, max: MAX_FILTERS },
    kernelSize: { kind: 'size', label: 'Kernel size', min: 1, max: MAX_WINDOW },
    activation: { kind: 'choice', label: 'Activation', choices: ELEMENTWISE_ACTIVATIONS },
  },
  outputShape({ filters, kernelSize: [rows, columns] }, inputShape, place) {
    const [height, width] = requireImageShape(inputShape, place);
    if (height < rows || width < columns) {
      const expected = [`${rows} rows or more`, `${columns} columns or more`, 'channels'];
      throw shapeMismatch(place, expected, inputShape, 'take a smaller kernel or pool less before it');
    }
    return [height - rows + 1, width - columns + 1, filters];
  },
  parameters({ filters, kernelSize: [rows, columns] }, [, , channels]) {
    // Keras: fans of a convolution are its receptive field times its channels.
    const fans = { fanIn: rows * columns * channels, fanOut: rows * columns * filters };
    return [
      { role: 'kernel', shape: [rows, columns, channels, filters], initializer: 'glorot-uniform', ...fans },
      { role: 'bias', shape: [filters], initializer: 'zeros', ...fans },
    ];
  },
  activation: (spec) => spec.activation,
  detail: (spec) => `kernel ${formatShape(spec.kernelSize)}`,
});
