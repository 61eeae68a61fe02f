/** What other programs do not have of a layer, as its definition and that of its activation say. */
import { activationRegistry } from '../../activations/index.ts';
import { tfjsLacks } from '../../formats/tfjs/write.ts';
import { definitionOf, type LayerSpec } from '../../layers/index.ts';

const lacksInBoth = (spec: LayerSpec): string | null => {
  const { keras, activation } = definitionOf(spec);
  const used = activation(spec);
  if (keras === null) return spec.type;
  return used === null || activationRegistry.get(used).keras !== null ? null : used;
};

export const lacksInKeras = (spec: LayerSpec): string | null =>
  lacksInBoth(spec) ?? definitionOf(spec).kerasLacks(spec);

export const lacksInTfjs = (spec: LayerSpec): string | null => lacksInBoth(spec) ?? tfjsLacks(spec);
