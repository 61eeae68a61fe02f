/**
 * Matrix products: `gemm` with either factor transposed and a bias.
 */
import { type NdArray, opTensor, requireDims, type Tensor } from '../tensor.ts';
import { productWork } from '../work.ts';
import { sumRows } from './reduce.ts';

export interface GemmOptions {
  readonly transA?: boolean;
  readonly transB?: boolean;
}

const product = (a: NdArray, b: NdArray, transA: boolean, transB: boolean, bias?: NdArray): NdArray => {
  const [m, k] = transA ? [a.dims[1], a.dims[0]] : a.dims;
  const n = transB ? b.dims[0] : b.dims[1];
  const data = new Float64Array(m * n);
  const bRow = transB ? 1 : n;
  const bColumn = transB ? k : 1;
  for (let i = 0; i < m; i++) {
    const out = data.subarray(i * n, (i + 1) * n);
    if (bias) out.set(bias.data);
    for (let p = 0; p < k; p++) {
      const factor = transA ? a.data[p * m + i] : a.data[i * k + p];
      if (factor === 0) continue;
      const start = p * bRow;
      for (let j = 0; j < n; j++) out[j] += factor * b.data[start + j * bColumn];
    }
  }
  return { dims: [m, n], data };
};

/**
 * `op(a) op(b) + bias` for matrices, `op` the transpose where asked: `[m, k] [k, n] (+ [n]) -> [m, n]`.
 *
 * @param bias - added to every row, or null for none.
 */
export const gemm = (
  a: Tensor,
  b: Tensor,
  { transA = false, transB = false }: GemmOptions = {},
  bias: Tensor | null = null,
): Tensor => {
  const [m, k] = transA ? [a.dims[1], a.dims[0]] : a.dims;
  const [inner, n] = transB ? [b.dims[1], b.dims[0]] : b.dims;
  requireDims('gemm', a.dims.length === 2 && b.dims.length === 2 && k === inner, a, b);
  requireDims('gemm', !bias || (bias.dims.length === 1 && bias.dims[0] === n), a, bias ?? b);
  return opTensor('gemm', [m, n], bias ? [a, b, bias] : [a, b], {
    work: () => productWork(m, k, n),
    gradient: (dy) => [
      transA ? gemm(b, dy, { transA: transB, transB: true }) : gemm(dy, b, { transB: !transB }),
      transB ? gemm(dy, a, { transA: true, transB: transA }) : gemm(a, dy, { transA: !transA }),
      ...(bias ? [sumRows(dy)] : []),
    ],
    emit: (e, inputs) => e.node('Gemm', inputs, { transA: Number(transA), transB: Number(transB) }),
    evaluate: ([x, y, c]) => product(x, y, transA, transB, c),
  });
};

/** A dense layer's product, `x w + b`: `[rows, inputs] [inputs, units] [units] -> [rows, units]`. */
export const dense = (x: Tensor, w: Tensor, b: Tensor): Tensor => gemm(x, w, {}, b);
