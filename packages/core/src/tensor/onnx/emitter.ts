/**
 * From symbolic tensors to ONNX bytes.
 *
 * In: named outputs. Out: a serialised `ModelProto` whose inputs are the graph's inputs in order of first use.
 * The same graph gives the same bytes. Source: the ONNX IR specification (https://onnx.ai/onnx/repo-docs/IR.html).
 */
import { create, toBinary } from '@bufbuild/protobuf';
import { internalError } from '../../errors.ts';
import {
  type Attributes,
  type Dims,
  type ElementType,
  type EmitContext,
  type Tensor,
  topologicalOrder,
} from '../tensor.ts';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  type GraphProto,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './onnx_pb.ts';

/** The opset that every graph is written for; ONNX Runtime 1.14 and later run it. */
export const OPSET = 18;
/** The version of the file's own layout, which opset 18 came with. */
export const IR_VERSION = 8;
/** Who wrote the file; the reader in `formats/onnx` knows its own files by it. */
export const PRODUCER = 'latent-plane';

export interface EmitOptions {
  readonly name: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** What the model is, for people; shown by viewers. */
  readonly docString?: string;
  /** The name of a dynamic leading dimension. */
  readonly batchName?: string;
}

const dataTypes: Readonly<Record<ElementType, DataType>> = {
  float32: DataType.FLOAT,
  bool: DataType.BOOL,
  int64: DataType.INT64,
};

const attribute = (name: string, value: Attributes[string]): AttributeProto => {
  if (typeof value === 'number')
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
  if ('float' in value) return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value.float });
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) });
};

const valueInfo = (name: string, tensor: Tensor, batchName: string): ValueInfoProto =>
  create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType: dataTypes[tensor.elementType],
          shape: {
            dim: tensor.dims.map((dim) => ({
              value:
                dim < 0
                  ? { case: 'dimParam' as const, value: batchName }
                  : { case: 'dimValue' as const, value: BigInt(dim) },
            })),
          },
        },
      },
    },
  });

const rawTensor = (name: string, dims: Dims, data: Float32Array | BigInt64Array): TensorProto =>
  create(TensorProtoSchema, {
    name,
    dims: dims.map(BigInt),
    dataType: data instanceof Float32Array ? DataType.FLOAT : DataType.INT64,
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice(),
  });

/** Collects nodes and constants; equal constants are written once, unless they are long. */
class GraphWriter implements EmitContext {
  readonly written: GraphProto;
  /** Versions of the sets of operators; those of a graph of another program where there is one. */
  readonly opsets = new Map([['', OPSET]]);
  private readonly foreign = new Map<string, number>();
  private readonly constants = new Map<string, string>();
  private count = 0;

  constructor(name: string) {
    this.written = create(GraphProtoSchema, { name });
  }

  node(opType: string, inputs: readonly string[], attributes: Attributes = {}, domain = ''): string {
    return this.add(opType, inputs, 1, attributes, domain)[0];
  }

  nodes(opType: string, inputs: readonly string[], outputs: number, attributes: Attributes = {}): readonly string[] {
    return this.add(opType, inputs, outputs, attributes, '');
  }

  floats(values: readonly number[] | Float32Array, dims: Dims, name?: string): string {
    if (name !== undefined) {
      this.written.initializer.push(rawTensor(name, dims, Float32Array.from(values)));
      return name;
    }
    return this.constant('f', dims, Float32Array.from(values));
  }

  ints(values: readonly number[]): string {
    return this.constant('i', [values.length], BigInt64Array.from(values.map(BigInt)));
  }

  graph(foreign: GraphProto, opsets: ReadonlyMap<string, number>, inputs: readonly string[]): string {
    const prefix = `graph_${this.count++}/`;
    const given = new Map(foreign.input.map(({ name }, i) => [name, inputs[i]]));
    const nameOf = (name: string): string => (name === '' ? '' : (given.get(name) ?? `${prefix}${name}`));
    for (const tensor of foreign.initializer) this.written.initializer.push({ ...tensor, name: nameOf(tensor.name) });
    for (const node of foreign.node)
      this.written.node.push({
        ...node,
        name: `${prefix}${node.name}`,
        input: node.input.map(nameOf),
        output: node.output.map(nameOf),
      });
    for (const [domain, version] of opsets) this.opsets.set(domain, Math.max(version, this.foreign.get(domain) ?? 0));
    for (const [domain, version] of opsets) this.foreign.set(domain, version);
    return nameOf(foreign.output[0].name);
  }

