/** ONNX nodes as they are put together for the nodes of TensorFlow. */
import { create } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from '../../../tensor/onnx/onnx_pb.ts';

/** A float is told from a whole number by its object, a text by its type. */
export type AttributeValue = number | string | readonly number[] | { readonly float: number };

const attributeOf = (name: string, value: AttributeValue): AttributeProto => {
  if (typeof value === 'number')
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
  if (typeof value === 'string')
    return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: new TextEncoder().encode(value) });
  if ('float' in value) return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value.float });
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) });
};

export const floatTensor = (name: string, dims: readonly number[], values: Float32Array): TensorProto =>
  create(TensorProtoSchema, {
    name,
    dims: dims.map(BigInt),
    dataType: DataType.FLOAT,
    rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  });

export const integerTensor = (name: string, dims: readonly number[], values: readonly number[]): TensorProto =>
  create(TensorProtoSchema, { name, dims: dims.map(BigInt), dataType: DataType.INT64, int64Data: values.map(BigInt) });

/** Writes nodes and constants; names that are made here begin with the name of the node that they are for. */
export class NodeWriter {
  readonly nodes: NodeProto[] = [];
  readonly constants = new Map<string, TensorProto>();
  private count = 0;

  /** A node of one output. @returns the output's name. */
  node(
    opType: string,
    input: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    output = this.fresh(opType),
  ): string {
    this.many(opType, input, [output], attributes);
    return output;
  }

  many(
    opType: string,
    input: readonly string[],
    output: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): void {
    this.nodes.push(
      create(NodeProtoSchema, {
        opType,
        name: output[0],
        input: [...input],
        output: [...output],
        attribute: Object.entries(attributes).map(([name, value]) => attributeOf(name, value)),
      }),
    );
  }

  integers(values: readonly number[]): string {
    const name = this.fresh('integers');
    this.constants.set(name, integerTensor(name, [values.length], values));
    return name;
  }

  float(value: number): string {
    const name = this.fresh('float');
    this.constants.set(name, floatTensor(name, [], Float32Array.of(value)));
    return name;
  }

  private fresh(what: string): string {
    return `${what}#${this.count++}`;
  }
}
