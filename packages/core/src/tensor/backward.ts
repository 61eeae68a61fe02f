/**
 * Reverse-mode differentiation at build time: from a scalar loss to the graph of its gradients.
 *
 * In: a loss tensor and the tensors to differentiate by. Out: one gradient tensor for each, of the same shape.
 * Nothing is computed here. Source: Griewank & Walther 2008, chapter 3.
 */
import { add } from './ops/arithmetic.ts';
import { constant, scalar, sizeOf, type Tensor, topologicalOrder } from './tensor.ts';

/**
 * Gradients of `loss` by each of `parameters`; zeros where the loss does not depend on one.
 *
 * @param loss - a scalar.
 */
export const gradients = (loss: Tensor, parameters: readonly Tensor[]): readonly Tensor[] => {
  const order = topologicalOrder([loss]);
  const wanted = new Set<Tensor>(parameters);
  const depends = new Set<Tensor>();
  for (const tensor of order) {
    const { producer } = tensor;
    if (wanted.has(tensor) || (producer.kind === 'op' && producer.inputs.some((x) => depends.has(x))))
      depends.add(tensor);
  }
  const grads = new Map<Tensor, Tensor>([[loss, scalar(1)]]);
  for (const tensor of [...order].reverse()) {
    const dy = grads.get(tensor);
    const { producer } = tensor;
    if (!dy || producer.kind !== 'op' || !depends.has(tensor)) continue;
    producer.gradient(dy).forEach((dx, i) => {
      const x = producer.inputs[i];
      if (!dx || !x || !depends.has(x)) return;
      const sum = grads.get(x);
      grads.set(x, sum ? add(sum, dx) : dx);
    });
  }
  return parameters.map((p) => grads.get(p) ?? constant(new Float32Array(sizeOf(p.dims)), p.dims));
};
