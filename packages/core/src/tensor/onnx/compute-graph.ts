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
  /** Grows by what depends on constants alone, which is then computed once for many runs. */
  readonly known?: Map<string, Constant>;
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
  { nodes, constants, opset, known = new Map() }: ComputableGraph,
  given: ReadonlyMap<string, Constant>,
): ReadonlyMap<string, Constant> => {
  const values = new Map(given);
  const find = (name: string): Constant | null => {
    if (name === '') return null;
    const found = values.get(name) ?? known.get(name);
    if (found) return found;
    const stored = constants.get(name);
    if (stored === undefined) throw notComputed(`a value "${name.slice(0, 40)}" that nothing gives`);
    const constant = readTensor(stored, '');
    known.set(name, constant);
    return constant;
  };
  for (const node of nodes) {
    if (node.output.every((name) => known.has(name))) continue;
    const made = computeNode(node, node.input.map(find), opset);
    const isFixed = node.input.every((name) => name === '' || known.has(name));
    node.output.forEach((name, i) => {
      if (name !== '' && made[i]) (isFixed ? known : values).set(name, made[i]);
    });
  }
  return values;
};