  private add(
    opType: string,
    inputs: readonly string[],
    outputs: number,
    attributes: Attributes,
    domain: string,
  ): readonly string[] {
    const id = this.count++;
    const names = Array.from({ length: outputs }, (_, i) => `${opType}_${id}${outputs > 1 ? `_${i}` : ''}`);
    this.written.node.push(
      create(NodeProtoSchema, {
        opType,
        domain,
        name: `${opType}_${id}`,
        input: [...inputs],
        output: names,
        attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
      }),
    );
    return names;
  }

  private constant(kind: string, dims: Dims, data: Float32Array | BigInt64Array): string {
    const content = fingerprint(data);
    const key = content === null ? `own ${this.constants.size}` : `${kind}[${dims.join(',')}]${content}`;
    let name = this.constants.get(key);
    if (name === undefined) {
      name = `constant_${this.constants.size}`;
      this.constants.set(key, name);
      this.written.initializer.push(rawTensor(name, dims, data));
    }
    return name;
  }
}

/** What a constant holds, as text; null where that would be long: trained weights, of which no two are equal. */
const fingerprint = (data: Float32Array | BigInt64Array): string | null => {
  if (data.length <= 16) return data.join(',');
  if (data.every((value) => value === data[0])) return `${data.length}*${data[0]}`;
  return data.length <= 1024 ? data.join(',') : null;
};

/**
 * Writes the graph of `outputs`.
 *
 * @param outputs - name to tensor; an output keeps its name in the file.
 * @param inputs - the graph inputs in the order they are to be declared; unused ones are declared all the same.
 */
export const emitGraph = (
  outputs: Readonly<Record<string, Tensor>>,
  inputs: readonly Tensor[],
  options: EmitOptions,
): Uint8Array => {
  const { name, metadata = {}, docString = '', batchName = 'batch' } = options;
  const writer = new GraphWriter(name);
  const names = new Map<Tensor, string>();
  for (const tensor of inputs) {
    if (tensor.producer.kind !== 'input') throw internalError('emitGraph: an input is not a graph input');
    names.set(tensor, tensor.producer.name);
    writer.written.input.push(valueInfo(tensor.producer.name, tensor, batchName));
  }
  const nameOf = (tensor: Tensor): string => {
    const found = names.get(tensor);
    if (found === undefined) throw internalError('emitGraph: a graph input was not declared');
    return found;
  };
  for (const tensor of topologicalOrder(Object.values(outputs))) {
    const { producer } = tensor;
    if (producer.kind === 'constant') names.set(tensor, writer.floats(producer.data, tensor.dims, producer.name));
    else if (producer.kind === 'op') names.set(tensor, producer.emit(writer, producer.inputs.map(nameOf)));
  }
  nameOutputs(writer, outputs, nameOf, batchName);
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(IR_VERSION),
    producerName: PRODUCER,
    docString,
    opsetImport: [...writer.opsets].map(([domain, version]) => ({ domain, version: BigInt(version) })),
    graph: writer.written,
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
  return toBinary(ModelProtoSchema, model);
};

/** Renames the node output behind each graph output; an `Identity` only where the tensor has another name already. */
const nameOutputs = (
  writer: GraphWriter,
  outputs: Readonly<Record<string, Tensor>>,
  nameOf: (t: Tensor) => string,
  batchName: string,
): void => {
  const renamed = new Map<string, string>();
  for (const [outputName, tensor] of Object.entries(outputs)) {
    const inner = nameOf(tensor);
    const made = writer.written.node.some((node) => node.output.includes(inner));
    if (made && !renamed.has(inner)) renamed.set(inner, outputName);
    writer.written.output.push(valueInfo(outputName, tensor, batchName));
  }
  const renames = (list: string[]): string[] => list.map((n) => renamed.get(n) ?? n);
  for (const node of writer.written.node) {
    node.input = renames(node.input);
    node.output = renames(node.output);
  }
  for (const [outputName, tensor] of Object.entries(outputs)) {
    const inner = nameOf(tensor);
    if (renamed.get(inner) === outputName) continue;
    writer.written.node.push(
      create(NodeProtoSchema, {
        opType: 'Identity',
        input: [renamed.get(inner) ?? inner],
        output: [outputName],
        name: `output_${outputName}`,
      }),
    );
  }
};
