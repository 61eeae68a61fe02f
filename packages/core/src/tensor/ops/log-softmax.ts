/** The logarithm of the softmax, along the last axis. */
import { type NdArray, opTensor, type Tensor } from '../tensor.ts';
import { softmax } from './activations.ts';

const eachRow = ({ dims, data }: NdArray, work: (start: number, columns: number) => void): void => {
  const columns = dims.at(-1) ?? 1;
  for (let start = 0; start < data.length; start += columns) work(start, columns);
};

/** `x_j - log sum_k exp(x_k)` along the last axis. */
export const logSoftmax = (x: Tensor): Tensor =>
  opTensor('logSoftmax', x.dims, [x], {
    gradient: (dy) => [logSoftmaxGradient(softmax(x), dy)],
    emit: (e, inputs) => e.node('LogSoftmax', inputs, { axis: -1 }),
    evaluate: ([value]) => {
      const data = new Float64Array(value.data.length);
      eachRow(value, (start, columns) => {
        const row = value.data.subarray(start, start + columns);
        const top = Math.max(...row);
        const sum = row.reduce((total, v) => total + Math.exp(v - top), 0);
        for (let j = 0; j < columns; j++) data[start + j] = row[j] - top - Math.log(sum);
      });
      return { dims: value.dims, data };
    },
  });

/** `dy_j - p_j sum_k dy_k`, row by row. */
const logSoftmaxGradient = (probabilities: Tensor, dy: Tensor): Tensor =>
  opTensor('logSoftmaxGradient', dy.dims, [probabilities, dy], {
    gradient: () => [null, null],
    emit: (e, [p, gradient]) => {
      const sums = e.node('ReduceSum', [gradient, e.ints([-1])], { keepdims: 1 });
      return e.node('Sub', [gradient, e.node('Mul', [p, sums])]);
    },
    evaluate: ([p, gradient]) => {
      const data = new Float64Array(gradient.data.length);
      eachRow(gradient, (start, columns) => {
        const sum = gradient.data.subarray(start, start + columns).reduce((total, v) => total + v, 0);
        for (let j = start; j < start + columns; j++) data[j] = gradient.data[j] - p.data[j] * sum;
      });
      return { dims: gradient.dims, data };
    },
  });
