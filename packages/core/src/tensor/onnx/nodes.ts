/** Attributes of ONNX nodes, and what is said of a node that is not computed here. */
import type { AttributeProto, NodeProto } from './onnx_pb.ts';

const find = ({ attribute }: NodeProto, name: string): AttributeProto | undefined =>
  attribute.find((entry) => entry.name === name);

/** A whole number of a node's attributes. */
export const intOf = (node: NodeProto, name: string, absent: number): number => {
  const found = find(node, name);
  return found === undefined ? absent : Number(found.i);
};

/** A list of whole numbers; null where the node has none. */
export const intsOf = (node: NodeProto, name: string): readonly number[] | null =>
  find(node, name)?.ints.map(Number) ?? null;

export const floatOf = (node: NodeProto, name: string, absent: number): number => find(node, name)?.f ?? absent;

export const textOf = (node: NodeProto, name: string, absent: string): string => {
  const found = find(node, name);
  return found === undefined ? absent : new TextDecoder().decode(found.s);
};

export const attributeOf = find;

/** What is not computed here of a graph of another program; it may still run as it is. */
export class NotComputed extends Error {}

/** @param reason - a few words, of the node: `Gather of axis 2`. */
export const notComputed = (reason: string): NotComputed => new NotComputed(reason);
