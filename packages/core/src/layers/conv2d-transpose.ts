/** Transposed convolution over rows and columns, `valid` padding, stride 1: each pixel draws a scaled kernel. */

import type { Activation } from '../activations/index.ts';
import type { Size2D } from '../tensor/index.ts';
import { formatShape } from '../tensor/shape.ts';
import { defineLayer, requireImageShape } from './definition.ts';
import { ELEMENTWISE_ACTIVATIONS, MAX_FILTERS, MAX_WINDOW } from './fields.ts';
import type { Conv2DTransposeSpec } from './types.ts';

/** `[h, w, channels] -> [h + rows - 1, w + columns - 1, filters]`. */
export const conv2dTranspose = (filters: number, kernelSize: Size2D, activation: Activation): Conv2DTransposeSpec => ({
  type: 'conv2d-transpose',
  filters,
  kernelSize,
  activation,
});

export const conv2dTransposeDefinition = defineLayer<Conv2DTransposeSpec>({
  type: 'conv2d-transpose',
  kerasName: 'conv2d_transpose',
  label: 'Transposed convolution',
  defaults: conv2dTranspose(16, [3, 3], 'relu'),
  fields: {
    filters: { kind: 'integer', label: 'Filters', min: 1, max: MAX_FILTERS },
    kernelSize: { kind: 'size', label: 'Kernel size', min: 1, max: MAX_WINDOW },
    activation: { kind: 'choice', label: 'Activation', choices: ELEMENTWISE_ACTIVATIONS },
  },
  outputShape({ filters, kernelSize: [rows, columns] }, inputShape, place) {
    const [height, width] = requireImageShape(inputShape, place);
    return [height + rows - 1, width + columns - 1, filters];
  },
  parameters({ filters, kernelSize: [rows, columns] }, [, , channels]) {
    // Keras reads the fans off the kernel's last two axes, which here are filters and channels, in that order.
    const fans = { fanIn: rows * columns * filters, fanOut: rows * columns * channels };
    return [
      { role: 'kernel', shape: [rows, columns, filters, channels], initializer: 'glorot-uniform', ...fans },
      { role: 'bias', shape: [filters], initializer: 'zeros', ...fans },
    ];
  },
  activation: (spec) => spec.activation,
  detail: (spec) => `kernel ${formatShape(spec.kernelSize)}`,
});
