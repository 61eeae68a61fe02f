/**
 * Sums: over everything, or over the rows of a matrix.
 */
import { type NdArray, opTensor, requireDims, sizeOf, type Tensor } from '../tensor.ts';

/**
 * Sum of all elements, a scalar. Taken along the last axis first: one long run of single-precision additions loses
 * digits in engines that add one by one.
 */
export const sumAll = (x: Tensor): Tensor =>
  opTensor('sumAll', [], [x], {
    gradient: (dy) => [spread(dy, x)],
    emit: (e, [name]) => {
      const rows = x.dims.length > 1 ? e.node('ReduceSum', [name, e.ints([-1])], { keepdims: 0 }) : name;
      return e.node('ReduceSum', [rows], { keepdims: 0 });
    },
    evaluate: ([value]) => ({ dims: [], data: Float64Array.of(value.data.reduce((sum, v) => sum + v, 0)) }),
  });

/** A scalar repeated to the shape of `like`. */
export const spread = (value: Tensor, like: Tensor): Tensor => {
  requireDims('spread', value.dims.length === 0 && sizeOf(like.dims) > 0, value, like);
  return opTensor('spread', like.dims, [value], {
    gradient: (dy) => [sumAll(dy)],
    emit: (e, [name]) => e.node('Expand', [name, e.ints(like.dims)]),
    evaluate: ([v]) => ({ dims: like.dims, data: new Float64Array(sizeOf(like.dims)).fill(v.data[0]) }),
  });
};

const columnSums = ([x]: readonly NdArray[]): NdArray => {
  const [rows, columns] = x.dims;
  const data = new Float64Array(columns);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) data[c] += x.data[r * columns + c];
  return { dims: [columns], data };
};

/**
 * Sum over the rows: `[rows, columns] -> [columns]`.
 * Written as a product with a row of ones, because ONNX Runtime's `ReduceSum` over a tall matrix is slow on a CPU.
 */
export const sumRows = (x: Tensor): Tensor => {
  requireDims('sumRows', x.dims.length === 2 && x.dims[0] > 0, x);
  const [rows, columns] = x.dims;
  return opTensor('sumRows', [columns], [x], {
    gradient: (dy) => [repeatRows(dy, rows)],
    emit: (e, [name]) => {
      const sums = e.node('MatMul', [e.floats(new Float32Array(rows).fill(1), [1, rows]), name]);
      return e.node('Reshape', [sums, e.ints([columns])]);
    },
    evaluate: columnSums,
  });
};

/** A row repeated: `[columns] -> [rows, columns]`. */
export const repeatRows = (x: Tensor, rows: number): Tensor => {
  requireDims('repeatRows', x.dims.length === 1, x);
  const dims = [rows, x.dims[0]];
  return opTensor('repeatRows', dims, [x], {
    gradient: (dy) => [sumRows(dy)],
    emit: (e, [name]) => e.node('Expand', [name, e.ints(dims)]),
    evaluate: ([value]) => {
      const data = new Float64Array(rows * x.dims[0]);
      for (let r = 0; r < rows; r++) data.set(value.data, r * x.dims[0]);
      return { dims, data };
    },
  });
};
