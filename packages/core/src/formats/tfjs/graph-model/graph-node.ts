/** A node of TensorFlow as a GraphModel has it, and what is asked of its attributes. */
import * as v from 'valibot';
import { inputError } from '../../../errors.ts';
import { isRecord } from '../../../registry/parse-json.ts';
import { MAX_NODES } from '../../graph/model.ts';

const nodeSchema = v.object({
  name: v.pipe(v.string(), v.maxLength(1000)),
  op: v.pipe(v.string(), v.maxLength(100)),
  input: v.optional(v.array(v.pipe(v.string(), v.maxLength(1000))), []),
  attr: v.optional(v.record(v.string(), v.unknown()), {}),
});

/** TensorFlow's `NodeDef` as JSON. Source: tensorflow/core/framework/node_def.proto */
export type GraphNode = v.InferOutput<typeof nodeSchema>;

/** @throws LatentError (input) `tfjs-model` for a topology that is no list of nodes. */
export const parseNodes = (topology: unknown, file: string): readonly GraphNode[] => {
  const nodes: unknown = isRecord(topology) ? topology.node : undefined;
  const parsed = v.safeParse(v.pipe(v.array(nodeSchema), v.minLength(1), v.maxLength(MAX_NODES)), nodes);
  if (parsed.success) return parsed.output;
  throw inputError('tfjs-model', {
    at: { file, subject: 'modelTopology.node' },
    expected: `1 to ${MAX_NODES} nodes with a name and an op`,
    got: 'something else',
    hint: 'it is damaged, fetch it again',
  });
};

const entryOf = ({ attr }: GraphNode, name: string, kind: string): unknown => {
  const value = attr[name];
  return isRecord(value) ? value[kind] : undefined;
};

const numberOf = (value: unknown): number | null => {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
};

export const intAttribute = (node: GraphNode, name: string, absent: number): number =>
  numberOf(entryOf(node, name, 'i')) ?? absent;

export const floatAttribute = (node: GraphNode, name: string, absent: number): number =>
  numberOf(entryOf(node, name, 'f')) ?? absent;

export const flagAttribute = (node: GraphNode, name: string): boolean => entryOf(node, name, 'b') === true;

/** Texts are in base64, or as they are in older files. */
const textOf = (value: unknown): string => {
  if (Array.isArray(value)) return String.fromCharCode(...value.map(Number));
  if (typeof value !== 'string') return '';
  try {
    const text = atob(value);
    return /^[\x20-\x7e]*$/.test(text) ? text : value;
  } catch {
    return value;
  }
};

const PLAIN = /^(NHWC|NCHW|SAME|VALID|EXPLICIT)$/;

export const textAttribute = (node: GraphNode, name: string): string => {
  const value = entryOf(node, name, 's');
  return typeof value === 'string' && PLAIN.test(value) ? value : textOf(value);
};

const listOf = (node: GraphNode, name: string, kind: string): readonly unknown[] => {
  const list = entryOf(node, name, 'list');
  const values: unknown = isRecord(list) ? list[kind] : undefined;
  return Array.isArray(values) ? values : [];
};

export const intsAttribute = (node: GraphNode, name: string): readonly number[] =>
  listOf(node, name, 'i').flatMap((value) => numberOf(value) ?? []);

export const textsAttribute = (node: GraphNode, name: string): readonly string[] => listOf(node, name, 's').map(textOf);

export const typeAttribute = (node: GraphNode, name: string): string => {
  const type = entryOf(node, name, 'type');
  return typeof type === 'string' || typeof type === 'number' ? String(type) : '';
};

/** Sizes of axes; null for those that are not known, and null in all for a shape that is not. */
export const shapeOf = (shape: unknown): readonly (number | null)[] | null => {
  if (!isRecord(shape) || shape.unknownRank === true) return null;
  const dims: readonly unknown[] = Array.isArray(shape.dim) ? shape.dim : [];
  return dims.map((dim) => {
    const size = numberOf(isRecord(dim) ? dim.size : undefined);
    return size !== null && size > 0 ? size : null;
  });
};

export const shapeAttribute = (node: GraphNode, name: string): readonly (number | null)[] | null =>
  shapeOf(entryOf(node, name, 'shape'));
