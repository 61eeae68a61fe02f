/**
 * A graph out of an ONNX file of any program: values beside the file fetched, functions of the file written out, everything
 * bounded before it is used.
 *
 * Source: https://onnx.ai/onnx/repo-docs/IR.html
 */
import { create } from '@bufbuild/protobuf';
import { inputError } from '../../errors.ts';
import { bytesOfTensor } from '../../tensor/onnx/constants.ts';
import {
  TensorProto_DataLocation as DataLocation,
  TensorProto_DataType as DataType,
  type FunctionProto,
  type ModelProto,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  type ValueInfoProto,
} from '../../tensor/onnx/onnx_pb.ts';
import { type ForeignGraph, type GraphPort, graphError, MAX_CONSTANTS, MAX_NODES, ordered } from '../graph/model.ts';
import { plainPath } from '../tfjs/manifest.ts';

/** Bytes of a file beside the model; null where there is none. */
export type Beside = (path: string) => Promise<Uint8Array | null>;

/** Functions that call functions, so deep. */
const MAX_DEPTH = 8;

const INTEGERS: readonly number[] = [DataType.INT32, DataType.INT64, DataType.UINT8, DataType.INT8];

const portOf = ({ name, type }: ValueInfoProto): GraphPort => {
  const tensor = type?.value.case === 'tensorType' ? type.value.value : undefined;
  const dims = (tensor?.shape?.dim ?? []).map(({ value }) => {
    const size = value.case === 'dimValue' ? Number(value.value) : null;
    return size !== null && size > 0 && Number.isSafeInteger(size) ? size : null;
  });
  return { name, dims, isInteger: INTEGERS.includes(tensor?.elemType ?? DataType.UNDEFINED) };
};

const externalPath = ({ externalData, name }: TensorProto, file: string) => {
  const value = (key: string): string | undefined => externalData.find((entry) => entry.key === key)?.value;
  const location = value('location');
  if (location === undefined)
    throw inputError('external-data', {
      at: { file, subject: `tensor "${name.slice(0, 60)}"` },
      expected: 'where its values lie',
      got: 'nothing',
      hint: 'save the model again',
    });
  return { path: plainPath(location, file), offset: Number(value('offset') ?? 0), length: value('length') };
};

/** Values that lie in files beside the model, put into the tensors. */
const withExternal = async (tensors: readonly TensorProto[], file: string, beside: Beside): Promise<TensorProto[]> => {
  const files = new Map<string, Uint8Array>();
  const filled: TensorProto[] = [];
  for (const tensor of tensors) {
    if (tensor.dataLocation !== DataLocation.EXTERNAL) {
      filled.push(tensor);
      continue;
    }
    const { path, offset, length } = externalPath(tensor, file);
    const bytes = files.get(path) ?? (await beside(path));
    if (bytes === null)
      throw inputError('external-data', {
        at: { file },
        expected: `the file "${path}" beside it, which holds its values`,
        got: 'none',
        hint: 'keep the two together, or save the model with its data inside',
      });
    files.set(path, bytes);
    const count = bytesOfTensor(tensor) ?? 0;
    const rawData = bytes.subarray(offset, offset + count);
    if (!(offset >= 0) || rawData.length !== count || (length !== undefined && Number(length) !== count))
      throw inputError('external-data', {
        at: { file, subject: `"${path}", tensor "${tensor.name.slice(0, 60)}"` },
        expected: `${count} bytes from ${offset}`,
        got: `${bytes.length} in all`,
        hint: 'it is cut short or of another model, fetch it again',
      });
    filled.push({ ...tensor, rawData, externalData: [], dataLocation: DataLocation.DEFAULT });
  }
  return filled;
};

/** Nodes with those that are functions of the file written out. */
const inlined = (nodes: readonly NodeProto[], functions: readonly FunctionProto[], file: string): NodeProto[] => {
  const key = (domain: string, name: string): string => `${domain}\n${name}`;
  const byName = new Map(functions.map((one) => [key(one.domain, one.name), one]));
  if (byName.size === 0) return [...nodes];
  let count = 0;
  const written: NodeProto[] = [];
  const write = (node: NodeProto, depth: number): void => {
    const called = byName.get(key(node.domain, node.opType));
    if (called === undefined) {
      written.push(node);
      if (written.length > MAX_NODES) throw graphError(file, `it has more than ${MAX_NODES} nodes`, 'fewer');
      return;
    }
    if (depth > MAX_DEPTH) throw graphError(file, 'its functions call one another without end', 'a graph that ends');
    const prefix = `call_${count++}/`;
    const names = new Map<string, string>([
      ...called.input.map((name, i) => [name, node.input[i] ?? ''] as const),
      ...called.output.map((name, i) => [name, node.output[i] ?? `${prefix}${name}`] as const),
    ]);
    const outer = (name: string): string => (name === '' ? '' : (names.get(name) ?? `${prefix}${name}`));
    for (const inner of called.node) {
      const attribute = inner.attribute.flatMap((own) => {
        if (own.refAttrName === '') return [own];
        const given = [...node.attribute, ...called.attributeProto].find(({ name }) => name === own.refAttrName);
        return given ? [{ ...given, name: own.name }] : [];
      });
      write(
        create(NodeProtoSchema, {
          ...inner,
          name: `${prefix}${inner.name}`,
          input: inner.input.map(outer),
          output: inner.output.map(outer),
          attribute,
        }),
        depth + 1,
      );
    }
  };
  for (const node of nodes) write(node, 0);
  return written;
};

const requireBounds = (tensors: readonly TensorProto[], nodes: number, file: string): void => {
  if (nodes > MAX_NODES || tensors.length > MAX_NODES)
    throw graphError(file, `it has ${nodes} nodes and ${tensors.length} tensors`, `at most ${MAX_NODES} of each`);
  const count = tensors.reduce((sum, { dims }) => sum + dims.reduce((size, dim) => size * Number(dim), 1), 0);
  if (!(count <= MAX_CONSTANTS)) throw graphError(file, `it holds ${count} numbers`, `at most ${MAX_CONSTANTS}`);
};

/**
 * @param beside - for values that lie in another file.
 * @throws LatentError (input) `unsupported-graph`, `external-data`, `path-climbs`.
 */
export const foreignGraph = async (model: ModelProto, file: string, beside: Beside): Promise<ForeignGraph> => {
  const { graph } = model;
  if (graph === undefined)
    throw inputError('onnx-damaged', { at: { file }, expected: 'a graph', got: 'none', hint: 'fetch it again' });
  requireBounds(graph.initializer, graph.node.length, file);
  const tensors = await withExternal(graph.initializer, file, beside);
  const constants = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const inputs = graph.input.filter(({ name }) => !constants.has(name)).map(portOf);
  const known = new Set([...constants.keys(), ...inputs.map(({ name }) => name)]);
  return {
    nodes: ordered(inlined(graph.node, model.functions, file), known, file),
    constants,
    inputs,
    outputs: graph.output.map(portOf),
    stated: new Map(graph.valueInfo.map((value) => [value.name, portOf(value).dims])),
    opsets: new Map(
      model.opsetImport.map(({ domain, version }) => [domain === 'ai.onnx' ? '' : domain, Number(version)]),
    ),
  };
};
