/**
 * Activations that exporters write as several nodes, as the one node that they are: GELU by the error function, SiLU, Mish,
 * leaky ReLU as a maximum.
 */
import { create } from '@bufbuild/protobuf';
import { readTensor } from '../../tensor/onnx/constants.ts';
import { attributeOf, floatOf } from '../../tensor/onnx/nodes.ts';
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type NodeProto,
  NodeProtoSchema,
} from '../../tensor/onnx/onnx_pb.ts';
import type { ForeignGraph } from './model.ts';

/** How values are found by the names that nodes give them. */
interface Finder {
  maker(name: string, opType: string): NodeProto | null;
  /** The number that a constant of one value is. */
  number(name: string): number | null;
}

const near = (a: number | null, b: number): boolean => a !== null && Math.abs(a - b) < 1e-4 * Math.abs(b);

/** The other input of a node of two. */
const other = ({ input }: NodeProto, name: string): string | null => {
  if (input.length !== 2 || !input.includes(name)) return null;
  return input[0] === name ? input[1] : input[0];
};

/** The name that is multiplied by that number; null for another node. */
const scaled = (node: NodeProto | null, factor: number, find: Finder): string | null => {
  if (node === null || node.input.length !== 2) return null;
  const [a, b] = node.input;
  if (near(find.number(b), factor)) return a;
  return near(find.number(a), factor) ? b : null;
};

/** `x` where a name stands for `1 + erf(x / sqrt(2))`. */
const erfArgument = (name: string, find: Finder): string | null => {
  const add = find.maker(name, 'Add');
  const erfName = add?.input.find((input) => find.maker(input, 'Erf') !== null);
  if (!add || !erfName || !near(find.number(other(add, erfName) ?? ''), 1)) return null;
  const erf = find.maker(erfName, 'Erf');
  const inner = erf?.input[0] ?? '';
  const divided = find.maker(inner, 'Div');
  if (divided && near(find.number(divided.input[1]), Math.SQRT2)) return divided.input[0];
  return scaled(find.maker(inner, 'Mul'), Math.SQRT1_2, find);
};

/** `x` where a product is `x / 2 (1 + erf(x / sqrt(2)))` in one of the orders that there are. */
const geluArgument = (node: NodeProto, find: Finder): string | null => {
  for (const name of node.input) {
    const rest = other(node, name);
    if (rest === null) continue;
    // (x (1 + erf)) / 2
    if (near(find.number(rest), 0.5)) {
      const product = find.maker(name, 'Mul');
      const x = product?.input.find((input) => erfArgument(other(product, input) ?? '', find) === input);
      if (x !== undefined) return x;
    }
    // (x / 2) (1 + erf)
    const x = erfArgument(name, find);
    if (x !== null && scaled(find.maker(rest, 'Mul'), 0.5, find) === x) return x;
    // x ((1 + erf) / 2)
    const half = scaled(find.maker(name, 'Mul'), 0.5, find);
    if (half !== null && erfArgument(half, find) === rest) return rest;
  }
  return null;
};

/** `x` where a product is `x f(x)`, `f` a chain of nodes from the outside in. */
const selfGated = (node: NodeProto, chain: readonly string[], find: Finder): string | null => {
  for (const name of node.input) {
    let inner: string | undefined = name;
    for (const opType of chain) inner = inner === undefined ? undefined : find.maker(inner, opType)?.input[0];
    if (inner !== undefined && other(node, name) === inner) return inner;
  }
  return null;
};

const leakyArgument = (node: NodeProto, find: Finder): { readonly x: string; readonly slope: number } | null => {
  for (const name of node.input) {
    const product = find.maker(name, 'Mul');
    const x = other(node, name);
    const slope = product && x !== null ? find.number(other(product, x) ?? '') : null;
    if (x !== null && slope !== null && slope > 0 && slope < 1) return { x, slope };
  }
  return null;
};

const nodeOf = (opType: string, source: NodeProto, x: string, alpha?: number): NodeProto =>
  create(NodeProtoSchema, {
    opType,
    name: source.name,
    input: [x],
    output: [source.output[0]],
    attribute:
      alpha === undefined ? [] : [create(AttributeProtoSchema, { name: 'alpha', type: AttributeType.FLOAT, f: alpha })],
  });

const fused = (node: NodeProto, find: Finder): NodeProto => {
  if (node.opType === 'Max') {
    const leaky = leakyArgument(node, find);
    return leaky ? nodeOf('LeakyRelu', node, leaky.x, leaky.slope) : node;
  }
  if (node.opType !== 'Mul') return node;
  const gelu = geluArgument(node, find);
  if (gelu !== null) return nodeOf('Gelu', node, gelu);
  const silu = selfGated(node, ['Sigmoid'], find);
  if (silu !== null) return nodeOf('Silu', node, silu);
  const mish = selfGated(node, ['Tanh', 'Softplus'], find);
  if (mish !== null) return nodeOf('Mish', node, mish);
  return node;
};

/** The same graph with such groups as one node each; `Silu` is a name of ours. */
export const fuse = (graph: ForeignGraph, file: string): ForeignGraph => {
  const makers = new Map(graph.nodes.flatMap((node) => node.output.map((name) => [name, node] as const)));
  const number = (name: string): number | null => {
    const made = makers.get(name);
    const stored =
      graph.constants.get(name) ?? (made?.opType === 'Constant' ? attributeOf(made, 'value')?.t : undefined);
    if (stored !== undefined) {
      const count = stored.dims.reduce((size, dim) => size * Number(dim), 1);
      return count === 1 ? (readTensor(stored, file).data[0] ?? null) : null;
    }
    return made?.opType === 'Constant' && attributeOf(made, 'value_float') ? floatOf(made, 'value_float', 0) : null;
  };
  const find: Finder = {
    maker: (name, opType) => {
      const made = makers.get(name);
      return made?.opType === opType ? made : null;
    },
    number,
  };
  return { ...graph, nodes: graph.nodes.map((node) => fused(node, find)) };
};
