/**
 * Reads TensorFlow.js GraphModels: a graph of TensorFlow, with its variables as constants.
 *
 * In: the nodes of `model.json`, the arrays of its weight files. Out: a graph of ONNX nodes, which `formats/graph` looks for
 * layers in. Source: https://github.com/tensorflow/tfjs/tree/master/tfjs-converter
 */
import { inputError } from '../../../errors.ts';
import { isRecord } from '../../../registry/parse-json.ts';
import { elementCount } from '../../../tensor/index.ts';
import type { TensorProto } from '../../../tensor/onnx/onnx_pb.ts';
import { type ForeignGraph, type GraphPort, graphError, MAX_NODES, ordered } from '../../graph/model.ts';
import type { ModelJson, StoredWeight } from '../manifest.ts';
import { floatsOf } from '../weights.ts';
import { converters, refuse } from './convert.ts';
import { type GraphNode, parseNodes, shapeAttribute, shapeOf, typeAttribute } from './graph-node.ts';
import { floatTensor, integerTensor, NodeWriter } from './onnx-nodes.ts';

/** The set of operators that the nodes are written for. */
const OPSET = 18;

/** Output 0 has the node's own name. */
const plainName = (reference: string): string => reference.replace(/:0$/, '');

const tensorOf = (weight: StoredWeight, name: string, file: string): TensorProto => {
  const { entry, bytes } = weight;
  const { shape, dtype } = entry;
  if (dtype === 'float32') return floatTensor(name, shape, floatsOf(weight, file));
  const count = elementCount(shape);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytes.length / Math.max(1, count);
  if (size === 4 || size === 1)
    return integerTensor(
      name,
      shape,
      Array.from({ length: count }, (_, i) => (size === 4 ? view.getInt32(4 * i, true) : view.getUint8(i))),
    );
  throw inputError('weights-type', {
    at: { file, subject: `weight "${name.slice(0, 60)}"` },
    expected: 'numbers',
    got: dtype,
    hint: 'convert it to single precision',
  });
};

interface Signature {
  readonly outputs: readonly { readonly key: string; readonly of: string; readonly dims: readonly (number | null)[] }[];
  readonly shapes: ReadonlyMap<string, readonly (number | null)[]>;
}

const entriesOf = (signature: unknown, side: 'inputs' | 'outputs') => {
  const entries: unknown = isRecord(signature) ? signature[side] : undefined;
  return Object.entries(isRecord(entries) ? entries : {}).flatMap(([key, value]) => {
    const name: unknown = isRecord(value) ? value.name : undefined;
    const shape = isRecord(value) ? shapeOf(value.tensorShape) : null;
    return typeof name === 'string' ? [{ key, of: plainName(name), dims: shape ?? [] }] : [];
  });
};

/** What goes in and out; without a signature what no node takes. */
const signatureOf = (model: ModelJson, nodes: readonly GraphNode[]): Signature => {
  const { signature, userDefinedMetadata } = model;
  const stated = signature ?? (isRecord(userDefinedMetadata) ? userDefinedMetadata.signature : undefined);
  const outputs = entriesOf(stated, 'outputs');
  const taken = new Set(nodes.flatMap(({ input }) => input.map(plainName)));
  const loose = nodes.filter(({ name, op }) => !taken.has(name) && op !== 'Const' && op !== 'NoOp');
  return {
    outputs: outputs.length > 0 ? outputs : loose.map(({ name }) => ({ key: name, of: name, dims: [] })),
    shapes: new Map(
      entriesOf(stated, 'inputs').flatMap(({ of, dims }) => (dims.length === 0 ? [] : [[of, dims] as const])),
    ),
  };
};

