/** Arithmetic that a file has as operations rather than layers: TensorFlow's `TFOpLambda` and the operations of Keras 3. */

import type { LayerSpec } from '../../layers/index.ts';
import { isRecord } from '../../registry/parse-json.ts';
import type { Shape } from '../../tensor/index.ts';
import { rescaled } from './made-layers.ts';
import type { JsonObject } from './place.ts';
import { type Argument, isTensor } from './tree.ts';

const TENSORFLOW: readonly string[] = [
  'TFOpLambda',
  'TensorFlowOpLayer',
  'SlicingOpLambda',
  'ClassMethod',
  'InstanceMethod',
];

/** Whether a layer is an operation. */
export const isOperation = ({ class_name: className, module }: JsonObject): boolean =>
  TENSORFLOW.includes(String(className)) || /(^|\.)ops(\.|$)/.test(String(module ?? ''));

/** `add`, `math.multiply`, `__operators__.add`: the last word. */
const nameOf = ({ class_name: className, config }: JsonObject): string => {
  const named = isRecord(config) && typeof config.function === 'string' ? config.function : String(className);
  return named.slice(named.lastIndexOf('.') + 1).toLowerCase();
};

/** What an operation comes to: another layer of Keras that joins tensors, or a layer of ours. */
export type Operation =
  | { readonly join: string }
  | { readonly spec: LayerSpec }
  | { readonly shape: Shape }
  /** Its input as it is. */
  | { readonly same: true };

/** Operations that leave numbers as they are. */
const SAME: readonly string[] = ['cast', 'identity', 'stop_gradient', 'convert_to_tensor', 'checknumerics'];

/** The shape that numbers are brought to, the batch aside; null where it is not stated in full. */
const targetShape = ({ config }: JsonObject, args: readonly Argument[]): Shape | null => {
  const own: unknown = isRecord(config) ? (config.newshape ?? config.target_shape) : undefined;
  const dims: readonly unknown[] = Array.isArray(own)
    ? own
    : args.flatMap((argument) => ('constant' in argument ? [argument.constant].flat() : []));
  const shape = dims.slice(1);
  return shape.length > 0 && shape.every((dim) => Number.isSafeInteger(dim) && Number(dim) > 0)
    ? shape.map(Number)
    : null;
};

const JOINS: Readonly<Record<string, string>> = {
  add: 'Add',
  sub: 'Subtract',
  subtract: 'Subtract',
  mul: 'Multiply',
  multiply: 'Multiply',
  maximum: 'Maximum',
};

/** `op(x, constant)` or `op(constant, x)`. */
const withConstant = (name: string, constant: number, constantFirst: boolean): LayerSpec | null => {
  switch (name) {
    case 'add':
      return rescaled(1, constant);
    case 'sub':
    case 'subtract':
      return constantFirst ? rescaled(-1, constant) : rescaled(1, -constant);
    case 'mul':
    case 'multiply':
      return rescaled(constant, 0);
    case 'truediv':
    case 'divide':
    case 'true_divide':
    case 'truedivide':
      return constantFirst ? null : rescaled(1 / constant, 0);
    default:
      return null;
  }
};

/** Activations by TensorFlow's names. */
const ACTIVATIONS: readonly string[] = ['relu', 'sigmoid', 'tanh', 'softplus', 'elu', 'selu', 'swish', 'silu'];

/** The activation that an operation is; null where it is none. */
export const operationActivation = (json: JsonObject): string | null =>
  ACTIVATIONS.find((name) => name === nameOf(json)) ?? null;

/** What is computed of an operation; null for one that is not. */
export const readOperation = (json: JsonObject, args: readonly Argument[]): Operation | null => {
  const name = nameOf(json);
  const tensors = args.filter(isTensor).length;
  if (tensors === 2 && args.length === 2 && Object.hasOwn(JOINS, name)) return { join: JOINS[name] };
  if (tensors === 1 && SAME.includes(name)) return { same: true };
  if (tensors === 1 && name === 'reshape') {
    const shape = targetShape(json, args);
    return shape === null ? null : { shape };
  }
  if (tensors >= 2 && /^concat(enate|v2)?$/.test(name)) {
    const axis: unknown = isRecord(json.config) ? json.config.axis : undefined;
    const [said = axis ?? -1] = args.flatMap((argument) => ('constant' in argument ? [argument.constant] : []));
    return said === -1 ? { join: 'Concatenate' } : null;
  }
  const constants = args.flatMap((argument) => ('constant' in argument ? [argument.constant] : []));
  const [constant] = constants;
  if (tensors !== 1 || constants.length !== 1 || typeof constant !== 'number') return null;
  const spec = withConstant(name, constant, 'constant' in args[0]);
  return spec === null ? null : { spec };
};
