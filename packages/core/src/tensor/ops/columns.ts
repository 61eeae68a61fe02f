/**
 * Each column of a matrix scaled, or shifted, by a number of its own.
 */
import { type EmitContext, type NdArray, opTensor, requireDims, type Tensor } from '../tensor.ts';
import { wideRows } from '../wide-rows.ts';
import { multiply } from './arithmetic.ts';
import { sumRows } from './reduce.ts';

const byColumn =
  (fn: (value: number, ofColumn: number) => number) =>
  ([x, column]: readonly NdArray[]): NdArray => ({
    dims: x.dims,
    data: x.data.map((value, i) => fn(value, column.data[i % column.data.length])),
  });

const requireColumns = (op: string, x: Tensor, column: Tensor): void =>
  requireDims(op, x.dims.length === 2 && column.dims.length === 1 && column.dims[0] === x.dims[1], x, column);

const emitByColumn =
  (onnx: string, { dims }: Tensor) =>
  (e: EmitContext, [x, column]: readonly string[]): string => {
    const wide = wideRows(e, dims);
    return wide.narrow(e.node(onnx, [wide.matrix(x), wide.columns(column)]));
  };

/** `x[r, c] * factor[c]`: `[rows, columns], [columns] -> [rows, columns]`. */
export const scaleColumns = (x: Tensor, factor: Tensor): Tensor => {
  requireColumns('scaleColumns', x, factor);
  return opTensor('scaleColumns', x.dims, [x, factor], {
    gradient: (dy) => [scaleColumns(dy, factor), sumRows(multiply(dy, x))],
    emit: emitByColumn('Mul', x),
    evaluate: byColumn((value, factorOf) => value * factorOf),
  });
};

/** `x[r, c] + offset[c]`: `[rows, columns], [columns] -> [rows, columns]`. */
export const shiftColumns = (x: Tensor, offset: Tensor): Tensor => {
  requireColumns('shiftColumns', x, offset);
  return opTensor('shiftColumns', x.dims, [x, offset], {
    gradient: (dy) => [dy, sumRows(dy)],
    emit: emitByColumn('Add', x),
    evaluate: byColumn((value, offsetOf) => value + offsetOf),
  });
};
