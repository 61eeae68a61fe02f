/**
 * A Keras config as a tree of layers and sub-models.
 *
 * In: JSON that anybody may have written. Out: nodes with their addresses, and what the config says of each: which layers
 * it follows, whether it brings code along. What the layers compute is not known here.
 */

import { type ErrorFacts, inputError, type LatentError, shown } from '../../errors.ts';
import { isRecord } from '../../registry/parse-json.ts';
import { holdsValues } from './classes.ts';
import type { JsonObject } from './place.ts';

/** One step down the tree of sub-models: the class, and how many of the same class stand before it in its container. */
export interface AddressStep {
  readonly className: string;
  readonly rank: number;
  readonly name: string;
}

/** Where a layer stands, outermost container first; the model itself is not named. */
export type Address = readonly AddressStep[];

const MAX_DEPTH = 8;
export const MAX_LAYERS = 400;
export const CONTAINERS: readonly string[] = ['Sequential', 'Functional', 'Model'];

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
}

export const parseNode = (json: unknown, address: Address, className: string, name: string, file: string): Node => {
  if (!isRecord(json)) throw fault(file, { expected: 'a layer as an object', got: `${shown(json)}` });
  const children = CONTAINERS.includes(className) ? parseChildren(json, address, name, file) : [];
  return { json, name, className, address, children };
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
  return layers.map((layer: unknown) => {
    if (!isRecord(layer) || typeof layer.class_name !== 'string')
      throw fault(file, {
        at: { subject: `model "${name}"` },
        expected: 'layers with a class_name',
        got: `${shown(layer)}`,
      });
    const className = layer.class_name;
    const rank = ranks.get(className) ?? 0;
    ranks.set(className, rank + 1);
    const childName = nameOf(layer).slice(0, 200);
    return parseNode(layer, [...address, { className, rank, name: childName }], className, childName, file);
  });
};

/** Which output of which layer, as both generations of Keras write it. */
export interface TensorRef {
  readonly layer: string;
  readonly output: number;
}

const isHistory = (value: unknown): value is readonly [string, number, number] =>
  Array.isArray(value) &&
  value.length >= 3 &&
  typeof value[0] === 'string' &&
  typeof value[1] === 'number' &&
  typeof value[2] === 'number';

/** All tensors named in a piece of config, in order. */
export const tensorRefs = (value: unknown, depth = 0): TensorRef[] => {
  if (depth > MAX_DEPTH) return [];
  if (isHistory(value)) return [{ layer: value[0], output: value[2] }];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => tensorRefs(item, depth + 1));
  if (!isRecord(value)) return [];
  if (isRecord(value.config) && isHistory(value.config.keras_history))
    return tensorRefs(value.config.keras_history, depth + 1);
  return Object.values(value).flatMap((item) => tensorRefs(item, depth + 1));
};

/** How often a layer is used. */
export const callsOf = ({ json }: Node): number => (Array.isArray(json.inbound_nodes) ? json.inbound_nodes.length : 0);
/** What a layer follows. */
export const inboundOf = ({ json }: Node): TensorRef[] =>
  Array.isArray(json.inbound_nodes) ? tensorRefs(json.inbound_nodes[0]) : [];

/** By its class, its name, or the function that a Lambda names. */
export const isSampling = ({ className, name, json }: Node): boolean => {
  const code = isRecord(json.config) ? json.config.function : undefined;
  const called = isRecord(code) ? code.config : code;
  return /sampl|repar|(^|[^a-z])z($|[^a-z])/i.test(`${className} ${name} ${typeof called === 'string' ? called : ''}`);
};

/**
 * Whether a Lambda brings Python code along, rather than the mere name of a function. Two heads joined by a function of
 * which the name alone is known are Gaussian sampling like any other: there is nothing that could be run.
 */
export const holdsCode = ({ json }: Node): boolean => {
  if (!isRecord(json.config)) return true;
  const { function: code, function_type: type } = json.config;
  if (typeof code === 'string') return type !== 'function';
  return !(isRecord(code) && code.class_name === 'function' && typeof code.config === 'string');
};

/** Addresses of all layers that may hold values, in the order of the file. */
export const layersWithWeights = (node: Node): Address[] =>
  node.children.flatMap((child) => [
    ...(holdsValues(child.className) ? [child.address] : []),
    ...layersWithWeights(child),
  ]);
