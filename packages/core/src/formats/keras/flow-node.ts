/** What flows through a Keras model, as a graph without sub-models: one node for each layer and each call of it. */
import type { Activation } from '../../activations/index.ts';
import type { LatentError } from '../../errors.ts';
import type { LayerSpec } from '../../layers/index.ts';
import type { Shape } from '../../tensor/index.ts';
import type { KerasLayer } from './keras-layer.ts';

/**
 * - `input`: what enters the model;
 * - `layer`: computed here;
 * - `sampling`: a Gaussian code;
 * - `opaque`: somebody's code, which is not run: told by its place what it is, or refused.
 */
export type FlowKind = 'input' | 'layer' | 'sampling' | 'opaque';

export interface FlowNode {
  /** In the order in which data passes. */
  readonly id: number;
  readonly kind: FlowKind;
  /** As the file names it. */
  readonly name: string;
  readonly className: string;
  readonly inputs: readonly FlowNode[];
  /** Of its output, without the batch axis. */
  readonly shape: Shape;
  /** Null where nothing is computed. */
  readonly spec: LayerSpec | null;
  readonly source: KerasLayer['source'];
  /** Models that it lies in, outermost first, with the number of the call. */
  readonly scope: readonly string[];
  /** The layer is this activation and nothing else. */
  readonly activation?: Activation;
  /** Of a Gaussian code what it is at inference; absent where the layer has its heads within. */
  readonly mean?: FlowNode;
  /** Arithmetic with a constant, which code around a sample is made of. */
  readonly arithmetic?: true;
  /** Why an opaque layer is not computed. */
  readonly refusal?: () => LatentError;
  /** The shape that the file states for an opaque layer. */
  readonly stated?: Shape;
}

/** All nodes that lead to some, in the order of data. */
export const leadingTo = (ends: readonly FlowNode[], stop: ReadonlySet<FlowNode> = new Set()): FlowNode[] => {
  const found = new Set<FlowNode>();
  const open = [...ends];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (found.has(node) || stop.has(node)) continue;
    found.add(node);
    open.push(...node.inputs);
  }
  return [...found].sort((a, b) => a.id - b.id);
};

/** The same graph with nodes changed: what `change` gives for a node whose inputs are changed already. */
export const rewritten = (
  ends: readonly FlowNode[],
  change: (node: FlowNode, old: FlowNode) => FlowNode,
): ReadonlyMap<FlowNode, FlowNode> => {
  const made = new Map<FlowNode, FlowNode>();
  for (const node of leadingTo(ends)) {
    const inputs = node.inputs.map((input) => made.get(input) ?? input);
    const same = inputs.every((input, i) => input === node.inputs[i]);
    made.set(node, change(same ? node : { ...node, inputs }, node));
  }
  return made;
};
