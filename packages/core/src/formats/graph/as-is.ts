/**
 * A graph in which no layers are found, as a network that runs it as it is: inference alone.
 *
 * In: a graph, which outputs are wanted. Out: parts of one layer each, around it what moves axes. The sizes of its values
 * are those that the file states, else it is computed once of zeros.
 */
import { create } from '@bufbuild/protobuf';
import { inputError } from '../../errors.ts';
import type { LayerSpec } from '../../layers/index.ts';
import { elementCount, type Shape } from '../../tensor/index.ts';
import { computeGraph } from '../../tensor/onnx/compute-graph.ts';
import { type Constant, constantOf, isFloat, readTensor } from '../../tensor/onnx/constants.ts';
import {
  TensorProto_DataType as DataType,
  GraphProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from '../../tensor/onnx/onnx_pb.ts';
import { packGraph } from '../../tensor/onnx/packed-graph.ts';
import type { ImportedLayer } from '../imported-layer.ts';
import type { ChosenOutputs } from './choose-outputs.ts';
import type { Entry } from './entry.ts';
import { type ForeignGraph, NotLayers, nodesBehind, opsetOf } from './model.ts';

/** Smaller constants stay in the graph: sizes, scales, zero points. */
const SMALL = 64;
const MAX_CHANNELS = 4;
const MAX_TEXT_BYTES = 48e6;

const RANDOM: readonly string[] = ['RandomNormal', 'RandomNormalLike', 'RandomUniform', 'RandomUniformLike'];

/** The graph without the random numbers that it adds to a value. */
export const withoutNoise = (graph: ForeignGraph): { readonly graph: ForeignGraph; readonly isSampled: boolean } => {
  const noise = new Set<string>();
  let isSampled = false;
  const nodes = graph.nodes.map((node): NodeProto => {
    const noisy = node.input.filter((name) => noise.has(name));
    const clean = node.input.filter((name) => !noise.has(name));
    if (RANDOM.includes(node.opType)) noise.add(node.output[0]);
    else if (noisy.length > 0 && ['Mul', 'Div', 'Cast', 'Identity', 'Reshape'].includes(node.opType))
      noise.add(node.output[0]);
    else if (noisy.length === 1 && clean.length === 1 && node.opType === 'Add') {
      isSampled = true;
      return create(NodeProtoSchema, { ...node, opType: 'Identity', input: clean, attribute: [] });
    }
    return node;
  });
  return { graph: { ...graph, nodes }, isSampled };
};

/** Sizes of values behind the batch; null for those that are not known. */
export type Sizes = (name: string) => readonly number[] | null;

const zerosOf = (entry: Entry): Constant => {
  const dims = [entry.batch ?? 1, ...entry.dims];
  return constantOf(dims, new Float32Array(elementCount(dims)), false);
};

/** Sizes of the values of a graph, and the values that a run of zeros gives as far as it can be computed. */
export const measured = (
  graph: ForeignGraph,
  entry: Entry,
): { readonly sizes: Sizes; readonly values: ReadonlyMap<string, Constant> } => {
  let values: ReadonlyMap<string, Constant> = new Map();
  try {
    const { nodes, constants } = graph;
    values = computeGraph(
      { nodes, constants, opset: opsetOf(graph) },
      new Map([[graph.inputs[0].name, zerosOf(entry)]]),
    );
  } catch (error) {
    if (!(error instanceof NotLayers)) throw error;
  }
  const ports = new Map(graph.outputs.map(({ name, dims }) => [name, dims]));
  const sizes: Sizes = (name) => {
    const found = values.get(name)?.dims ?? ports.get(name) ?? graph.stated.get(name);
    const rest = found?.slice(1).flatMap((dim) => dim ?? []);
    return rest !== undefined && found !== undefined && rest.length === found.length - 1 && rest.length > 0
      ? rest
      : null;
  };
  return { sizes, values };
};

/** Names of values that all ways from the input to an output pass. */
const passages = (graph: ForeignGraph, picture: string): NodeProto[] => {
  const nodes = nodesBehind(graph, [picture]);
  const input = graph.inputs[0].name;
  // How many values that depend on the input are still to be taken after each node.
  const alive = new Set([input]);
  const lastUse = new Map<string, number>();
  nodes.forEach((node, i) => {
    for (const name of node.input) lastUse.set(name, i);
  });
  lastUse.set(picture, nodes.length);
  const found: NodeProto[] = [];
  nodes.forEach((node, i) => {
    if (node.input.some((name) => alive.has(name)))
      for (const name of node.output) if (lastUse.has(name)) alive.add(name);
    for (const name of [...alive]) if ((lastUse.get(name) ?? -1) <= i) alive.delete(name);
    if (alive.size === 1 && alive.has(node.output[0]) && node.output[0] !== picture) found.push(node);
  });
  return found;
};

/** The narrowest value between input and picture. */
const narrowest = (graph: ForeignGraph, picture: string, entry: Entry): string | null => {
  const { sizes, values } = measured(graph, entry);
  let best: { readonly name: string; readonly size: number } | null = null;
  for (const { output } of passages(graph, picture)) {
    const [name] = output;
    const dims = sizes(name);
    if (dims === null || values.get(name)?.isInteger !== false) continue;
    const size = elementCount(dims);
    if (size < elementCount(entry.shape) && (best === null || size < best.size)) best = { name, size };
  }
  return best?.name ?? null;
};

const port = (name: string, dims: readonly (number | null)[]): ValueInfoProto =>
  create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType: DataType.FLOAT,
          shape: {
            dim: dims.map((dim) => ({
              value:
                dim === null
                  ? { case: 'dimParam' as const, value: 'batch' }
                  : { case: 'dimValue' as const, value: BigInt(dim) },
            })),
          },
        },
      },
    },
  });

