/**
 * A part whose layers branch and join, as a Functional model of Keras and TensorFlow.js.
 *
 * In: a resolved part and what its layers are called. Out: the wiring as both programs write it, and the order in which
 * Keras keeps the layers, by which it names their weights.
 */
import { LABEL_INPUT, PART_INPUT } from '../../layers/index.ts';
import { isChain, type ResolvedLayer, type ResolvedPart, takesLabel } from '../../network/index.ts';
import type { Shape } from '../../tensor/index.ts';
import type { JsonObject } from './place.ts';

/** A part as it is written. */
export interface WrittenPart extends ResolvedPart {
  /** Layers whose outputs the model gives, and their names in the file; the last layer alone where absent. */
  readonly heads?: ReadonlyMap<ResolvedLayer, string>;
  /** It is a Functional model even where each layer follows the one before it. */
  readonly isModel?: true;
}

/** Whether a part is written as Sequential: each layer follows the one before it. */
export const isSequential = ({ layers, isModel }: Pick<WrittenPart, 'layers' | 'isModel'>): boolean =>
  isModel !== true && isChain(layers);

/** Layers whose outputs are those of the model. */
export const endsOf = ({ layers, heads }: WrittenPart): readonly ResolvedLayer[] =>
  heads === undefined ? [layers[layers.length - 1]] : [...heads.keys()];

/** The class of a part in Keras. */
export const partClass = (part: WrittenPart): 'Sequential' | 'Functional' =>
  isSequential(part) ? 'Sequential' : 'Functional';

/** What enters a part: the name of the input layer, and its shape without the batch axis. */
export interface PartInputLayer {
  /** As the layers of the part name it. */
  readonly source: string;
  readonly name: string;
  readonly shape: Shape;
}

/** Input layers of a part, the label last. */
export const inputLayersOf = (part: ResolvedPart): readonly PartInputLayer[] => {
  const label = part.layers.find(({ inputs }) => inputs.includes(LABEL_INPUT));
  return [
    { source: PART_INPUT, name: `${part.name}_input`, shape: part.inputShape },
    ...(label && takesLabel(part)
      ? [
          {
            source: LABEL_INPUT,
            name: `${part.name}_label`,
            shape: label.inputShapes[label.inputs.indexOf(LABEL_INPUT)],
          },
        ]
      : []),
  ];
};

/**
 * The order in which Keras keeps the layers of a Functional model: the longest way to an output first, and among equals
 * the one that is met first on the way back from them. Source: Keras, `map_graph` of `function.py`.
 */
export const kerasOrder = (part: WrittenPart): readonly ResolvedLayer[] => {
  if (isSequential(part)) return part.layers;
  const byName = new Map(part.layers.map((layer) => [layer.name, layer]));
  const met = new Map<ResolvedLayer, number>();
  const visit = (layer: ResolvedLayer): void => {
    if (met.has(layer)) return;
    met.set(layer, met.size);
    for (const source of layer.inputs) {
      const before = byName.get(source);
      if (before) visit(before);
    }
  };
  for (const end of endsOf(part)) visit(end);
  const depths = new Map<ResolvedLayer, number>();
  for (const layer of [...part.layers].reverse()) {
    const depth = depths.get(layer) ?? 0;
    depths.set(layer, depth);
    for (const source of layer.inputs) {
      const before = byName.get(source);
      if (before) depths.set(before, Math.max(depths.get(before) ?? 0, depth + 1));
    }
  }
  const rank = (layer: ResolvedLayer): number => met.get(layer) ?? 0;
  return [...part.layers].sort((a, b) => (depths.get(b) ?? 0) - (depths.get(a) ?? 0) || rank(a) - rank(b));
};

/** A reference to the output of a layer. @param call - how often it was called before. */
const reference = (name: string, call = 0): readonly unknown[] => [name, call, 0];

/**
 * What a layer follows, in the form that both generations of Keras read.
 *
 * @param callOf - of the layer that is followed, how often it was called before.
 */
export const inboundNodes = (
  sources: readonly string[],
  callOf: (name: string) => number = () => 0,
): readonly unknown[] => (sources.length === 0 ? [] : [sources.map((name) => [...reference(name, callOf(name)), {}])]);

/** The config of a Functional model. @param call - of its outputs, how often those layers were called before. */
export const functionalConfig = (
  name: string,
  layers: readonly JsonObject[],
  inputs: readonly string[],
  outputs: readonly string[],
  call = 0,
): JsonObject => ({
  name,
  trainable: true,
  layers,
  input_layers: inputs.map((input) => reference(input)),
  output_layers: outputs.map((output) => reference(output, call)),
});

/** How the layers of a part are written. */
interface Wiring {
  /** Of a layer in the file. */
  nameOf(layer: ResolvedLayer): string;
  inputNode(input: PartInputLayer): JsonObject;
  layerNode(layer: ResolvedLayer): JsonObject;
  /** A layer of that name which passes a tensor on, for what a layer takes more than once; as it is where absent. */
  repeatNode?(name: string): JsonObject;
}

/** The layers of a Functional model, each with what it follows. */
export const wired = (
  part: WrittenPart,
  { nameOf, inputNode, layerNode, repeatNode }: Wiring,
): readonly JsonObject[] => {
  const inputs = inputLayersOf(part);
  const names = new Map([
    ...inputs.map(({ source, name }): [string, string] => [source, name]),
    ...part.layers.map((layer): [string, string] => [layer.name, nameOf(layer)]),
  ]);
  return [
    ...inputs.map((input) => ({ ...inputNode(input), name: input.name, inbound_nodes: [] })),
    ...kerasOrder(part).flatMap((layer) => {
      const sources = layer.inputs.map((source) => names.get(source) ?? source);
      // No layer's own name has a dot.
      const repeats = sources.flatMap((source, i) =>
        repeatNode && sources.indexOf(source) < i ? [{ source, i, name: `${nameOf(layer)}.${i}` }] : [],
      );
      const taken = sources.map((source, i) => repeats.find((repeat) => repeat.i === i)?.name ?? source);
      return [
        ...repeats.map(({ source, name }) => ({ ...repeatNode?.(name), name, inbound_nodes: inboundNodes([source]) })),
        { ...layerNode(layer), name: nameOf(layer), inbound_nodes: inboundNodes(taken) },
      ];
    }),
  ];
};
