/**
 * A graph of ONNX nodes as other programs export it, whatever the file: nodes, constants, what goes in and out.
 *
 * The readers of ONNX files and of TensorFlow.js GraphModels make one; `lift.ts` looks for layers in it.
 */
import { inputError, type LatentError } from '../../errors.ts';
import type { NodeProto, TensorProto } from '../../tensor/onnx/onnx_pb.ts';

export { NotComputed as NotLayers, notComputed as notLayers } from '../../tensor/onnx/nodes.ts';

/** Most nodes of a graph that is read. */
export const MAX_NODES = 20_000;
/** Most numbers of all constants together: those of the largest network. */
export const MAX_CONSTANTS = 100_000_000;
/** What enters or leaves a graph. */
export interface GraphPort {
  readonly name: string;
  /** Of each axis, the batch first; null where it is not known before the graph runs. */
  readonly dims: readonly (number | null)[];
  /** Its values are whole numbers. */
  readonly isInteger?: boolean;
}

export interface ForeignGraph {
  /** Each behind those whose outputs it takes. */
  readonly nodes: readonly NodeProto[];
  readonly constants: ReadonlyMap<string, TensorProto>;
  readonly inputs: readonly GraphPort[];
  readonly outputs: readonly GraphPort[];
  /** Sizes that the file states of values between nodes. */
  readonly stated: ReadonlyMap<string, readonly (number | null)[]>;
  /** Version of each set of operators by its domain. */
  readonly opsets: ReadonlyMap<string, number>;
}

/** Version of the operators of ONNX itself. */
export const opsetOf = ({ opsets }: ForeignGraph): number => opsets.get('') ?? 1;

export const graphError = (file: string, problem: string, expected: string, hint?: string): LatentError =>
  inputError('unsupported-graph', { at: { file }, problem, expected, hint });

/** The nodes that some values are made of, in order. */
export const nodesBehind = (graph: Pick<ForeignGraph, 'nodes'>, names: readonly string[]): NodeProto[] => {
  const wanted = new Set(names);
  const kept: NodeProto[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.output.some((name) => wanted.has(name))) continue;
    kept.push(node);
    for (const name of node.input) if (name !== '') wanted.add(name);
  }
  return kept.reverse();
};

/**
 * Nodes in an order in which each stands behind those it takes from.
 *
 * @throws LatentError (input) `unsupported-graph` for nodes in a circle, or values that nothing gives.
 */
export const ordered = (nodes: readonly NodeProto[], known: ReadonlySet<string>, file: string): NodeProto[] => {
  const have = new Set(known).add('');
  const makers = new Map(nodes.flatMap((node) => node.output.map((name) => [name, node] as const)));
  const takers = new Map<string, NodeProto[]>();
  const waiting = new Map<NodeProto, number>();
  const ready: NodeProto[] = [];
  for (const node of nodes) {
    const missing = new Set(node.input.filter((name) => !have.has(name)));
    for (const name of missing) {
      if (!makers.has(name))
        throw graphError(
          file,
          `a node takes "${name.slice(0, 80)}", which nothing gives`,
          'a whole graph',
          'export it again',
        );
      const list = takers.get(name) ?? [];
      list.push(node);
      takers.set(name, list);
    }
    waiting.set(node, missing.size);
    if (missing.size === 0) ready.push(node);
  }
  const done: NodeProto[] = [];
  for (let at = 0; at < ready.length; at++) {
    const node = ready[at];
    done.push(node);
    for (const name of new Set(node.output)) {
      if (have.has(name)) continue;
      have.add(name);
      for (const taker of takers.get(name) ?? []) {
        const left = (waiting.get(taker) ?? 0) - 1;
        waiting.set(taker, left);
        if (left === 0) ready.push(taker);
      }
    }
  }
  if (done.length !== nodes.length) throw graphError(file, 'its nodes go round in a circle', 'a graph without circles');
  return done;
};
