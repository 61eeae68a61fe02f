/** What a node of a graph takes and gives while layers are looked for. */

import type { Constant } from '../../tensor/onnx/constants.ts';
import type { NodeProto } from '../../tensor/onnx/onnx_pb.ts';
import type { Drafts } from './drafts.ts';
import { notLayers } from './model.ts';
import { dimsOf, type View } from './view.ts';

/** Random numbers, or such numbers times a scale: what a variational encoder adds to its mean. */
export interface Noise {
  readonly kind: 'noise';
  readonly dims: readonly number[];
  /** What it was multiplied by; null for nothing yet. */
  readonly scale: View | null;
}

/** What a name of the graph stands for. */
export type Value = Constant | View | Noise;

/** A Gaussian code: its mean, and what its noise was multiplied by. */
export interface Sampled {
  readonly mean: View;
  readonly scale: View | null;
}

/** What the reader of a node has at hand. */
export interface NodeContext {
  readonly node: NodeProto;
  readonly drafts: Drafts;
  readonly opset: number;
  readonly inputs: readonly (Value | null)[];
  /** Images in the batch: that of the file, or a number that no size is likely to be. */
  readonly batch: number;
  /** Leaves word of a Gaussian code. */
  sampled(found: Sampled): void;
}

export type NodeReader = (context: NodeContext) => Value | readonly (Value | null)[];

/** Sizes of a value, the batch first. */
export const fullDims = (value: Value, batch: number): readonly number[] =>
  value.kind === 'view' ? [batch, ...dimsOf(value)] : value.dims;

/** The first input, which a layer gives. @throws NotLayers for a constant. */
export const viewAt = ({ inputs, node }: NodeContext, at = 0): View => {
  const value = inputs[at];
  if (value?.kind === 'view') return value;
  throw notLayers(`${node.opType} of ${value?.kind ?? 'nothing'}`);
};

/** A constant input; null where the node leaves it out. @throws NotLayers where it depends on the image. */
export const constantAt = ({ inputs, node }: NodeContext, at: number): Constant | null => {
  const value = inputs[at] ?? null;
  if (value === null || value.kind === 'constant') return value;
  throw notLayers(`${node.opType} of two values`);
};

/** The same of one that has to be there. */
export const requiredAt = (context: NodeContext, at: number): Constant => {
  const value = constantAt(context, at);
  if (value === null) throw notLayers(`${context.node.opType} without weights`);
  return value;
};

/** All inputs as constants, those of layers left out. */
export const constantsOf = ({ inputs }: NodeContext): (Constant | null)[] =>
  inputs.map((value) => (value?.kind === 'constant' ? value : null));
