/** The penalty that keeps the decoder smooth: how much its picture changes for a step in the code space. */
import { add, scale, shift, square, squareRoot, subtract } from '../tensor/ops/arithmetic.ts';
import { scaleColumns, shiftColumns } from '../tensor/ops/columns.ts';
import { sumAll, sumRows } from '../tensor/ops/reduce.ts';
import { reshape } from '../tensor/ops/shape.ts';
import { sizeOf, type Tensor } from '../tensor/tensor.ts';
import { defineTerm, weightFields } from './definition.ts';

/** Half the length of the difference, in standard deviations of the codes: short beside what tells images apart, long beside rounding. */
const STEP = 0.01;
/** Added to variances, squared code units: the slope of a square root at 0 is infinite, and a dead dimension has none. */
const SMALLEST = 1e-6;

/** Standard deviation of each column: `[rows, columns] -> [columns]`. */
const deviations = (x: Tensor): Tensor => {
  const share = 1 / x.dims[0];
  const centred = shiftColumns(x, scale(sumRows(x), -share));
  return squareRoot(shift(scale(sumRows(square(centred)), share), SMALLEST));
};

/**
 * `mean_{b, i} ((D(z_b + h s v_b)_i - D(z_b - h s v_b)_i) / 2h)^2`, over images and pixels: with `v` from the unit Gaussian
 * it is, on average and for a small h, `mean_i sum_d (s_d dD_i / dz_d)^2`, the squared Jacobian of the decoder. `s_d` is the
 * standard deviation of the batch's codes in dimension d, so that drawing the same map on a larger scale gains nothing.
 *
 * @param codes - `[batch, ...]`.
 * @param directions - `[batch, codeSize]`, normal with mean 0 and variance 1, drawn anew for each batch.
 * @param decode - `[batch, ...]` to images, without anything random.
 * @returns a scalar: squared change of a pixel (0..1) for a standard deviation of the codes, squared.
 * Source: Hoffman, Roberts & Yaida 2019, Robust Learning with Jacobian Regularization, equations 8 and 9 (random
 * projections); Rifai et al. 2011, Contractive Auto-Encoders, for the penalty, there of the encoder.
 */
export const decoderSlope = (codes: Tensor, directions: Tensor, decode: (codes: Tensor) => Tensor): Tensor => {
  const [batch, size] = directions.dims;
  const rows = reshape(codes, [batch, size]);
  const offset = scaleColumns(directions, scale(deviations(rows), STEP));
  const drawn = (at: Tensor): Tensor => {
    const images = decode(reshape(at, codes.dims));
    return reshape(images, [batch, sizeOf(images.dims) / batch]);
  };
  const change = scale(subtract(drawn(add(rows, offset)), drawn(subtract(rows, offset))), 1 / (2 * STEP));
  return scale(sumAll(square(change)), 1 / sizeOf(change.dims));
};

export const jacobianTerm = defineTerm({
  type: 'jacobian',
  label: 'Slope of the decoder',
  doc: 'Adds how much a pixel changes for a step of one standard deviation of the codes: the decoder is to be smooth.',
  formula:
    'mean over images and pixels of ((D(z + h s v) - D(z - h s v)) / 2h)^2, v normal, s the standard deviations of the codes',
  source: 'Hoffman, Roberts & Yaida 2019, equations 8 and 9; Rifai et al. 2011 for the penalty, there of the encoder',
  name: 'squared slope of the decoder',
  curve: 'weighted slope of the decoder',
  gradient: 'estimate',
  fields: weightFields('the slope', 0.001),
  compute: (_loss, { codes, decode, normal }) => {
    const size = sizeOf(codes.dims) / codes.dims[0];
    return decoderSlope(codes, normal('directions', [codes.dims[0], size]), decode);
  },
});
