/**
 * Rows and columns of images mixed by fixed weights: bilinear up-sampling is such a mixture along each axis.
 * Source: TensorFlow and PyTorch, bilinear interpolation with half-pixel centres (`align_corners` false).
 */
import { opTensor, requireDims, sizeOf, type Tensor } from '../tensor.ts';

/** `[rows, columns]`, row by row. */
interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

const transposed = ({ rows, columns, data }: Matrix): Matrix => ({
  rows: columns,
  columns: rows,
  data: Float64Array.from({ length: data.length }, (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]),
});

/** Weights of `from` pixels in each of `to`, between the centres of two. */
const bilinear = (from: number, to: number): Matrix => {
  const data = new Float64Array(to * from);
  for (let i = 0; i < to; i++) {
    const at = Math.max(0, ((i + 0.5) * from) / to - 0.5);
    const low = Math.min(from - 1, Math.floor(at));
    const high = Math.min(from - 1, low + 1);
    data[i * from + low] += 1 - (at - low);
    data[i * from + high] += at - low;
  }
  return { rows: to, columns: from, data };
};

/** `y[..., i, ...] = sum_j matrix[i, j] x[..., j, ...]` along the rows (1) or the columns (2) of images. */
const mixAxis = (x: Tensor, axis: 1 | 2, matrix: Matrix): Tensor => {
  const { rows: to, columns: from, data: weights } = matrix;
  requireDims('mixAxis', x.dims.length === 4 && x.dims[axis] === from, x);
  const dims = x.dims.map((dim, i) => (i === axis ? to : dim));
  const inner = sizeOf(x.dims.slice(axis + 1));
  return opTensor('mixAxis', dims, [x], {
    gradient: (dy) => [mixAxis(dy, axis, transposed(matrix))],
    emit: (e, [name]) => {
      const slices = e.node('Reshape', [name, e.ints([-1, from, inner])]);
      const mixed = e.node('MatMul', [e.floats(Float32Array.from(weights), [to, from]), slices]);
      return e.node('Reshape', [mixed, e.ints(dims)]);
    },
    evaluate: ([value]) => {
      const outer = value.data.length / (from * inner);
      const data = new Float64Array(outer * to * inner);
      for (let o = 0; o < outer; o++)
        for (let i = 0; i < to; i++)
          for (let j = 0; j < from; j++) {
            const weight = weights[i * from + j];
            if (weight === 0) continue;
            for (let k = 0; k < inner; k++)
              data[(o * to + i) * inner + k] += weight * value.data[(o * from + j) * inner + k];
          }
      return { dims: value.dims.map((dim, i) => (i === axis ? to : dim)), data };
    },
  });
};

/** `[batch, rows, columns, channels]` to images of `size` rows and columns, each pixel between the nearest four. */
export const resizeBilinear = (x: Tensor, [rows, columns]: readonly [number, number]): Tensor =>
  mixAxis(mixAxis(x, 1, bilinear(x.dims[1], rows)), 2, bilinear(x.dims[2], columns));
