/**
 * Rows brought to mean 0 and variance 1: what layer normalisation does before it scales and shifts.
 * Source: Ba, Kiros & Hinton 2016, Layer Normalization, equation 3.
 */
import { opTensor, requireDims, type Tensor } from '../tensor.ts';

const eachRow = (columns: number, length: number, work: (start: number) => void): void => {
  for (let start = 0; start < length; start += columns) work(start);
};

const meanOf = (columns: number, value: (i: number) => number): number => {
  let sum = 0;
  for (let i = 0; i < columns; i++) sum += value(i);
  return sum / columns;
};

/** Of one row: its mean and `1 / sqrt(variance + epsilon)`. */
const momentsOf = (row: Float64Array, epsilon: number): { readonly mean: number; readonly inverse: number } => {
  const mean = meanOf(row.length, (i) => row[i]);
  return { mean, inverse: 1 / Math.sqrt(meanOf(row.length, (i) => (row[i] - mean) ** 2) + epsilon) };
};

/**
 * `(x - mean) / sqrt(variance + epsilon)`, row by row, the variance that of the row itself: `[rows, columns]` to the
 * same.
 */
export const standardizeRows = (x: Tensor, epsilon: number): Tensor => {
  requireDims('standardizeRows', x.dims.length === 2, x);
  const columns = x.dims[1];
  const y: Tensor = opTensor('standardizeRows', x.dims, [x], {
    gradient: (dy) => [standardizeRowsGradient(x, y, dy, epsilon)],
    emit: (e, [name]) => {
      const ones = e.floats(new Float32Array(columns).fill(1), [columns]);
      const zeros = e.floats(new Float32Array(columns), [columns]);
      return e.node('LayerNormalization', [name, ones, zeros], { axis: -1, epsilon: { float: epsilon } });
    },
    evaluate: ([value]) => {
      const data = new Float64Array(value.data.length);
      eachRow(columns, data.length, (start) => {
        const row = value.data.subarray(start, start + columns);
        const { mean, inverse } = momentsOf(row, epsilon);
        for (let i = 0; i < columns; i++) data[start + i] = (row[i] - mean) * inverse;
      });
      return { dims: value.dims, data };
    },
  });
  return y;
};

/** `(dy - mean(dy) - y mean(dy y)) / sqrt(variance + epsilon)`, row by row. */
const standardizeRowsGradient = (x: Tensor, y: Tensor, dy: Tensor, epsilon: number): Tensor =>
  opTensor('standardizeRowsGradient', x.dims, [x, y, dy], {
    gradient: () => [null, null, null],
    emit: (e, [input, output, gradient]) => {
      const mean = (name: string): string => e.node('ReduceMean', [name, e.ints([-1])], { keepdims: 1 });
      const centred = e.node('Sub', [input, mean(input)]);
      const variance = mean(e.node('Mul', [centred, centred]));
      const deviation = e.node('Sqrt', [e.node('Add', [variance, e.floats([epsilon], [])])]);
      const along = e.node('Mul', [output, mean(e.node('Mul', [gradient, output]))]);
      return e.node('Div', [e.node('Sub', [e.node('Sub', [gradient, mean(gradient)]), along]), deviation]);
    },
    evaluate: ([input, output, gradient]) => {
      const columns = x.dims[1];
      const data = new Float64Array(input.data.length);
      eachRow(columns, data.length, (start) => {
        const { inverse } = momentsOf(input.data.subarray(start, start + columns), epsilon);
        const mean = meanOf(columns, (i) => gradient.data[start + i]);
        const along = meanOf(columns, (i) => gradient.data[start + i] * output.data[start + i]);
        for (let i = 0; i < columns; i++)
          data[start + i] = inverse * (gradient.data[start + i] - mean - output.data[start + i] * along);
      });
      return { dims: input.dims, data };
    },
  });
