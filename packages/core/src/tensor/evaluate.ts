/**
 * Runs a graph in plain TypeScript, in double precision.
 *
 * In: tensors and the values of the graph inputs. Out: their values. It is the reference that gradients are checked
 * against, and small enough to decode a code in a page before the real engine has loaded. It is not fast.
 */
import { internalError } from '../errors.ts';
import { type Dims, type NdArray, type Tensor, topologicalOrder } from './tensor.ts';

/** A function that evaluates `outputs`; the order of work is found once. */
export const evaluator = (
  outputs: readonly Tensor[],
): ((
  feeds: Readonly<Record<string, { readonly dims: Dims; readonly data: ArrayLike<number> }>>,
) => readonly NdArray[]) => {
  const order = topologicalOrder(outputs);
  const constants = new Map<Tensor, NdArray>();
  for (const tensor of order) {
    if (tensor.producer.kind === 'constant')
      constants.set(tensor, { dims: tensor.dims, data: Float64Array.from(tensor.producer.data) });
  }
  return (feeds) => {
    const values = new Map<Tensor, NdArray>(constants);
    const numbersOf = (tensor: Tensor): NdArray => {
      const value = values.get(tensor);
      if (!value) throw internalError('a tensor was evaluated before its inputs');
      return value;
    };
    for (const tensor of order) {
      const { producer } = tensor;
      if (producer.kind === 'input') {
        const feed = feeds[producer.name];
        if (!feed) throw internalError(`graph input "${producer.name}" was not fed`);
        values.set(tensor, {
          dims: feed.dims,
          data: feed.data instanceof Float64Array ? feed.data : Float64Array.from(feed.data),
        });
      } else if (producer.kind === 'op') {
        values.set(tensor, producer.evaluate(producer.inputs.map(numbersOf)));
      }
    }
    return outputs.map(numbersOf);
  };
};
