/** The larger of two values, element by element. */
import { type NdArray, opTensor, requireDims, sameDims, type Tensor } from '../tensor.ts';

/** `max(a, b)` of two tensors of one shape; where both are equal the first takes the gradient. */
export const maximum = (a: Tensor, b: Tensor): Tensor => {
  requireDims('maximum', sameDims(a.dims, b.dims), a, b);
  return opTensor('maximum', a.dims, [a, b], {
    gradient: (dy) => [whereLarger(a, b, dy, true), whereLarger(a, b, dy, false)],
    emit: (e, inputs) => e.node('Max', inputs),
    evaluate: ([x, y]) => ({ dims: x.dims, data: x.data.map((value, i) => Math.max(value, y.data[i])) }),
  });
};

/** `dy` where `a >= b` (or where it is not), else 0. */
const whereLarger = (a: Tensor, b: Tensor, dy: Tensor, first: boolean): Tensor =>
  opTensor('whereLarger', dy.dims, [a, b, dy], {
    gradient: (ddy) => [null, null, whereLarger(a, b, ddy, first)],
    emit: (e, [x, y, gradient]) => {
      const isFirst = e.node('GreaterOrEqual', [x, y]);
      const zero = e.floats([0], []);
      return e.node('Where', first ? [isFirst, gradient, zero] : [isFirst, zero, gradient]);
    },
    evaluate: ([x, y, gradient]: readonly NdArray[]) => ({
      dims: gradient.dims,
      data: gradient.data.map((value, i) => (x.data[i] >= y.data[i] === first ? value : 0)),
    }),
  });
