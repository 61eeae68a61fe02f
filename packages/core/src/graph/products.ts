/**
 * The matrix products of a graph, alone: what a training step would take if nothing else had to be done.
 *
 * In: the outputs of a graph. Out: a graph of the same products on inputs of their own. The bench divides its time by
 * the time of the whole step (the roofline share). Sums over rows that are written as products are not counted.
 */
import { emitGraph } from './onnx/emitter.ts';
import { type Dims, input, opTensor, type Tensor, topologicalOrder } from './tensor.ts';

export interface ProductsGraph {
  readonly bytes: Uint8Array;
  readonly inputs: Readonly<Record<string, Dims>>;
  readonly outputs: Readonly<Record<string, Dims>>;
  /** Multiplications and additions of all products. */
  readonly flops: number;
}

/** @param outputs - of the whole graph, as `TrainingGraph.outputs`. */
export const compileProducts = (outputs: Readonly<Record<string, Tensor>>): ProductsGraph => {
  const inputs: Tensor[] = [];
  const products: Record<string, Tensor> = {};
  let flops = 0;
  for (const tensor of topologicalOrder(Object.values(outputs))) {
    const { producer } = tensor;
    if (producer.kind !== 'op' || producer.op !== 'gemm') continue;
    const index = Object.keys(products).length;
    const own = producer.inputs.map((x, i) => input(`${index}/${i}`, x.dims));
    const [a] = producer.inputs;
    inputs.push(...own);
    products[`product/${index}`] = opTensor('gemm', tensor.dims, own, producer);
    const [m, n] = tensor.dims;
    flops += 2 * n * m * ((a.dims[0] * a.dims[1]) / m);
  }
  const dims = (tensors: readonly (readonly [string, Tensor])[]) => Object.fromEntries(tensors.map(([name, t]) => [name, t.dims]));
  return {
    bytes: emitGraph(products, inputs, { name: 'matrix products' }),
    inputs: dims(inputs.map((t) => [t.producer.kind === 'input' ? t.producer.name : '', t])),
    outputs: dims(Object.entries(products)),
    flops,
  };
};
