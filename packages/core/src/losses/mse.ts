/** The mean squared error of images. */
import { scale, square, subtract } from '../tensor/ops/arithmetic.ts';
import { sumAll } from '../tensor/ops/reduce.ts';
import { reshape } from '../tensor/ops/shape.ts';
import { sizeOf, type Tensor } from '../tensor/tensor.ts';
import { defineImageError } from './image-error.ts';

/** `mean_{b, i} (y[b, i] - x[b, i])^2` over images and pixels. */
export const meanSquaredError = (y: Tensor, x: Tensor): Tensor => {
  const size = sizeOf(y.dims);
  const rows = [y.dims[0], size / y.dims[0]];
  return scale(sumAll(square(subtract(reshape(y, rows), reshape(x, rows)))), 1 / size);
};

export const mseLoss = defineImageError({
  type: 'mse',
  label: 'Mean squared error',
  doc: 'The squared difference of the pixels, and nothing else.',
  formula: 'mean over images and pixels of (y - x)^2, pixels 0..1',
  name: 'mean squared error',
  pixels: (y, x) => square(subtract(y, x)),
  pixel: (y, x) => (y - x) ** 2,
});
