/**
 * Layers out of a graph: each node that is known becomes one, or moves axes, or says something of a shape.
 *
 * In: a graph of one input and at most a label beside it, the names of values that are wanted. Out: layers with their weights, and which gives which
 * value. `NotLayers` is thrown where a node is not known; the graph may still run as it is.
 */
import { LABEL_INPUT, PART_INPUT } from '../../layers/index.ts';
import type { Shape } from '../../tensor/index.ts';
import { foldNode, readTensor } from '../../tensor/onnx/constants.ts';
import type { NodeProto } from '../../tensor/onnx/onnx_pb.ts';
import { Drafts } from './drafts.ts';
import { type ForeignGraph, nodesBehind, notLayers, opsetOf } from './model.ts';
import type { NodeContext, Sampled, Value } from './node-context.ts';
import { nodeReaders } from './nodes/index.ts';
import type { View } from './view.ts';

export interface Lifted {
  readonly drafts: Drafts;
  readonly values: ReadonlyMap<string, View>;
  readonly sampled: readonly Sampled[];
}

/** A prime beyond the sizes of layers, in place of a batch that only running the graph tells. */
const OPEN_BATCH = 7919;

const batchOf = (graph: ForeignGraph): number => graph.inputs[0].dims[0] ?? OPEN_BATCH;

const read = (node: NodeProto, context: NodeContext, file: string): Value | readonly (Value | null)[] => {
  const { inputs } = context;
  const constants = inputs.map((value) => (value?.kind === 'constant' ? value : null));
  if (inputs.every((value) => value === null || value.kind === 'constant')) {
    const folded = foldNode(node, constants, file);
    if (folded) return folded;
  }
  const reader = node.domain === '' || node.domain === 'ai.onnx' ? nodeReaders.get(node.opType) : undefined;
  if (reader === undefined) throw notLayers(node.opType);
  return reader(context);
};

/**
 * @param wanted - names of values.
 * @param inputs - the value of each of the graph's inputs, over the image or code that enters the network, or the label.
 * @throws NotLayers
 */
export const lift = (graph: ForeignGraph, wanted: readonly string[], inputs: readonly View[], file: string): Lifted => {
  const drafts = new Drafts(inputs);
  const sampled: Sampled[] = [];
  const values = new Map<string, Value>(inputs.map((input, i) => [graph.inputs[i].name, input]));
  const named = (name: string): Value | null => {
    if (name === '') return null;
    const known = values.get(name);
    if (known) return known;
    const stored = graph.constants.get(name);
    if (stored === undefined) throw notLayers(`a value that nothing gives`);
    const constant = readTensor(stored, file);
    values.set(name, constant);
    return constant;
  };
  const batch = batchOf(graph);
  for (const node of nodesBehind(graph, wanted)) {
    const context: NodeContext = {
      node,
      drafts,
      opset: opsetOf(graph),
      inputs: node.input.map(named),
      batch,
      sampled: (found) => sampled.push(found),
    };
    const result = read(node, context, file);
    const list: readonly (Value | null)[] = 'kind' in result ? [result] : result;
    node.output.forEach((name, i) => {
      const value = list[i];
      if (name !== '' && value) values.set(name, value);
    });
  }
  const found = wanted.map((name): [string, View] => {
    const value = values.get(name);
    if (value?.kind !== 'view') throw notLayers(`an output that does not depend on the input`);
    return [name, value];
  });
  return { drafts, values: new Map(found), sampled };
};

/** A label that enters beside it, one-hot. */
export const labelView = (classes: number): View => ({
  kind: 'view',
  of: LABEL_INPUT,
  shape: [classes],
  axes: [[{ axis: 0 }]],
});

/** What enters a part, as the graph has it. */
export const inputView = (shape: Shape, axes: View['axes']): View => ({ kind: 'view', of: PART_INPUT, shape, axes });