/** Constants that are weights: large, of floats, and not those that quantised values are scaled by. */
const weightsOf = (nodes: readonly NodeProto[], constants: ForeignGraph['constants']): TensorProto[] => {
  const scaling = ['QuantizeLinear', 'DequantizeLinear', 'Constant'];
  const fixed = new Set(
    nodes
      .filter(({ opType }) => scaling.includes(opType) || opType.startsWith('QLinear'))
      .flatMap(({ input }) => input),
  );
  const used = new Set(nodes.flatMap(({ input }) => input));
  return [...constants.values()].filter(
    (tensor) =>
      used.has(tensor.name) &&
      !fixed.has(tensor.name) &&
      tensor.dataType === DataType.FLOAT &&
      isFloat(tensor) &&
      tensor.dims.reduce((size, dim) => size * Number(dim), 1) > SMALL,
  );
};

interface Piece {
  readonly input: string;
  readonly inputDims: readonly number[];
  readonly output: string;
  readonly outputDims: readonly number[];
}

/** Scales that are taken from all images of a run: one image at a time, so that none depends on the others. */
const takesOne = (nodes: readonly NodeProto[]): boolean =>
  nodes.some(({ opType }) => opType === 'DynamicQuantizeLinear');

const layerOf = (graph: ForeignGraph, piece: Piece, entry: Entry, file: string): ImportedLayer => {
  const nodes = nodesBehind({ nodes: graph.nodes }, [piece.output]).filter(
    ({ output }) => !output.includes(piece.input),
  );
  const behind = piece.input === graph.inputs[0].name ? nodes : nodesAfter(nodes, piece.input, graph);
  const weights = weightsOf(behind, graph.constants);
  const own = new Set(weights.map(({ name }) => name));
  const used = new Set(behind.flatMap(({ input }) => input));
  const initializer = [...graph.constants.values()].filter(({ name }) => used.has(name) && !own.has(name));
  const bytes = initializer.reduce((sum, { rawData }) => sum + rawData.length, 0);
  if (bytes > MAX_TEXT_BYTES)
    throw inputError('unsupported-graph', {
      at: { file },
      problem: `its whole numbers take ${bytes} bytes`,
      expected: `at most ${MAX_TEXT_BYTES}`,
    });
  const packed = create(GraphProtoSchema, {
    name: 'graph',
    node: behind,
    initializer,
    input: [
      port(piece.input, [entry.batch, ...piece.inputDims]),
      ...weights.map(({ name, dims }) => port(name, dims.map(Number))),
    ],
    output: [port(piece.output, [entry.batch, ...piece.outputDims])],
  });
  const imagesPerRun = takesOne(behind) ? 1 : entry.batch;
  const spec: LayerSpec = {
    type: 'onnx-graph',
    graph: packGraph(packed, graph.opsets),
    outputShape: [...piece.outputDims],
    ...(imagesPerRun === null ? {} : { imagesPerRun }),
  };
  const values = new Map(weights.map((tensor, i) => [`weight_${i}`, tensor]));
  return {
    name: 'onnx_graph',
    spec,
    values: (role) => {
      const tensor = values.get(role);
      if (tensor === undefined) throw inputError('missing-weights', { at: { file }, expected: role, got: 'none' });
      return Float32Array.from(readTensor(tensor, file).data);
    },
  };
};

