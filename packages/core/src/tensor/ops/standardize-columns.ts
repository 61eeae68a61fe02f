/**
 * Columns brought to mean 0 and variance 1 over the rows: what batch normalisation does in training.
 * Source: Ioffe & Szegedy 2015, Batch Normalization, algorithm 1.
 */
import { type NdArray, opTensor, requireDims, type Tensor } from '../tensor.ts';
import { scale, square } from './arithmetic.ts';
import { shiftColumns } from './columns.ts';
import { sumRows } from './reduce.ts';

/** What the columns of a matrix come to. */
export interface StandardizedColumns {
  /** `(x - mean) / sqrt(variance + epsilon)`: `[rows, columns]`. */
  readonly y: Tensor;
  /** `[columns]`. */
  readonly mean: Tensor;
  /** Of these rows, divided by their number: `[columns]`. */
  readonly variance: Tensor;
}

const eachElement = (x: NdArray, value: (i: number, column: number) => number): NdArray => {
  const columns = x.dims[1];
  return { dims: x.dims, data: x.data.map((_, i) => value(i, i % columns)) };
};

/** Mean over the rows of each column: `[columns]` numbers. */
const columnMeans = (x: NdArray, value: (i: number) => number): Float64Array => {
  const [rows, columns] = x.dims;
  const sums = new Float64Array(columns);
  for (let i = 0; i < x.data.length; i++) sums[i % columns] += value(i);
  return sums.map((sum) => sum / rows);
};

/** `[rows, columns]` to the same. Gradients go through mean and variance too; those of `mean` and `variance` are not used. */
export const standardizeColumns = (x: Tensor, epsilon: number): StandardizedColumns => {
  requireDims('standardizeColumns', x.dims.length === 2 && x.dims[0] > 0, x);
  const [rows] = x.dims;
  const mean = scale(sumRows(x), 1 / rows);
  const centred = shiftColumns(x, scale(mean, -1));
  const variance = scale(sumRows(square(centred)), 1 / rows);
  const y: Tensor = opTensor('standardizeColumns', x.dims, [x, centred, variance], {
    // The whole derivative by x stands at x: what comes by way of the other two is in it.
    gradient: (dy) => [standardizeColumnsGradient(y, dy, variance, epsilon), null, null],
    emit: (e, [, c, v]) => {
      const deviation = e.node('Sqrt', [e.node('Add', [v, e.floats([epsilon], [])])]);
      return e.node('Mul', [c, e.node('Div', [e.floats([1], []), deviation])]);
    },
    evaluate: ([, c, v]) => eachElement(c, (i, column) => c.data[i] / Math.sqrt(v.data[column] + epsilon)),
  });
  return { y, mean, variance };
};

/** `(dy - mean(dy) - y mean(dy y)) / sqrt(variance + epsilon)`, column by column. */
const standardizeColumnsGradient = (y: Tensor, dy: Tensor, variance: Tensor, epsilon: number): Tensor => {
  const [rows] = y.dims;
  return opTensor('standardizeColumnsGradient', y.dims, [y, dy, variance], {
    gradient: () => [null, null, null],
    emit: (e, [output, gradient, v]) => {
      // As a product, because ONNX Runtime's sums over a tall matrix are slow on a CPU.
      const share = e.floats(new Float32Array(rows).fill(1 / rows), [1, rows]);
      const mean = (name: string): string => e.node('MatMul', [share, name]);
      const along = e.node('Mul', [output, mean(e.node('Mul', [gradient, output]))]);
      const deviation = e.node('Sqrt', [e.node('Add', [v, e.floats([epsilon], [])])]);
      const rest = e.node('Sub', [e.node('Sub', [gradient, mean(gradient)]), along]);
      return e.node('Mul', [rest, e.node('Div', [e.floats([1], []), deviation])]);
    },
    evaluate: ([output, gradient, v]) => {
      const mean = columnMeans(gradient, (i) => gradient.data[i]);
      const along = columnMeans(gradient, (i) => gradient.data[i] * output.data[i]);
      return eachElement(
        gradient,
        (i, column) =>
          (gradient.data[i] - mean[column] - output.data[i] * along[column]) / Math.sqrt(v.data[column] + epsilon),
      );
    },
  });
};
