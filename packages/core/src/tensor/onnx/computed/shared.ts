/** What the nodes of a graph take while it is computed in plain TypeScript. */
import { type Constant, constantOf } from '../constants.ts';
import { notComputed } from '../nodes.ts';
import type { NodeProto } from '../onnx_pb.ts';

/** A node of a kind computed: null where an input is left out. */
export type Computed = (node: NodeProto, inputs: readonly (Constant | null)[], opset: number) => readonly Constant[];

export const required = (inputs: readonly (Constant | null)[], at: number, node: NodeProto): Constant => {
  const value = inputs[at];
  if (value) return value;
  throw notComputed(`${node.opType} without its input ${at + 1}`);
};

export const floats = (dims: readonly number[], data: Float32Array): Constant => constantOf(dims, data, false);

/** To the nearest whole number, halves to the even one. */
export const roundEven = (value: number): number => {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest < 0.5) return floor;
  return rest > 0.5 || floor % 2 !== 0 ? floor + 1 : floor;
};
