/**
 * Layers that follow the shapes before them. No type is named here: one that is new takes part by its fields, whose values
 * are drawn until its definition says that it follows.
 */
import { LatentError } from '../../errors.ts';
import type { LayerDefinition, LayerSpec, PartName } from '../../layers/index.ts';
import { layerDefinitions } from '../../layers/index.ts';
import { elementCount, type Shape, sameShape } from '../../tensor/index.ts';
import type { Dice } from './dice.ts';
import { drawFields, type Hints } from './draw-fields.ts';

/** A tensor that layers of a part may take: what enters it, the label, or what a layer gives. */
export interface Source {
  readonly shape: Shape;
}

/** A layer with what it takes. */
export interface DrawnLayer extends Source {
  readonly spec: LayerSpec;
  readonly sources: readonly Source[];
}

/** What is drawn so far of a part, and with what. */
export interface PartDraft {
  readonly part: PartName;
  readonly dice: Dice;
  /** What enters it: image or code, and the label where the network has one. */
  readonly entering: readonly Source[];
  readonly layers: readonly DrawnLayer[];
  /** Whether a layer may be among them. */
  suits(layer: LayerSpec): boolean;
}

/** Values of one image between two layers. */
const MOST_ELEMENTS = 400;
const TRIES = 12;
const MOST_JOINED = 3;

export const isGaussian = ({ gaussian, defaults }: LayerDefinition): boolean => gaussian(defaults) !== null;

/** Types that may stand anywhere, which a Gaussian code may not. */
const anywhere = layerDefinitions.filter((definition) => !isGaussian(definition) && !definition.ofLabel);
const single = anywhere.filter(({ inputs: [least] }) => least === 1);
/** Types that take the label alone. */
const ofLabel = layerDefinitions.filter((definition) => definition.ofLabel);

const permuted = (rank: number, dice: Dice): Shape => {
  const axes = Array.from({ length: rank }, (_, i) => i + 1);
  return axes.map((_, i) => axes.splice(dice.roll(rank - i), 1)[0]);
};

/** A shape of as many values. */
const reshaped = (count: number, dice: Dice): Shape => {
  const divisors = (n: number) => Array.from({ length: n }, (_, i) => i + 1).filter((d) => n % d === 0);
  const first = dice.pick(divisors(count));
  const second = dice.pick(divisors(count / first));
  return dice.pick([[count], [first, count / first], [first, second, count / first / second]]);
};

/** Of the target what a layer may have to name to reach it, and of the input what it may keep. */
const hintsFor = (input: Shape, target: Shape | null, dice: Dice): Hints => {
  const count = elementCount(input);
  const sizes = target === null ? [] : [elementCount(target), target[target.length - 1]];
  return {
    counts: sizes,
    shapes: [permuted(input.length, dice), reshaped(count, dice), ...(target === null ? [] : [target, target])],
  };
};

/** What a layer gives of these; null where it cannot follow, or is larger than is tried here. */
const outputOf = (
  definition: LayerDefinition,
  spec: LayerDefinition['defaults'],
  sources: readonly Source[],
  { part, suits }: PartDraft,
): Shape | null => {
  // Drawn from the fields of its type.
  if (!suits(spec as LayerSpec)) return null;
  const place = { networkId: 'random', part, layer: 'layer' } as const;
  const shapes = sources.map(({ shape }) => shape);
  try {
    definition.validate(spec, place);
    const shape = definition.outputShape(spec, shapes[0], place, shapes);
    return elementCount(shape) <= MOST_ELEMENTS ? shape : null;
  } catch (error) {
    if (error instanceof LatentError && error.kind === 'input') return null;
    throw error;
  }
};

/** Every tensor that a layer behind the draft may take. */
export const sourcesOf = ({ entering, layers }: PartDraft): readonly Source[] => [...entering, ...layers];

/** What the next layer of a chain takes. */
export const endOf = ({ entering, layers }: PartDraft): Source => layers.at(-1) ?? entering[0];

export const withLayers = (draft: PartDraft, layers: readonly DrawnLayer[]): PartDraft => ({
  ...draft,
  layers: [...draft.layers, ...layers],
});

