/**
 * Cross-entropy of softmax probabilities, taken from the logits so that it stays finite.
 */
import { type NdArray, opTensor, requireDims, sameDims, type Tensor } from '../tensor.ts';
import { softmax } from './activations.ts';
import { multiply, subtract } from './arithmetic.ts';

const logSoftmaxSum = ([logits, target]: readonly NdArray[]): NdArray => {
  const columns = logits.dims.at(-1) ?? 1;
  let sum = 0;
  for (let start = 0; start < logits.data.length; start += columns) {
    const row = logits.data.subarray(start, start + columns);
    const top = Math.max(...row);
    const logSum = top + Math.log(row.reduce((s, v) => s + Math.exp(v - top), 0));
    for (let j = 0; j < columns; j++) sum += target.data[start + j] * (logSum - row[j]);
  }
  return { dims: [], data: Float64Array.of(sum) };
};

/** `-sum_{b, j} target[b, j] log softmax(logits[b])[j]`; every row of `target` sums to 1 and is not differentiated. */
export const crossEntropyWithLogits = (logits: Tensor, target: Tensor): Tensor => {
  requireDims('crossEntropyWithLogits', logits.dims.length === 2 && sameDims(logits.dims, target.dims), logits, target);
  return opTensor('crossEntropyWithLogits', [], [logits, target], {
    gradient: (dy) => [multiply(subtract(softmax(logits), target), dy), null],
    emit: (e, [x, t]) =>
      e.node('Neg', [
        e.node('ReduceSum', [e.node('Mul', [e.node('LogSoftmax', [x], { axis: -1 }), t])], { keepdims: 0 }),
      ]),
    evaluate: logSoftmaxSum,
  });
};
