/** The layers of a Keras file in the order of data, put together to the parts of a network. */
import type { Activation } from '../../activations/index.ts';
import { commutes, LABEL_INPUT, PART_INPUT, withActivation } from '../../layers/index.ts';
import { type FlowNode, leadingTo, rewritten } from './flow-node.ts';
import type { KerasLayer } from './keras-layer.ts';

/** How many layers take what a node gives. */
const consumersOf = (nodes: readonly FlowNode[]): ReadonlyMap<FlowNode, number> => {
  const counts = new Map<FlowNode, number>();
  for (const node of nodes) for (const input of node.inputs) counts.set(input, (counts.get(input) ?? 0) + 1);
  return counts;
};

/** The layer that an activation of its own may be put into; null where none takes it. */
const targetOf = (
  node: FlowNode,
  activation: Activation,
  consumers: ReadonlyMap<FlowNode, number>,
): FlowNode | null => {
  let [at]: readonly (FlowNode | undefined)[] = node.inputs;
  while (at?.spec && consumers.get(at) === 1) {
    if (!commutes(at.spec, activation)) return withActivation(at.spec, activation) === null ? null : at;
    [at] = at.inputs;
  }
  return null;
};

/** Puts activations of their own layer into the layers that make their numbers; where none takes one, it stays. */
export const mergeActivations = (end: FlowNode): FlowNode => {
  const nodes = leadingTo([end]);
  const consumers = consumersOf(nodes);
  const merged = new Map<FlowNode, Activation>();
  const gone = new Set<FlowNode>();
  for (const node of nodes) {
    const { activation } = node;
    if (activation === undefined) continue;
    const target = activation === 'linear' ? null : targetOf(node, activation, consumers);
    const free = target !== null && !merged.has(target);
    if (free) merged.set(target, activation);
    if (free || activation === 'linear') gone.add(node);
  }
  const made = rewritten([end], (node, old) => {
    if (gone.has(old)) return node.inputs[0];
    const activation = merged.get(old);
    const spec = activation && node.spec ? withActivation(node.spec, activation) : null;
    return spec === null ? node : { ...node, spec };
  });
  return made.get(end) ?? end;
};

const MAX_NAME = 64;

/** Names that layers of ours may have, each once. */
const namesFor = (nodes: readonly FlowNode[]): ReadonlyMap<FlowNode, string> => {
  const taken = new Set<string>([PART_INPUT, LABEL_INPUT]);
  const names = new Map<FlowNode, string>();
  for (const node of nodes) {
    const plain = node.name.replace(/[^\w-]+/g, '_').slice(0, MAX_NAME - 8);
    const base = /^[A-Za-z]/.test(plain) ? plain : `layer_${plain}`;
    let name = base;
    for (let i = 1; taken.has(name); i++) name = `${base}_${i}`;
    taken.add(name);
    names.set(node, name);
  }
  return names;
};

/** What enters a part. */
export interface PartInputs {
  readonly input: FlowNode;
  readonly label: FlowNode | null;
}

/** The layers between what enters a part and its end; with names and inputs where they are no chain. */
export const layersOf = (end: FlowNode, { input, label }: PartInputs): KerasLayer[] => {
  const stop = new Set(label === null ? [input] : [input, label]);
  const nodes = leadingTo([end], stop).filter(({ spec }) => spec !== null);
  const isChain = nodes.every(({ inputs }, i) => inputs.length === 1 && inputs[0] === (nodes[i - 1] ?? input));
  const names = namesFor(nodes);
  const sourceOf = (node: FlowNode): string => {
    if (node === label) return LABEL_INPUT;
    return node === input ? PART_INPUT : (names.get(node) ?? PART_INPUT);
  };
  return nodes.flatMap((node): KerasLayer[] => {
    const { name, spec, source, inputs } = node;
    if (spec === null) return [];
    const links = { name: names.get(node) ?? name, inputs: inputs.map(sourceOf) };
    return [{ name, spec: isChain ? spec : { ...spec, ...links }, source }];
  });
};
