/** The mean absolute error of images. */
import { relu } from '../tensor/ops/activations.ts';
import { add, scale, subtract } from '../tensor/ops/arithmetic.ts';
import { defineImageError } from './image-error.ts';

export const maeLoss = defineImageError({
  type: 'mae',
  label: 'Mean absolute error',
  doc: 'The difference of the pixels without its sign: edges come out sharper than under the squared one.',
  formula: 'mean over images and pixels of |y - x|, pixels 0..1; no slope where both are equal',
  name: 'mean absolute error',
  pixels: (y, x) => {
    const difference = subtract(y, x);
    return add(relu(difference), relu(scale(difference, -1)));
  },
  pixel: (y, x) => Math.abs(y - x),
});
