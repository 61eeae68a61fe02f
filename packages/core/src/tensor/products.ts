/**
 * The matrix products and convolutions of a graph, each alone: what a training step would take if nothing else had to
 * be done.
 *
 * In: the outputs of a graph. Out: for each of its products one small graph for each form in which it can be written.
 * Sums over rows that are written as products are not counted.
 */

import { internalError } from '../errors.ts';
import { emitGraph } from './onnx/emitter.ts';
import { gemm } from './ops/matmul.ts';
import { type Dims, input, opTensor, type Tensor, topologicalOrder, type Work, type WorkForm } from './tensor.ts';
import { productWork } from './work.ts';

/** An ONNX graph of one product in one form. */
export interface ProductGraph {
  readonly bytes: Uint8Array;
  readonly inputs: Readonly<Record<string, Dims>>;
  /** Of the one output, `y`. */
  readonly output: Dims;
}

/** A product or a convolution of a step. */
export interface Product {
  /** Multiplications and additions. */
  readonly flops: number;
  /** The forms in which it can be written, with nothing around them. */
  readonly forms: readonly ProductGraph[];
}

const graphOf = ({ inputs: dims, output, emit }: WorkForm): ProductGraph => {
  const inputs = dims.map((shape, i) => input(['a', 'b'][i], shape));
  const y = opTensor('product', output, inputs, {
    gradient: () => inputs.map(() => null),
    emit,
    evaluate: () => {
      throw internalError('a form of a product is there to be timed');
    },
  });
  return {
    bytes: emitGraph({ y }, inputs, { name: 'product' }),
    inputs: Object.fromEntries(dims.map((shape, i) => [['a', 'b'][i], shape])),
    output,
  };
};

/** The work of an op as graphs. */
export const compileWork = ({ flops, forms }: Work): Product => ({ flops, forms: forms.map(graphOf) });

/**
 * Each product and convolution of a graph as graphs of its own, for measurements.
 *
 * @param outputs - of the whole graph, as `TrainingGraph.outputs`.
 */
export const compileProducts = (outputs: Readonly<Record<string, Tensor>>): readonly Product[] =>
  topologicalOrder(Object.values(outputs)).flatMap(({ producer }) =>
    producer.kind === 'op' && producer.work ? [compileWork(producer.work())] : [],
  );

/** A product of two square matrices. */
export const compileSquare = (side: number): Product => compileWork(productWork(side, side, side));

/** The graph of one product: inputs `a` `[m, k]` and `b` `[n, k]`, output `y` `[m, n]`, every row of one with every of the other. */
export const compileProduct = (m: number, n: number, k: number): Uint8Array => {
  const [a, b] = [input('a', [m, k]), input('b', [n, k])];
  return emitGraph({ y: gemm(a, b, { transB: true }) }, [a, b], { name: 'product' });
};
