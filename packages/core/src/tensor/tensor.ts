/**
 * Symbolic tensors: a graph is nothing but tensors that remember how they are made.
 *
 * In: other tensors. Out: an immutable node of a directed acyclic graph. Nothing is computed here; `onnx/emitter.ts`
 * turns the graph into bytes, `evaluate.ts` into numbers, `backward.ts` into more graph.
 */
import { internalError } from '../errors.ts';
import type { GraphProto } from './onnx/onnx_pb.ts';

export type ElementType = 'float32' | 'bool' | 'int64';

/** A leading dimension of `DYNAMIC` is the batch size, known only when the graph runs (inference graphs). */
export const DYNAMIC = -1;

/** Sizes of the axes of a tensor, the batch first. */
export type Dims = readonly number[];

/** Plain numbers in double precision, row-major. */
export interface NdArray {
  readonly dims: Dims;
  readonly data: Float64Array;
}

/** What an op needs to write itself as ONNX nodes; made by `onnx/emitter.ts`. */
export interface EmitContext {
  /** Adds one node with one output; returns the output's name. */
  node(opType: string, inputs: readonly string[], attributes?: Attributes, domain?: string): string;
  /** Adds one node with several outputs. */
  nodes(opType: string, inputs: readonly string[], outputs: number, attributes?: Attributes): readonly string[];
  /** A float32 constant; one with a name is written under it, whatever other constants hold. */
  floats(values: readonly number[] | Float32Array, dims: Dims, name?: string): string;
  /** An int64 constant with one dimension. */
  ints(values: readonly number[]): string;
  /** Adds the nodes of another program's graph of one output, and takes over the versions of its operators. */
  graph(graph: GraphProto, opsets: ReadonlyMap<string, number>, inputs: readonly string[]): string;
}

export type Attributes = Readonly<Record<string, number | readonly number[] | { readonly float: number }>>;

/** One way to write the arithmetic of an op as a graph of one output. */
export interface WorkForm {
  readonly inputs: readonly Dims[];
  readonly output: Dims;
  readonly emit: (context: EmitContext, inputs: readonly string[]) => string;
}

/** The multiplications and additions of an op that consists of them, for measurements. */
export interface Work {
  readonly flops: number;
  readonly forms: readonly WorkForm[];
}

/** How an op tensor is made. */
export interface OpProducer {
  readonly kind: 'op';
  readonly op: string;
  readonly inputs: readonly Tensor[];
  /** Gradient of a scalar with respect to each input, given that with respect to the output; null where there is none. */
  readonly gradient: (dy: Tensor) => readonly (Tensor | null)[];
  /**
   * Of an op that takes some of its input's values as they are, in an order that does not depend on them or on how large they
   * are to one another: the same of another tensor of that shape. A function that grows with its argument may be applied before
   * it or after.
   */
  readonly picks?: (x: Tensor) => Tensor;
  /** Of a product or a convolution. */
  readonly work?: () => Work;
  /** Writes the op's ONNX nodes; returns the name of the result. */
  readonly emit: (context: EmitContext, inputs: readonly string[]) => string;
  /** The same arithmetic in double precision: the reference for tests, and the light decoder of the page. */
  readonly evaluate: (inputs: readonly NdArray[]) => NdArray;
}

export type Producer =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'constant'; readonly data: Float32Array; readonly name?: string }
  | OpProducer;

/** A value that a graph will compute: its shape, its type and where it comes from. */
export interface Tensor {
  readonly dims: Dims;
  readonly elementType: ElementType;
  readonly producer: Producer;
}

/** A graph input, fed at every run. */
export const input = (name: string, dims: Dims): Tensor => ({
  dims,
  elementType: 'float32',
  producer: { kind: 'input', name },
});

/** A constant written into the graph, under a name where other programs are to find it. */
export const constant = (values: readonly number[] | Float32Array, dims: Dims, name?: string): Tensor => {
  const data = Float32Array.from(values);
  if (data.length !== sizeOf(dims)) throw internalError(`constant of ${data.length} values for [${dims.join(', ')}]`);
  return { dims, elementType: 'float32', producer: { kind: 'constant', data, name } };
};

/** A scalar constant. */
export const scalar = (value: number): Tensor => constant([value], []);

/** The result of an op. */
export const opTensor = (
  op: string,
  dims: Dims,
  inputs: readonly Tensor[],
  rest: Omit<OpProducer, 'kind' | 'op' | 'inputs'>,
): Tensor => ({
  dims,
  elementType: 'float32',
  producer: { kind: 'op', op, inputs, ...rest },
});

/** A value that is computed elsewhere, differentiated as a function of `inputs`. */
export const withGradient = (
  op: string,
  value: Tensor,
  inputs: readonly Tensor[],
  gradient: (dy: Tensor) => readonly (Tensor | null)[],
): Tensor =>
  opTensor(op, value.dims, [...inputs, value], {
    gradient: (dy) => [...gradient(dy), null],
    emit: (_e, names) => names[inputs.length],
    evaluate: (values) => values[inputs.length],
  });

/** Number of elements; negative when the batch size is not known. */
export const sizeOf = (dims: Dims): number => dims.reduce((size, dim) => size * dim, 1);

export const sameDims = (a: Dims, b: Dims): boolean => a.length === b.length && a.every((dim, i) => dim === b[i]);

/** Fails loudly on a graph that the layers above should never build. */
export const requireDims = (op: string, ok: boolean, ...tensors: readonly Tensor[]): void => {
  if (!ok)
    throw internalError(`${op}: shapes ${tensors.map((t) => `[${t.dims.join(', ')}]`).join(' and ')} do not fit`);
};

/** All tensors that the given ones are made from, inputs before results. */
export const topologicalOrder = (outputs: readonly Tensor[]): readonly Tensor[] => {
  const order: Tensor[] = [];
  const seen = new Set<Tensor>();
  const stack: { tensor: Tensor; next: number }[] = [];
  for (const output of outputs) {
    if (seen.has(output)) continue;
    seen.add(output);
    stack.push({ tensor: output, next: 0 });
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const inputs = top.tensor.producer.kind === 'op' ? top.tensor.producer.inputs : [];
      const child = inputs[top.next];
      if (child === undefined) {
        order.push(top.tensor);
        stack.pop();
      } else {
        top.next += 1;
        if (!seen.has(child)) {
          seen.add(child);
          stack.push({ tensor: child, next: 0 });
        }
      }
    }
  }
  return order;
};