/** Nodes in an order in which each stands behind those it takes from. */
const sorted = (nodes: readonly GraphNode[], file: string): GraphNode[] => {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const sources = (node: GraphNode): string[] =>
    node.input.flatMap((name) => (name.startsWith('^') ? [] : [name.replace(/:\d+$/, '')]));
  const done = new Set<string>();
  const open = new Set<string>();
  const order: GraphNode[] = [];
  const stack = nodes.map((node) => ({ node, left: false })).reverse();
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { node, left } = top;
    if (left) {
      open.delete(node.name);
      done.add(node.name);
      order.push(node);
      continue;
    }
    if (done.has(node.name)) continue;
    if (open.has(node.name)) throw graphError(file, 'its nodes go round in a circle', 'a graph without circles');
    open.add(node.name);
    stack.push({ node, left: true });
    for (const name of sources(node)) {
      const source = byName.get(name);
      if (source === undefined)
        throw graphError(
          file,
          `a node takes "${name.slice(0, 60)}", which is not there`,
          'a whole graph',
          'fetch it again',
        );
      if (open.has(name)) throw graphError(file, 'its nodes go round in a circle', 'a graph without circles');
      if (!done.has(name)) stack.push({ node: source, left: false });
    }
  }
  return order;
};

/** Numbers of sizes as far as the nodes state them: a list packed of constants has null for what is computed. */
const numbersOf = (constants: ReadonlyMap<string, TensorProto>, packed: ReadonlyMap<string, readonly string[]>) => {
  const ofConstant = (name: string): readonly number[] | null => {
    const tensor = constants.get(name);
    return tensor && tensor.int64Data.length > 0 ? tensor.int64Data.map(Number) : null;
  };
  return (name: string): readonly number[] | null =>
    ofConstant(name) ?? packed.get(name)?.map((part) => ofConstant(part)?.[0] ?? Number.NaN) ?? null;
};

/**
 * The graph of a model.
 *
 * @throws LatentError (input) `tfjs-model`, `unsupported-graph` with the operator, `weights-type`.
 */
export const graphOfModel = (model: ModelJson, stored: readonly StoredWeight[], file: string): ForeignGraph => {
  const parsed = parseNodes(model.modelTopology, file);
  const nodes = sorted(parsed, file);
  const signature = signatureOf(model, parsed);
  const weights = new Map(stored.map((weight) => [weight.entry.name, weight]));
  const write = new NodeWriter();
  const packed = new Map<string, readonly string[]>();
  const numbers = numbersOf(write.constants, packed);
  const names = new Map<string, string>();
  const inputs: GraphPort[] = [];
  for (const node of nodes) {
    const taken = node.input.flatMap((name) =>
      name.startsWith('^') ? [] : [names.get(plainName(name)) ?? plainName(name)],
    );
    if (node.op === 'NoOp') continue;
    if (node.op === 'Const') {
      const weight = weights.get(node.name);
      if (weight === undefined)
        throw inputError('missing-weights', {
          at: { file },
          expected: `the array "${node.name.slice(0, 60)}"`,
          got: 'none',
          hint: 'fetch the weight files again',
        });
      write.constants.set(node.name, tensorOf(weight, node.name, file));
    } else if (node.op === 'Placeholder' || node.op === 'PlaceholderWithDefault') {
      inputs.push({
        name: node.name,
        dims: shapeAttribute(node, 'shape') ?? signature.shapes.get(node.name) ?? [],
        isInteger: /INT|^[39]$/.test(typeAttribute(node, 'dtype')),
      });
    } else {
      const context = {
        node,
        file,
        write,
        inputs: taken,
        numbers,
        dims: (name: string) => write.constants.get(name)?.dims.map(Number) ?? null,
      };
      const convert = converters.get(node.op);
      if (convert === undefined) throw refuse(context, 'which is not known here');
      const made = convert(context);
      if (typeof made === 'string') {
        names.set(node.name, made);
        if (node.op === 'Pack') packed.set(made, taken);
      } else for (const [i, name] of made.entries()) names.set(i === 0 ? node.name : `${node.name}:${i}`, name);
    }
    if (write.nodes.length > MAX_NODES) throw graphError(file, `it has more than ${MAX_NODES} nodes`, 'fewer');
  }
  const outputs = signature.outputs.map(({ key, of, dims }): GraphPort => {
    const from = names.get(of) ?? of;
    return { name: write.node('Identity', [from], {}, `${key}#out`), dims };
  });
  const known = new Set([...write.constants.keys(), ...inputs.map(({ name }) => name)]);
  return {
    nodes: ordered(write.nodes, known, file),
    constants: write.constants,
    inputs,
    outputs,
    stated: new Map(),
    opsets: new Map([['', OPSET]]),
  };
};