/** Those of the nodes that depend on a value, and those that need no input at all. */
const nodesAfter = (nodes: readonly NodeProto[], from: string, graph: ForeignGraph): NodeProto[] => {
  const before = new Set([graph.inputs[0].name]);
  const kept: NodeProto[] = [];
  for (const node of nodes) {
    if (node.output.includes(from)) continue;
    // What depends on the graph's own input, other than by way of the value, lies before it.
    const isBefore = node.input.some((name) => before.has(name) && name !== from);
    if (isBefore) for (const name of node.output) before.add(name);
    else kept.push(node);
  }
  return kept;
};

const reshape = (targetShape: Shape): LayerSpec => ({ type: 'reshape', targetShape: [...targetShape] });
const plainLayer = (spec: LayerSpec): ImportedLayer => ({ name: spec.type, spec, values: () => new Float32Array() });

/** From channels last, as the network has them, to what the graph takes. */
const before = ({ shape, dims, isChannelsFirst }: Entry): ImportedLayer[] => {
  if (isChannelsFirst && shape[2] > 1) return [plainLayer({ type: 'permute', order: [3, 1, 2] })];
  return shape.join() === dims.join() ? [] : [plainLayer(reshape(dims))];
};

/** From what the graph gives to channels last. */
const after = (dims: readonly number[], isPicture: boolean, entry: Entry): ImportedLayer[] => {
  const isFirst = dims.length === 3 && dims[0] <= MAX_CHANNELS && (dims[2] > MAX_CHANNELS || entry.isChannelsFirst);
  if (!isPicture || !isFirst) return [];
  return [plainLayer(dims[0] === 1 ? reshape([dims[1], dims[2], 1]) : { type: 'permute', order: [2, 3, 1] })];
};

/** @throws LatentError (input) `unsupported-graph` where sizes are not known or a whole has no narrow place. */
export const partsAsIs = (
  graph: ForeignGraph,
  chosen: ChosenOutputs,
  entry: Entry,
  file: string,
  reason: string,
): ImportedLayer[][] => {
  const { sizes } = measured(graph, entry);
  const dimsOf = (name: string): readonly number[] => {
    const dims = sizes(name);
    if (dims !== null && dims.length <= 3) return dims;
    throw inputError('unsupported-graph', {
      at: { file },
      problem: `it has ${reason}, and the size of "${name.slice(0, 40)}" is not known`,
      expected: 'known layers, or a file that states its sizes',
      hint: 'run shape inference on it: onnx.shape_inference.infer_shapes',
    });
  };
  const [{ name: input }] = graph.inputs;
  const whole = (output: string, isPicture: boolean): ImportedLayer[] => {
    const outputDims = dimsOf(output);
    return [
      ...before(entry),
      layerOf(graph, { input, inputDims: entry.dims, output, outputDims }, entry, file),
      ...after(outputDims, isPicture, entry),
    ];
  };
  const { code, picture } = chosen;
  if (picture === null || (code === null && elementCount(dimsOf(picture)) !== elementCount(entry.shape))) {
    const output = picture ?? code;
    return output === null ? [] : [whole(output, picture !== null)];
  }
  const cuts = passages(graph, picture).map(({ output }) => output[0]);
  const cut = code !== null && cuts.includes(code) ? code : narrowest(graph, picture, entry);
  if (cut === null)
    throw inputError('unsupported-graph', {
      at: { file },
      problem: `it has ${reason}`,
      expected: 'an autoencoder with a narrow place between two others',
      hint: 'export encoder and decoder as files of their own',
    });
  const [cutDims, pictureDims] = [dimsOf(cut), dimsOf(picture)];
  const second = layerOf(
    graph,
    { input: cut, inputDims: cutDims, output: picture, outputDims: pictureDims },
    entry,
    file,
  );
  return [
    [...before(entry), layerOf(graph, { input, inputDims: entry.dims, output: cut, outputDims: cutDims }, entry, file)],
    [second, ...after(pictureDims, true, entry)],
  ];
};
