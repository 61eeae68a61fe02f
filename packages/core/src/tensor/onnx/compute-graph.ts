/**
 * Computes a graph of ONNX nodes in plain TypeScript, in single precision: what the page draws with before, or without, an
 * engine, and how sizes of values become known where a file does not state them.
 *
 * In: nodes in order, constants, the values of inputs. Out: values by name. It is not fast.
 */
import { othersComputed } from './computed/others.ts';
import { productsComputed } from './computed/products.ts';
import { quantisedComputed } from './computed/quantised.ts';
import type { Computed } from './computed/shared.ts';
import { type Constant, foldNode, readTensor } from './constants.ts';
import { notComputed } from './nodes.ts';
import type { NodeProto, TensorProto } from './onnx_pb.ts';

const kinds: ReadonlyMap<string, Computed> = new Map(
  [productsComputed, quantisedComputed, othersComputed].flatMap((family) => Object.entries(family)),
);

export interface ComputableGraph {
  readonly nodes: readonly NodeProto[];
  readonly constants: ReadonlyMap<string, TensorProto>;
  /** Version of the operators of ONNX itself. */
  readonly opset: number;
}

const computeNode = (node: NodeProto, inputs: readonly (Constant | null)[], opset: number): readonly Constant[] => {
  const folded = foldNode(node, inputs, '');
  if (folded) return [folded];
  const kind = kinds.get(node.opType);
  if (kind === undefined) throw notComputed(node.opType);
  return kind(node, inputs, opset);
};

/**
 * @param given - values of the graph's inputs.
 * @returns all values by name, constants aside.
 * @throws NotComputed for a node of another kind, or of sizes that do not go together.
 */
export const computeGraph = (
  { nodes, constants, opset }: ComputableGraph,
  given: ReadonlyMap<string, Constant>,
): ReadonlyMap<string, Constant> => {
  const values = new Map(given);
  const read = new Map<string, Constant>();
  const find = (name: string): Constant | null => {
    if (name === '') return null;
    const known = values.get(name) ?? read.get(name);
    if (known) return known;
    const stored = constants.get(name);
    if (stored === undefined) throw notComputed(`a value "${name.slice(0, 40)}" that nothing gives`);
    const constant = readTensor(stored, '');
    read.set(name, constant);
    return constant;
  };
  for (const node of nodes) {
    const made = computeNode(node, node.input.map(find), opset);
    node.output.forEach((name, i) => {
      if (name !== '' && made[i]) values.set(name, made[i]);
    });
  }
  return values;
};
