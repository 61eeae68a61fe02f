/**
 * Natural logarithm, and `log(1 + exp(x))` that stays finite.
 */
import { type NdArray, opTensor, type Tensor } from '../tensor.ts';
import { sigmoid } from './activations.ts';
import { divide, multiply } from './arithmetic.ts';

const map =
  (fn: (x: number) => number) =>
  ([x]: readonly NdArray[]): NdArray => ({ dims: x.dims, data: x.data.map(fn) });

/** `log(x)` of positive numbers. */
export const logarithm = (x: Tensor): Tensor =>
  opTensor('logarithm', x.dims, [x], {
    gradient: (dy) => [divide(dy, x)],
    emit: (e, inputs) => e.node('Log', inputs),
    evaluate: map(Math.log),
  });

/** `log(1 + exp(x))`; its derivative is the sigmoid. */
export const softplus = (x: Tensor): Tensor =>
  opTensor('softplus', x.dims, [x], {
    gradient: (dy) => [multiply(sigmoid(x), dy)],
    // As `max(x, 0) + log(1 + exp(-|x|))`: ONNX Runtime's own Softplus is not needed to be as careful.
    emit: (e, [name]) => {
      const small = e.node('Exp', [e.node('Neg', [e.node('Abs', [name])])]);
      return e.node('Add', [e.node('Relu', [name]), e.node('Log', [e.node('Add', [small, e.floats([1], [])])])]);
    },
    evaluate: map((v) => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)))),
  });
