/**
 * Reshape, and rows put together or taken apart: the same numbers in another arrangement.
 */
import { type Dims, opTensor, requireDims, sameDims, sizeOf, type Tensor } from '../tensor.ts';

/** At most one dimension is `DYNAMIC`: it takes what is left. */
export const reshape = (x: Tensor, dims: Dims): Tensor => {
  const known = sizeOf(x.dims) >= 0 && sizeOf(dims) >= 0;
  requireDims('reshape', !known || sizeOf(x.dims) === sizeOf(dims), x, { ...x, dims });
  if (known && sameDims(x.dims, dims)) return x;
  return opTensor('reshape', dims, [x], {
    gradient: (dy) => [reshape(dy, x.dims)],
    picks: (other) => reshape(other, dims),
    emit: (e, [name]) => e.node('Reshape', [name, e.ints(dims)]),
    evaluate: ([value]) => {
      const rest = dims.reduce((size, dim) => (dim > 0 ? size * dim : size), 1);
      return { dims: dims.map((dim) => (dim < 0 ? value.data.length / rest : dim)), data: value.data };
    },
  });
};

/** A matrix with one more row: `[rows, columns], [columns] -> [rows + 1, columns]`. */
export const concatRows = (matrix: Tensor, row: Tensor): Tensor => {
  const [rows, columns] = matrix.dims;
  requireDims('concatRows', matrix.dims.length === 2 && row.dims.length === 1 && row.dims[0] === columns, matrix, row);
  return opTensor('concatRows', [rows + 1, columns], [matrix, row], {
    gradient: (dy) => [sliceRows(dy, 0, rows), reshape(sliceRows(dy, rows, rows + 1), [columns])],
    emit: (e, [m, r]) => e.node('Concat', [m, e.node('Reshape', [r, e.ints([1, columns])])], { axis: 0 }),
    evaluate: ([m, r]) => {
      const data = new Float64Array((rows + 1) * columns);
      data.set(m.data);
      data.set(r.data, rows * columns);
      return { dims: [rows + 1, columns], data };
    },
  });
};

/** Rows `from` (included) to `to` (not included) of a matrix. */
export const sliceRows = (matrix: Tensor, from: number, to: number): Tensor => {
  const [rows, columns] = matrix.dims;
  requireDims('sliceRows', matrix.dims.length === 2 && from >= 0 && from < to && to <= rows, matrix);
  return opTensor('sliceRows', [to - from, columns], [matrix], {
    gradient: (dy) => [placeRows(dy, from, rows)],
    emit: (e, [name]) => e.node('Slice', [name, e.ints([from]), e.ints([to]), e.ints([0])]),
    evaluate: ([m]) => ({ dims: [to - from, columns], data: m.data.slice(from * columns, to * columns) }),
  });
};

/** The inverse of `sliceRows`: zeros in the other rows. */
const placeRows = (part: Tensor, from: number, rows: number): Tensor => {
  const [count, columns] = part.dims;
  return opTensor('placeRows', [rows, columns], [part], {
    gradient: (dy) => [sliceRows(dy, from, from + count)],
    emit: (e, [name]) => e.node('Pad', [name, e.ints([from, 0, rows - from - count, 0])]),
    evaluate: ([m]) => {
      const data = new Float64Array(rows * columns);
      data.set(m.data, from * columns);
      return { dims: [rows, columns], data };
    },
  });
};
