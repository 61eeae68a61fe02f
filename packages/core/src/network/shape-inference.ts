/**
 * Shapes and parameters of the layers of a part.
 *
 * In: layer specs, a chain or each with the names of its inputs, and the shape of what enters. Out: each layer with its name, shapes and parameters.
 * What joins the parts of a network is checked in `network.ts`.
 */
import { type ErrorFacts, inputError } from '../errors.ts';
import { definitionOf, LABEL_INPUT, type LayerSpec, PART_INPUT, type PartName } from '../layers/index.ts';
import { counted, suggestion } from '../registry/index.ts';
import type { Shape } from '../tensor/index.ts';
import { elementCount, formatShape } from '../tensor/shape.ts';
import type { ParameterSpec } from './types.ts';

/** A layer in its place: what flows in, what flows out, what it learns. */
export interface ResolvedLayer {
  /** Within its part: its own, or as Keras would name it: `dense`, `dense_1`. */
  readonly name: string;
  /** The layer as plain data. */
  readonly spec: LayerSpec;
  /** Names of the layers whose outputs it takes; `input` and `label` are what enters the part. */
  readonly inputs: readonly string[];
  /** Of each input, without the batch axis. */
  readonly inputShapes: readonly Shape[];
  /** Of the first input. */
  readonly inputShape: Shape;
  /** Without the batch axis. */
  readonly outputShape: Shape;
  /** Kernel before bias; trained weights and running state. */
  readonly parameters: readonly ParameterSpec[];
  /** Values in all parameters together. */
  readonly parameterCount: number;
}

/** More values than this for one image is a slip or an attack: 64 MiB of float32. */
export const MAX_ELEMENTS = 2 ** 24;

/**
 * Names of layers: their own, else the type's, then `_1`, `_2`, ... counted by type within the part. A number that a
 * layer's own name has is passed over.
 */
export const nameLayers = (layers: readonly LayerSpec[]): string[] => {
  const own = new Set(layers.flatMap(({ name }) => name ?? []));
  const seen = new Map<string, number>();
  return layers.map((spec) => {
    if (spec.name !== undefined) return spec.name;
    const { baseName } = definitionOf(spec);
    for (let count = seen.get(baseName) ?? 0; ; count++) {
      const name = count === 0 ? baseName : `${baseName}_${count}`;
      seen.set(baseName, count + 1);
      if (!own.has(name)) return name;
    }
  });
};

/** Values in all of these parameters together. */
export const countParameters = (parameters: readonly ParameterSpec[]): number =>
  parameters.reduce((sum, { shape }) => sum + elementCount(shape), 0);

/** What enters a part, and where it stands. */
export interface PartPlace {
  /** Of the image or the code, without the batch axis. */
  readonly inputShape: Shape;
  /** Classes of the label that enters beside it; null for none. */
  readonly classes?: number | null;
  /** First segment of every parameter's name. */
  readonly part: PartName;
  /** For messages. */
  readonly networkId: string;
}

/** Names that each layer takes, checked. */
const linkLayers = (
  layers: readonly LayerSpec[],
  names: readonly string[],
  { part, networkId, classes = null }: PartPlace,
): string[][] => {
  const fault = (layer: string, facts: ErrorFacts) =>
    inputError('invalid-layer', { ...facts, at: { network: networkId, part, layer, ...facts.at } });
  const known = [PART_INPUT, ...(classes === null ? [] : [LABEL_INPUT])];
  const before = new Set<string>(known);
  const links = layers.map(({ inputs }, index): string[] => {
    const name = names[index];
    if (before.has(name))
      throw fault(name, { at: { field: 'name' }, problem: 'two layers have this name', hint: 'rename one' });
    const sources = inputs ?? [names[index - 1] ?? PART_INPUT];
    const [least, most] = definitionOf(layers[index]).inputs;
    if (sources.length < least || sources.length > most)
      throw fault(name, {
        at: { field: 'inputs' },
        expected: least === most ? counted(least, 'input') : `${least} to ${most} inputs`,
        got: String(sources.length),
        hint: 'name the layers whose outputs it takes in "inputs"',
      });
    const other = definitionOf(layers[index]).ofLabel ? sources.find((source) => source !== LABEL_INPUT) : undefined;
    if (other !== undefined)
      throw fault(name, {
        at: { field: 'inputs' },
        expected: `"${LABEL_INPUT}", the label of an image, alone`,
        got: `"${other}"`,
        hint: `say inputs: [${LABEL_INPUT}]${classes === null ? ', and of the network how many classes there are: label: { classes: 10 }' : ''}`,
      });
    for (const source of sources) {
      if (before.has(source)) continue;
      const problem = names.includes(source)
        ? `"${source}" does not come before it`
        : source === LABEL_INPUT
          ? 'the network takes no label'
          : `there is no layer "${source}"`;
      const hint =
        source === LABEL_INPUT
          ? 'say how many classes there are: label: { classes: 10 }'
          : `take one of ${[...before].join(', ')}${suggestion(source, [...before])}`;
      throw fault(name, { at: { field: 'inputs' }, problem, hint });
    }
    before.add(name);
    return [...sources];
  });
  return links;
};

/**
 * Follows shapes through the layers of a part.
 *
 * @returns a resolved layer for each spec, in order; `[]` for no layers. The last one gives what leaves the part.
 * @throws LatentError `invalid-layer` for a field out of bounds, or inputs that are not there; `shape-mismatch` for a
 *   layer that cannot follow, `layer-too-large` for an output of more than 2^24 values.
 */
export const inferLayers = (layers: readonly LayerSpec[], place: PartPlace): ResolvedLayer[] => {
  const { inputShape, classes = null, part, networkId } = place;
  const names = nameLayers(layers);
  const links = linkLayers(layers, names, place);
  const shapes = new Map<string, Shape>([
    [PART_INPUT, inputShape],
    ...(classes === null ? [] : [[LABEL_INPUT, [classes]] as const]),
  ]);
  return layers.map((spec, index) => {
    const definition = definitionOf(spec);
    const name = names[index];
    const at = { networkId, part, layer: name };
    definition.validate(spec, at);
    const inputShapes = links[index].map((source) => shapes.get(source) ?? inputShape);
    const [first] = inputShapes;
    const outputShape = definition.outputShape(spec, first, at, inputShapes);
    shapes.set(name, outputShape);
    if (elementCount(outputShape) > MAX_ELEMENTS) {
      throw inputError('layer-too-large', {
        at: { network: networkId, part, layer: name },
        expected: `at most ${MAX_ELEMENTS} values for one image`,
        got: formatShape(outputShape),
        hint: 'take fewer units, filters or a smaller factor',
      });
    }
    const parameters = definition
      .weights(spec, first)
      .map(({ role, ...array }): ParameterSpec => ({ name: `${part}/${name}/${role}`, ...array }));
    return {
      name,
      spec,
      inputs: links[index],
      inputShapes,
      inputShape: first,
      outputShape,
      parameters,
      parameterCount: countParameters(parameters),
    };
  });
};

/** The first layer whose output nothing takes, though it is not the last; null where there is none. */
export const unusedLayer = (layers: readonly ResolvedLayer[]): ResolvedLayer | null => {
  const used = new Set(layers.flatMap(({ inputs }) => inputs));
  return layers.slice(0, -1).find(({ name }) => !used.has(name)) ?? null;
};

/** Whether each layer takes what the one before it gives, and nothing else. */
export const isChain = (layers: readonly ResolvedLayer[]): boolean =>
  layers.every(({ inputs }, i) => inputs.length === 1 && inputs[0] === (layers[i - 1]?.name ?? PART_INPUT));
