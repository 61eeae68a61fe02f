/**
 * The smooth activation SiLU, also called swish, and its gradient.
 * Source: Elfwing, Uchibe & Doya 2018, Sigmoid-Weighted Linear Units, equations 5 and 9.
 */
import { type NdArray, opTensor, type Tensor } from '../tensor.ts';
import { sigmoid } from './activations.ts';
import { add, multiply, subtract } from './arithmetic.ts';

const silus = ([x, s]: readonly NdArray[]): NdArray => ({ dims: x.dims, data: x.data.map((v, i) => v * s.data[i]) });

/** `x s`, `s = 1 / (1 + exp(-x))`. Its gradient, `s + y (1 - s)`, takes the sigmoid that the value was made with. */
export const silu = (x: Tensor): Tensor => {
  const s = sigmoid(x);
  const y: Tensor = opTensor('silu', x.dims, [x, s], {
    // The whole derivative goes by x; the sigmoid is a number at hand, not a second way to x.
    gradient: (dy) => [multiply(add(s, subtract(y, multiply(y, s))), dy), null],
    emit: (e, inputs) => e.node('Mul', inputs),
    evaluate: silus,
  });
  return y;
};
