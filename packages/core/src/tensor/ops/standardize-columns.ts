/**
 * Columns brought to mean 0 and variance 1 over the rows, then scaled and shifted: what batch normalisation does in training.
 *
 * A batch of images is hundreds of thousands of rows, and each pass over them costs as much as a product: scale and deviation
 * are one factor, and the gradient is a sum of multiples of what comes back and of the centred rows.
 * Source: Ioffe & Szegedy 2015, Batch Normalization, algorithm 1.
 */
import { constant, type EmitContext, type NdArray, opTensor, requireDims, type Tensor } from '../tensor.ts';
import { wideRows } from '../wide-rows.ts';
import { multiply, scale, square } from './arithmetic.ts';
import { shiftColumns } from './columns.ts';
import { sumRows } from './reduce.ts';

/** What the columns of a matrix come to. */
export interface StandardizedColumns {
  /** `gamma (x - mean) / sqrt(variance + epsilon) + beta`: `[rows, columns]`. */
  readonly y: Tensor;
  /** `[columns]`. */
  readonly mean: Tensor;
  /** Of these rows, divided by their number: `[columns]`. */
  readonly variance: Tensor;
}

/** `[columns]` each; 1 and 0 where absent. */
export interface ColumnScale {
  readonly gamma?: Tensor | null;
  readonly beta?: Tensor | null;
}

const eachElement = (x: NdArray, value: (i: number, column: number) => number): NdArray => {
  const columns = x.dims[1];
  return { dims: x.dims, data: x.data.map((_, i) => value(i, i % columns)) };
};

/** `gamma / sqrt(variance + epsilon)`. */
const emitFactor = (e: EmitContext, gamma: string, variance: string, epsilon: number): string =>
  e.node('Div', [gamma, e.node('Sqrt', [e.node('Add', [variance, e.floats([epsilon], [])])])]);

/** `[rows, columns]` to the same. Gradients go through mean and variance too; those of `mean` and `variance` are not used. */
export const standardizeColumns = (
  x: Tensor,
  epsilon: number,
  { gamma, beta = null }: ColumnScale = {},
): StandardizedColumns => {
  requireDims('standardizeColumns', x.dims.length === 2 && x.dims[0] > 0, x);
  const [rows, columns] = x.dims;
  const factor = gamma ?? constant(new Float32Array(columns).fill(1), [columns]);
  const mean = scale(sumRows(x), 1 / rows);
  const centred = shiftColumns(x, scale(mean, -1));
  const variance = scale(sumRows(square(centred)), 1 / rows);
  const y = opTensor('standardizeColumns', x.dims, [x, factor, centred, variance, ...(beta ? [beta] : [])], {
    // The whole derivative by x stands at x: what comes by way of mean and variance is in it.
    gradient: (dy) => {
      const sums: Sums = { gradient: sumRows(dy), along: sumRows(multiply(dy, centred)) };
      const dx = columnsGradient(dy, { centred, variance, gamma: factor, epsilon }, sums);
      return [dx, overDeviation(sums.along, variance, epsilon), null, null, ...(beta ? [sums.gradient] : [])];
    },
    emit: (e, [, g, c, v, shift]) => {
      const wide = wideRows(e, x.dims);
      const scaled = e.node('Mul', [wide.matrix(c), wide.columns(emitFactor(e, g, v, epsilon))]);
      return wide.narrow(shift === undefined ? scaled : e.node('Add', [scaled, wide.columns(shift)]));
    },
    evaluate: ([, g, c, v, shift]) =>
      eachElement(
        c,
        (i, column) => (g.data[column] * c.data[i]) / Math.sqrt(v.data[column] + epsilon) + (shift?.data[column] ?? 0),
      ),
  });
  return { y, mean, variance };
};

/** Over the rows, of what comes back and of that times the centred rows. */
interface Sums {
  readonly gradient: Tensor;
  readonly along: Tensor;
}

interface Standardization {
  readonly centred: Tensor;
  readonly variance: Tensor;
  readonly gamma: Tensor;
  readonly epsilon: number;
}

/** `x / sqrt(variance + epsilon)` of `[columns]`. */
const overDeviation = (x: Tensor, variance: Tensor, epsilon: number): Tensor =>
  opTensor('overDeviation', x.dims, [x, variance], {
    gradient: () => [null, null],
    emit: (e, [value, v]) => emitFactor(e, value, v, epsilon),
    evaluate: ([value, v]) => ({
      dims: value.dims,
      data: value.data.map((each, i) => each / Math.sqrt(v.data[i] + epsilon)),
    }),
  });

/** `gamma (dy - mean(dy) - centred mean(dy centred) / (variance + epsilon)) / sqrt(variance + epsilon)`, column by column. */
const columnsGradient = (
  dy: Tensor,
  { centred, variance, gamma, epsilon }: Standardization,
  { gradient, along }: Sums,
): Tensor => {
  const [rows] = dy.dims;
  return opTensor('standardizeColumnsGradient', dy.dims, [dy, centred, variance, gamma, gradient, along], {
    gradient: () => [null, null, null, null, null, null],
    emit: (e, [back, c, v, g, sum, product]) => {
      const factor = emitFactor(e, g, v, epsilon);
      const share = e.node('Mul', [factor, e.floats([-1 / rows], [])]);
      const slope = e.node('Div', [product, e.node('Add', [v, e.floats([epsilon], [])])]);
      const wide = wideRows(e, dy.dims);
      const own = e.node('Mul', [wide.matrix(back), wide.columns(factor)]);
      const shifted = e.node('Add', [own, wide.columns(e.node('Mul', [share, sum]))]);
      const rest = e.node('Mul', [wide.matrix(c), wide.columns(e.node('Mul', [share, slope]))]);
      return wide.narrow(e.node('Add', [shifted, rest]));
    },
    evaluate: ([back, c, v, g, sum, product]) =>
      eachElement(back, (i, column) => {
        const square = v.data[column] + epsilon;
        const rest = sum.data[column] + (c.data[i] * product.data[column]) / square;
        return (g.data[column] / Math.sqrt(square)) * (back.data[i] - rest / rows);
      }),
  });
};
