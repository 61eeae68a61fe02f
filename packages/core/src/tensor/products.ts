/**
 * The matrix products of a graph, each alone: what a training step would take if nothing else had to be done.
 *
 * In: the outputs of a graph. Out: one small graph for each product. The bench divides their time by that of the whole
 * step (the roofline share). Sums over rows that are written as products are not counted.
 */
import { emitGraph } from './onnx/emitter.ts';
import { gemm } from './ops/matmul.ts';
import { type Dims, input, opTensor, type Tensor, topologicalOrder } from './tensor.ts';

/** An ONNX graph of one matrix product. */
export interface ProductGraph {
  readonly bytes: Uint8Array;
  readonly inputs: Readonly<Record<string, Dims>>;
  /** Of the one output, `y`. */
  readonly output: Dims;
  /** Multiplications and additions. */
  readonly flops: number;
}

/**
 * Each matrix product of a graph as a graph of its own, for measurements.
 *
 * @param outputs - of the whole graph, as `TrainingGraph.outputs`.
 */
export const compileProducts = (outputs: Readonly<Record<string, Tensor>>): readonly ProductGraph[] =>
  topologicalOrder(Object.values(outputs)).flatMap((tensor) => {
    const { producer } = tensor;
    if (producer.kind !== 'op' || producer.op !== 'gemm') return [];
    const names = producer.inputs.map((_, i) => ['a', 'b', 'bias'][i]);
    const inputs = producer.inputs.map((x, i) => input(names[i], x.dims));
    const { gradient, emit, evaluate } = producer;
    const [a] = producer.inputs;
    const [, n] = tensor.dims;
    return [
      {
        bytes: emitGraph({ y: opTensor('gemm', tensor.dims, inputs, { gradient, emit, evaluate }) }, inputs, {
          name: 'product',
        }),
        inputs: Object.fromEntries(inputs.map((x, i) => [names[i], x.dims])),
        output: tensor.dims,
        flops: 2 * n * a.dims[0] * a.dims[1],
      },
    ];
  });

/** The graph of one product: inputs `a` `[m, k]` and `b` `[n, k]`, output `y` `[m, n]`, every row of one with every of the other. */
export const compileProduct = (m: number, n: number, k: number): Uint8Array => {
  const [a, b] = [input('a', [m, k]), input('b', [n, k])];
  return emitGraph({ y: gemm(a, b, { transB: true }) }, [a, b], { name: 'product' });
};
