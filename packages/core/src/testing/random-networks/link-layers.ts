/** The layers of a draft as a file has them: names, and inputs where a layer does not take the one before it alone. */
import { definitionOf, LABEL_INPUT, type LayerSpec, layerDefinitions, PART_INPUT } from '../../layers/index.ts';
import { nameLayers } from '../../network/index.ts';
import type { Dice } from './dice.ts';
import type { PartDraft, Source } from './draw-layers.ts';

const NAMED = 0.3;
/** Says what it takes though it need not. */
const EXPLICIT = 0.15;
const NUMBERS = 4;

/** Names as people give them, and such as layers without a name get by their type. */
const ownName = (dice: Dice, index: number): string =>
  dice.pick([
    () => `block_${index}`,
    () => `Skip-${index}`,
    () => 'features',
    () => dice.pick(layerDefinitions).baseName,
    () => `${dice.pick(layerDefinitions).baseName}_${dice.roll(NUMBERS)}`,
  ])();

const withOwnNames = (specs: readonly LayerSpec[], dice: Dice): LayerSpec[] => {
  const taken = new Set<string>();
  return specs.map((spec, index) => {
    const name = ownName(dice, index);
    if (!dice.chance(NAMED) || taken.has(name)) return spec;
    taken.add(name);
    return { ...spec, name };
  });
};

export const linkedLayers = ({ layers, entering, dice }: PartDraft): readonly LayerSpec[] => {
  const specs = withOwnNames(
    layers.map(({ spec }) => spec),
    dice,
  );
  const names = nameLayers(specs);
  const nameOf = new Map<Source, string>([
    ...[PART_INPUT, LABEL_INPUT].flatMap((name, i) => (entering[i] ? [[entering[i], name] as const] : [])),
    ...layers.map((layer, i) => [layer, names[i]] as const),
  ]);
  return specs.map((spec, i) => {
    const inputs = layers[i].sources.map((source) => nameOf.get(source) ?? PART_INPUT);
    const isNext = inputs.length === 1 && inputs[0] === (names[i - 1] ?? PART_INPUT);
    return isNext && definitionOf(spec).inputs[0] === 1 && !dice.chance(EXPLICIT) ? spec : { ...spec, inputs };
  });
};
