/**
 * Gaussian sampling that a file has as somebody's code: told by its place, by two heads that it joins, whatever it is
 * called. The code is not run; the code of an image is the mean.
 */

import { definitionOf } from '../../layers/index.ts';
import { elementCount, sameShape } from '../../tensor/index.ts';
import { isScaleName } from '../output-names.ts';
import { joinedHeads } from './classes.ts';
import { type FlowNode, leadingTo } from './flow-node.ts';
import { isLossName } from './inert.ts';
import { sampled } from './made-layers.ts';

export interface SamplingContext {
  readonly file: string;
  /** Grows. */
  readonly notes: string[];
  /** Makes a node. */
  node(made: Omit<FlowNode, 'id'>): FlowNode;
}

const isSamplingName = ({ className, name }: FlowNode): boolean =>
  /sampl|repar|(^|[^a-z])z($|[^a-z])/i.test(`${className} ${name}`);

/** The tensors of known layers that an opaque node is made of. */
const boundaryOf = (node: FlowNode): FlowNode[] => {
  const found = new Set<FlowNode>();
  const seen = new Set<FlowNode>();
  const visit = (at: FlowNode): void => {
    if (seen.has(at)) return;
    seen.add(at);
    if (at.kind === 'opaque' || at.arithmetic) for (const input of at.inputs) visit(input);
    else found.add(at);
  };
  visit(node);
  const all = [...found];
  // Noise that enters by an input of its own.
  const computed = all.filter(({ kind }) => kind !== 'input');
  return computed.length >= 2 ? computed : all;
};

/** Which of two heads is the mean: by name, else the one that is added as it is, else the first. */
const orderHeads = (node: FlowNode, [a, b]: readonly [FlowNode, FlowNode]): readonly [FlowNode, FlowNode] => {
  if (isScaleName(a.name) !== isScaleName(b.name)) return isScaleName(a.name) ? [b, a] : [a, b];
  const direct = node.inputs.filter((input) => input === a || input === b);
  return direct.length === 1 && direct[0] === b ? [b, a] : [a, b];
};

/** A Gaussian code of two heads: one layer where both are dense layers of the same values, else a layer beside them. @param scaleName - what the file calls the scale. */
export const joinHeads = (
  mean: FlowNode,
  scale: FlowNode,
  at: Pick<FlowNode, 'name' | 'className' | 'scope'>,
  { node }: Pick<SamplingContext, 'node'>,
  scaleName = scale.name,
): FlowNode => {
  const joined = joinedHeads(mean.className, scale.className);
  const sources = [mean.source, scale.source];
  const [a, b] = sources.flatMap((source) => (source !== null && 'address' in source ? [source] : []));
  const common = { ...at, kind: 'sampling', shape: mean.shape, mean } as const;
  if (joined && mean.spec && scale.spec && a && b && mean.inputs.length === 1 && mean.inputs[0] === scale.inputs[0]) {
    const spec = joined.join(mean.spec, scale.spec, scaleName);
    if ('type' in spec) {
      // A specification of the layer that the heads belong to, by its own definition.
      const made = spec as NonNullable<FlowNode['spec']>;
      const [meanName, scaleName] = joined.names(made);
      const heads = new Map([
        [meanName, a],
        [scaleName, b],
      ]);
      return node({ ...common, inputs: mean.inputs, spec: made, source: { heads } });
    }
  }
  return node({ ...common, inputs: [mean, scale], spec: sampled(scaleName), source: null });
};

/** Whether the log-scale is what a Gaussian code takes: the sums of a layer as they are. */
export const isPlainScale = ({ spec }: FlowNode): boolean => {
  const activation = spec && definitionOf(spec).activation(spec);
  return activation === null || activation === undefined || activation === 'linear';
};

/**
 * What an opaque node stands for.
 *
 * @throws LatentError (input) what the node refuses with, where it joins no two heads.
 */
export const gaussianCode = (node: FlowNode, context: SamplingContext): FlowNode => {
  const { notes } = context;
  const at = { name: node.name, className: node.className, scope: node.scope };
  const refused = () => node.refusal?.() ?? new Error('an opaque layer without a reason');
  const boundary = boundaryOf(node);
  const taken = `layer "${node.name}" of the class "${node.className}" is taken for Gaussian sampling; its code is not run, and the code of an image is its mean`;
  const [first, second] = boundary;
  if (boundary.length === 1 && isSamplingName(node) && node.stated && first.shape.length === 1) {
    const [numbers] = first.shape;
    if (numbers === 2 * elementCount(node.stated)) {
      notes.push(`${taken}, the first half of "${first.name}"`);
      return context.node({
        ...at,
        kind: 'sampling',
        inputs: [first],
        shape: [numbers / 2],
        spec: sampled('z_log_var'),
        source: null,
      });
    }
  }
  const isPair = boundary.length === 2 && sameShape(first.shape, second.shape) && !isLossName(node.className);
  if (!isPair || leadingTo([first]).includes(second) || leadingTo([second]).includes(first)) throw refused();
  const [mean, scale] = orderHeads(node, [first, second]);
  notes.push(`${taken}, "${mean.name}"`);
  if (isPlainScale(scale)) return joinHeads(mean, scale, at, context);
  notes.push(`the scale "${scale.name}" is not given as a logarithm and was left out: the model opens as one of means`);
  return mean;
};