/** Layers from a tensor to a shape, one or two of any types; null where none were found. */
export const drawPath = (draft: PartDraft, from: Source, target: Shape, tries: number): DrawnLayer[] | null => {
  const { dice } = draft;
  for (let attempt = 0; attempt < tries; attempt++) {
    const path: DrawnLayer[] = [];
    for (const _ of [0, 1]) {
      const source = path.at(-1) ?? from;
      const definition = dice.pick(single);
      const spec = {
        type: definition.type,
        ...drawFields(definition.fields, dice, hintsFor(source.shape, target, dice)),
      };
      const shape = outputOf(definition, spec, [source], draft);
      if (shape === null) break;
      // Drawn from the fields of its type, and checked against them.
      path.push({ spec: spec as LayerSpec, sources: [source], shape });
      if (sameShape(shape, target)) return path;
    }
  }
  return null;
};

/** Another input of a join: a tensor of the same shape, any tensor, or a branch that comes to the shape. */
const anotherInput = (draft: PartDraft, end: Source): { readonly source: Source; readonly path: DrawnLayer[] } => {
  const { dice } = draft;
  const all = sourcesOf(draft);
  if (dice.chance(0.25)) return { source: dice.pick(all), path: [] };
  const alike = all.filter(({ shape }) => sameShape(shape, end.shape));
  if (dice.chance(0.3)) return { source: dice.pick(alike), path: [] };
  const path = drawPath(draft, dice.pick(all), end.shape, TRIES);
  return path === null ? { source: dice.pick(alike), path: [] } : { source: path[path.length - 1], path };
};

/**
 * A layer of a type behind the draft, with the branches that it joins before it; null where it does not follow.
 *
 * @param other - has to be among its inputs, where it has several.
 */
export const drawLayer = (
  draft: PartDraft,
  definition: LayerDefinition,
  { target = null, other }: { readonly target?: Shape | null; readonly other?: Source } = {},
): DrawnLayer[] | null => {
  const { dice } = draft;
  const end = endOf(draft);
  const [least, most] = definition.inputs;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const fewest = other === undefined ? least : Math.max(least, 2);
    const count = fewest + dice.roll(1 + Math.max(0, Math.min(most, MOST_JOINED) - fewest));
    const spec = { type: definition.type, ...drawFields(definition.fields, dice, hintsFor(end.shape, target, dice)) };
    const others = Array.from({ length: count - 1 }, (_, i) =>
      other !== undefined && i === 0 ? { source: other, path: [] } : anotherInput(draft, end),
    );
    const sources = [end, ...others.map(({ source }) => source)];
    const shape = outputOf(definition, spec, sources, draft);
    if (shape === null || (target !== null && !sameShape(shape, target))) continue;
    // Drawn from the fields of its type, and checked against them.
    return [...others.flatMap(({ path }) => path), { spec: spec as LayerSpec, sources, shape }];
  }
  return null;
};

/** The draft with another layer of any type. */
export const drawNext = (draft: PartDraft): PartDraft => {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const layers = drawLayer(draft, draft.dice.pick(anywhere));
    if (layers !== null) return withLayers(draft, layers);
  }
  return draft;
};

/** A layer that takes the label alone, half of the times. */
const drawOfLabel = (draft: PartDraft, label: Source): readonly DrawnLayer[] => {
  const { dice } = draft;
  if (!dice.chance(0.5)) return [];
  const definition = dice.pick(ofLabel);
  const spec = { type: definition.type, ...drawFields(definition.fields, dice, hintsFor(label.shape, null, dice)) };
  const shape = outputOf(definition, spec, [label], draft);
  // Drawn from the fields of its type, and checked against them.
  return shape === null ? [] : [{ spec: spec as LayerSpec, sources: [label], shape }];
};

/** The draft with a layer that takes the label too; null where none was found. */
export const drawLabelled = (draft: PartDraft, label: Source): PartDraft | null => {
  const { dice } = draft;
  const joins = anywhere.filter(({ inputs: [, most] }) => most > 1);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const end = endOf(draft);
    const table = drawOfLabel(draft, label);
    const from = table.at(-1) ?? label;
    const path = dice.chance(0.5) ? (drawPath(draft, from, end.shape, TRIES) ?? []) : [];
    const layers = drawLayer(draft, dice.pick(joins), { other: path.at(-1) ?? from });
    if (layers !== null) return withLayers(draft, [...table, ...path, ...layers]);
  }
  return null;
};
