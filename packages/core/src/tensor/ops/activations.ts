/**
 * Activations and their gradients, each gradient written in terms of the output, so that ONNX Runtime can fuse the
 * activation into the product before it.
 */

import { STEEP } from '../steep.ts';
import { type NdArray, opTensor, type Tensor } from '../tensor.ts';
import { multiply, square, subtract } from './arithmetic.ts';

const map =
  (fn: (x: number) => number) =>
  ([x]: readonly NdArray[]): NdArray => ({ dims: x.dims, data: x.data.map(fn) });

/** `max(x, 0)`; its derivative at 0 is taken as 0. */
export const relu = (x: Tensor): Tensor => {
  const y: Tensor = opTensor('relu', x.dims, [x], {
    gradient: (dy) => [reluGradient(y, dy)],
    emit: (e, inputs) => e.node('Relu', inputs),
    evaluate: map((v) => Math.max(v, 0)),
  });
  return y;
};

/** `dy` where `y > 0`, else 0. */
export const reluGradient = (y: Tensor, dy: Tensor): Tensor =>
  opTensor('reluGradient', dy.dims, [y, dy], {
    gradient: (d) => [null, reluGradient(y, d)],
    // One pass for the step and one for the product; a comparison, cast to numbers, took 1.4 to 2 times as long.
    emit: (e, [output, gradient]) =>
      e.node('Mul', [e.node('HardSigmoid', [output], { alpha: { float: STEEP }, beta: { float: 0 } }), gradient]),
    evaluate: ([output, gradient]) => ({
      dims: gradient.dims,
      data: gradient.data.map((v, i) => (output.data[i] > 0 ? v : 0)),
    }),
  });

/** `1 / (1 + exp(-x))`. */
export const sigmoid = (x: Tensor): Tensor => {
  const y: Tensor = opTensor('sigmoid', x.dims, [x], {
    gradient: (dy) => [multiply(subtract(y, square(y)), dy)],
    emit: (e, inputs) => e.node('Sigmoid', inputs),
    evaluate: map((v) => 1 / (1 + Math.exp(-v))),
  });
  return y;
};

/** Hyperbolic tangent. */
export const tanh = (x: Tensor): Tensor => {
  const y: Tensor = opTensor('tanh', x.dims, [x], {
    gradient: (dy) => [subtract(dy, multiply(square(y), dy))],
    emit: (e, inputs) => e.node('Tanh', inputs),
    evaluate: map(Math.tanh),
  });
  return y;
};

const softmaxRows = ([x]: readonly NdArray[]): NdArray => {
  const columns = x.dims.at(-1) ?? 1;
  const data = new Float64Array(x.data.length);
  for (let start = 0; start < data.length; start += columns) {
    const row = x.data.subarray(start, start + columns);
    const top = Math.max(...row);
    let sum = 0;
    for (let j = 0; j < columns; j++) sum += data[start + j] = Math.exp(row[j] - top);
    for (let j = 0; j < columns; j++) data[start + j] /= sum;
  }
  return { dims: x.dims, data };
};

/** `exp(x_j) / sum_k exp(x_k)` along the last axis. */
export const softmax = (x: Tensor): Tensor => {
  const y: Tensor = opTensor('softmax', x.dims, [x], {
    gradient: (dy) => [softmaxGradient(y, dy)],
    emit: (e, inputs) => e.node('Softmax', inputs, { axis: -1 }),
    evaluate: softmaxRows,
  });
  return y;
};

/** `y_j (dy_j - sum_k y_k dy_k)`, row by row. */
const softmaxGradient = (y: Tensor, dy: Tensor): Tensor =>
  opTensor('softmaxGradient', y.dims, [y, dy], {
    gradient: () => [null, null],
    emit: (e, [output, gradient]) => {
      const weighted = e.node('Mul', [output, gradient]);
      const sums = e.node('ReduceSum', [weighted, e.ints([-1])], { keepdims: 1 });
      return e.node('Sub', [weighted, e.node('Mul', [output, sums])]);
    },
    evaluate: ([output, gradient]) => {
      const columns = output.dims.at(-1) ?? 1;
      const data = new Float64Array(output.data.length);
      for (let start = 0; start < data.length; start += columns) {
        let sum = 0;
        for (let j = start; j < start + columns; j++) sum += output.data[j] * gradient.data[j];
        for (let j = start; j < start + columns; j++) data[j] = output.data[j] * (gradient.data[j] - sum);
      }
      return { dims: output.dims, data };
    },
  });
