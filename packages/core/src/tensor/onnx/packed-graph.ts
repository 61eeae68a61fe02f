/**
 * A graph of another program as text, and as a tensor: what runs as it is.
 *
 * In: a model of ONNX nodes with one input, the parameters behind it and one output. Out: the text that stands in a
 * layer's settings, and the op that writes the nodes into our graphs. There is no gradient.
 */
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { inputError } from '../../errors.ts';
import { decodeBase64, encodeBase64 } from '../../files/base64.ts';
import { type Dims, type NdArray, opTensor, sizeOf, type Tensor } from '../tensor.ts';
import { computeGraph } from './compute-graph.ts';
import { type Constant, constantOf } from './constants.ts';
import { NotComputed } from './nodes.ts';
import { type GraphProto, ModelProtoSchema, type ValueInfoProto } from './onnx_pb.ts';

/** Versions of the sets of operators by their domains. */
export type Opsets = ReadonlyMap<string, number>;

/** A graph and how it is run. */
export interface PackedGraph {
  readonly graph: GraphProto;
  readonly opsets: Opsets;
  /** Of one image. */
  readonly inputShape: readonly number[];
  /** Weights that are fed, in order, by the names in the graph. */
  readonly parameters: readonly { readonly name: string; readonly shape: readonly number[] }[];
}

/** The inverse of `unpackGraph`. */
export const packGraph = (graph: GraphProto, opsets: Opsets): string =>
  encodeBase64(
    toBinary(
      ModelProtoSchema,
      create(ModelProtoSchema, {
        graph,
        opsetImport: [...opsets].map(([domain, version]) => ({ domain, version: BigInt(version) })),
      }),
    ),
  );

const dimsOf = ({ type }: ValueInfoProto): number[] =>
  (type?.value.case === 'tensorType' ? (type.value.value.shape?.dim ?? []) : []).map(({ value }) =>
    value.case === 'dimValue' ? Number(value.value) : -1,
  );

const unpack = (text: string): PackedGraph | null => {
  const bytes = decodeBase64(text);
  if (bytes === null) return null;
  try {
    const { graph, opsetImport } = fromBinary(ModelProtoSchema, bytes);
    const [x, ...parameters] = graph?.input ?? [];
    if (graph === undefined || x === undefined || graph.output.length !== 1) return null;
    const shapes = [dimsOf(x).slice(1), ...parameters.map(dimsOf)];
    if (shapes.some((shape) => shape.some((dim) => !Number.isSafeInteger(dim) || dim < 1))) return null;
    return {
      graph,
      opsets: new Map(opsetImport.map(({ domain, version }) => [domain, Number(version)])),
      inputShape: shapes[0],
      parameters: parameters.map(({ name }, i) => ({ name, shape: shapes[i + 1] })),
    };
  } catch {
    return null;
  }
};

/** The graphs of an encoder and a decoder are asked for again and again. */
const KEPT = 8;
const kept = new Map<string, PackedGraph>();

/** @throws LatentError (input) `invalid-layer` for text that is no such graph. */
export const unpackGraph = (text: string): PackedGraph => {
  const known = kept.get(text);
  if (known) return known;
  const found = unpack(text);
  if (found === null)
    throw inputError('invalid-layer', {
      at: { field: 'graph' },
      expected: 'an ONNX graph in base64',
      got: 'something else',
      hint: 'import the model again',
    });
  const [oldest] = kept.keys();
  if (kept.size >= KEPT && oldest !== undefined) kept.delete(oldest);
  kept.set(text, found);
  return found;
};

const plainConstant = ({ dims, data }: NdArray): Constant => constantOf(dims, Float32Array.from(data), false);

/** What depends on the constants of a graph alone. */
const fixed = new WeakMap<PackedGraph, Map<string, Constant>>();

/** The graph in plain TypeScript, so many images at a time as it takes. */
const computed = (packed: PackedGraph, rows: number | null, [x, ...weights]: readonly NdArray[]): NdArray => {
  const { graph, opsets, parameters } = packed;
  const known = fixed.get(packed) ?? new Map<string, Constant>();
  fixed.set(packed, known);
  const nodes = {
    known,
    nodes: graph.node,
    constants: new Map(graph.initializer.map((tensor) => [tensor.name, tensor])),
    opset: opsets.get('') ?? 1,
  };
  const given = new Map(parameters.map(({ name }, i) => [name, plainConstant(weights[i])]));
  const [count] = x.dims;
  const size = x.data.length / count;
  const step = rows ?? count;
  const parts: Float64Array[] = [];
  let shape: readonly number[] = [];
  for (let from = 0; from < count; from += step) {
    const data = new Float32Array(step * size);
    data.set(Float32Array.from(x.data.subarray(from * size, (from + step) * size)));
    given.set(graph.input[0].name, constantOf([step, ...x.dims.slice(1)], data, false));
    const output = computeGraph(nodes, given).get(graph.output[0].name);
    if (output === undefined) throw new NotComputed('no output');
    shape = output.dims.slice(1);
    const own = (Math.min(count, from + step) - from) * sizeOf(shape);
    parts.push(Float64Array.from(output.data).subarray(0, own));
  }
  const all = new Float64Array(count * sizeOf(shape));
  parts.reduce((at, part) => {
    all.set(part, at);
    return at + part.length;
  }, 0);
  return { dims: [count, ...shape], data: all };
};

const noGradient = () =>
  inputError('inference-only', {
    problem: 'a graph that runs as it is cannot be trained',
    expected: 'layers',
    hint: 'train a network of layers, for example `latent new`',
  });

/**
 * What a graph gives.
 *
 * @param rows - images that it takes at a time; null for any number.
 * @param outputShape - of one image.
 */
export const runGraph = (
  packed: PackedGraph,
  x: Tensor,
  weights: readonly Tensor[],
  rows: number | null,
  outputShape: Dims,
): Tensor =>
  opTensor('runGraph', [x.dims[0], ...outputShape], [x, ...weights], {
    gradient: () => {
      throw noGradient();
    },
    emit: (e, names) => e.graph(packed.graph, packed.opsets, names),
    evaluate: (values) => {
      try {
        return computed(packed, rows, values);
      } catch (error) {
        if (!(error instanceof NotComputed)) throw error;
        throw inputError('needs-engine', {
          problem: `its graph has ${error.message}, which only ONNX Runtime computes`,
          expected: 'operators that the page computes',
          hint: 'use it in the command line: latent plane, latent encode, latent decode',
        });
      }
    },
  });
