/**
 * The rows of a matrix in another place: each moved up, those at the top to the bottom.
 */
import { opTensor, requireDims, type Tensor } from '../tensor.ts';

/** Row `r` of the result is row `(r + by) mod rows` of `x`: `[rows, columns]` to the same. */
export const rollRows = (x: Tensor, by: number): Tensor => {
  const [rows, columns] = x.dims;
  requireDims('rollRows', x.dims.length === 2 && by > 0 && by < rows, x);
  return opTensor('rollRows', x.dims, [x], {
    gradient: (dy) => [rollRows(dy, rows - by)],
    emit: (e, [name]) => {
      const slice = (from: number, to: number): string =>
        e.node('Slice', [name, e.ints([from]), e.ints([to]), e.ints([0])]);
      return e.node('Concat', [slice(by, rows), slice(0, by)], { axis: 0 });
    },
    evaluate: ([value]) => {
      const data = new Float64Array(value.data.length);
      data.set(value.data.subarray(by * columns));
      data.set(value.data.subarray(0, by * columns), (rows - by) * columns);
      return { dims: value.dims, data };
    },
  });
};
