/**
 * A Keras config as a tree of layers and sub-models.
 *
 * In: JSON that anybody may have written. Out: nodes with their addresses, and what the config says of each: which layers
 * it follows, whether it brings code along. What the layers compute is not known here.
 */

import { type ErrorFacts, inputError, type LatentError, shown } from '../../errors.ts';
import { isRecord } from '../../registry/parse-json.ts';
import { arrayCounts, holdsValues } from './classes.ts';
import { modernLayer } from './legacy-config.ts';
import type { JsonObject } from './place.ts';

/** One step down the tree of sub-models: the class, and how many of the same class stand before it in its container. */
export interface AddressStep {
  readonly className: string;
  readonly rank: number;
  readonly name: string;
  /** The attribute of a model of somebody's own that holds it. */
  readonly attribute?: string;
}

/** Where a layer stands, outermost container first; the model itself is not named. */
export type Address = readonly AddressStep[];

const MAX_DEPTH = 8;
export const MAX_LAYERS = 400;
const CONTAINERS: readonly string[] = ['Sequential', 'Functional', 'Model'];

/** Whether JSON is a model of layers: Keras' own, or a class of somebody's own that is made like one. */
export const isModel = (json: JsonObject): boolean => {
  const { class_name: className, config } = json;
  if (typeof className === 'string' && CONTAINERS.includes(className)) return true;
  return isRecord(config) && Array.isArray(config.layers) && 'input_layers' in config && 'output_layers' in config;
};

/** A config that is not one of Keras. */
export const fault = (file: string, facts: ErrorFacts): LatentError =>
  inputError('keras-config', { ...facts, at: { file, ...facts.at } });

/** A layer or a sub-model in the tree. */
export interface Node {
  readonly json: JsonObject;
  readonly name: string;
  readonly className: string;
  readonly address: Address;
  readonly children: readonly Node[];
  /** A model of layers. */
  readonly isModel: boolean;
}

export const parseNode = (json: unknown, address: Address, className: string, name: string, file: string): Node => {
  if (!isRecord(json)) throw fault(file, { expected: 'a layer as an object', got: `${shown(json)}` });
  const children = isModel(json) ? parseChildren(json, address, name, file) : [];
  return { json, name, className, address, children, isModel: isModel(json) };
};

export const nameOf = (json: JsonObject): string => {
  const { name, config } = json;
  if (typeof name === 'string') return name;
  if (isRecord(config) && typeof config.name === 'string') return config.name;
  return typeof json.class_name === 'string' ? json.class_name : '';
};

const parseChildren = (json: JsonObject, address: Address, name: string, file: string): Node[] => {
  // Keras before 2.2.3, and TensorFlow.js still, give a Sequential's layers as a bare list.
  const layers = Array.isArray(json.config) ? json.config : isRecord(json.config) ? json.config.layers : undefined;
  if (!Array.isArray(layers))
    throw fault(file, {
      at: { subject: `model "${name}"` },
      expected: 'a list of layers',
      got: 'none',
      hint: 'take another file',
    });
  if (address.length >= MAX_DEPTH || layers.length > MAX_LAYERS)
    throw fault(file, {
      at: { subject: `model "${name}"` },
      expected: `at most ${MAX_LAYERS} layers and ${MAX_DEPTH} models within each other`,
    });
  const ranks = new Map<string, number>();
  return layers.map((written: unknown) => {
    if (!isRecord(written) || typeof written.class_name !== 'string')
      throw fault(file, {
        at: { subject: `model "${name}"` },
        expected: 'layers with a class_name',
        got: `${shown(written)}`,
      });
    const layer = modernLayer(written);
    const className = typeof layer.class_name === 'string' ? layer.class_name : written.class_name;
    const rank = ranks.get(className) ?? 0;
    ranks.set(className, rank + 1);
    const childName = nameOf(layer).slice(0, 200);
    return parseNode(layer, [...address, { className, rank, name: childName }], className, childName, file);
  });
};

/** Which output of which call of which layer, as both generations of Keras write it. */
export interface TensorRef {
  readonly layer: string;
  readonly call: number;
  readonly output: number;
}

/** What a layer is called with: a tensor, or a constant. */
export type Argument = TensorRef | { readonly constant: unknown };

const CONSTANT = '_CONSTANT_VALUE';

const isHistory = (value: unknown): value is readonly [string, number, number] =>
  Array.isArray(value) &&
  value.length >= 3 &&
  typeof value[0] === 'string' &&
  typeof value[1] === 'number' &&
  (typeof value[2] === 'number' || value[0] === CONSTANT);

/** All that is named in a piece of config, in order. */
const argumentsIn = (value: unknown, depth = 0): Argument[] => {
  if (depth > MAX_DEPTH) return [];
  if (isHistory(value)) {
    const [layer, call, output, ...more]: readonly unknown[] = value;
    const own =
      layer === CONSTANT ? { constant: output } : { layer: String(layer), call: Number(call), output: Number(output) };
    // Behind them stand the arguments by name.
    return [own, ...more.flatMap((item) => (isRecord(item) ? argumentsIn(item, depth + 1) : []))];
  }
  if (Array.isArray(value)) return value.flatMap((item: unknown) => argumentsIn(item, depth + 1));
  if (typeof value === 'number') return [{ constant: value }];
  if (!isRecord(value)) return [];
  if (isRecord(value.config) && isHistory(value.config.keras_history))
    return argumentsIn(value.config.keras_history, depth + 1);
  return Object.values(value).flatMap((item) => argumentsIn(item, depth + 1));
};

export const isTensor = (argument: Argument): argument is TensorRef => 'layer' in argument;

/** All tensors named in a piece of config, in order. */
export const tensorRefs = (value: unknown): TensorRef[] => argumentsIn(value).filter(isTensor);

/** The calls of a layer, as the file lists them. */
export const callsOf = ({ json }: Node): readonly unknown[] =>
  Array.isArray(json.inbound_nodes) ? json.inbound_nodes : [];

/** What a layer is called with. */
export const argumentsOf = (node: Node, call: number): readonly Argument[] => argumentsIn(callsOf(node)[call]);

/** The shape that a file states for the output of a layer, where another one takes it; null where none is stated. */
export const statedOutput = (model: Node, layer: string): readonly number[] | null => {
  const find = (value: unknown, depth = 0): readonly number[] | null => {
    if (depth > 2 * MAX_DEPTH) return null;
    const items: readonly unknown[] = Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : [];
    if (isRecord(value) && isHistory(value.keras_history) && value.keras_history[0] === layer) {
      const dims: readonly unknown[] = Array.isArray(value.shape) ? value.shape.slice(1) : [];
      return dims.every((dim) => typeof dim === 'number') ? dims.map(Number) : null;
    }
    for (const item of items) {
      const found = find(item, depth + 1);
      if (found) return found;
    }
    return null;
  };
  return find(model.children.map(({ json }) => json.inbound_nodes));
};

/** A layer that may hold values, and how many arrays: those that are trained, and those that are not. */
export interface WeightLayer {
  readonly address: Address;
  readonly trained: number;
  readonly running: number;
}

/** All layers that may hold values, in the order of the file. */
export const layersWithWeights = (node: Node): WeightLayer[] =>
  node.children.flatMap((child) => [
    ...(holdsValues(child.className) ? [{ address: child.address, ...arrayCounts(child.className, child.json) }] : []),
    ...layersWithWeights(child),
  ]);
