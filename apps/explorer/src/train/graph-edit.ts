/**
 * Changes of the layers of a part that leave it wired as it was.
 *
 * In: layers, and what is done to one of them. Out: the layers after it. A layer without a name of its own is known by
 * its type and a number, which change when layers come, go and move: the `inputs` of others follow it.
 */
import type { LayerSpec } from 'latent-plane';
import { nameLayers, PART_INPUT } from 'latent-plane/internal';

export type Layers = readonly LayerSpec[];

/** The layers in another order or with others among them. @param origins - where each was before; null of one that is new. */
const rewired = (
  before: Layers,
  after: Layers,
  origins: readonly (number | null)[],
  instead: ReadonlyMap<string, string> = new Map(),
): Layers => {
  const [was, is] = [nameLayers(before), nameLayers(after)];
  const renamed = new Map(instead);
  origins.forEach((origin, i) => {
    if (origin !== null) renamed.set(was[origin], is[i]);
  });
  for (const [name, next] of instead) renamed.set(name, renamed.get(next) ?? next);
  return after.map((layer, i) =>
    layer.inputs === undefined || origins[i] === null
      ? layer
      : { ...layer, inputs: layer.inputs.map((name) => renamed.get(name) ?? name) },
  );
};

/** Whether a name stands for one layer alone. */
const isOwn = (layers: Layers, index: number): boolean => {
  const names = nameLayers(layers);
  return names.indexOf(names[index]) === names.lastIndexOf(names[index]);
};

/** Another layer in the place of one: its name, type or fields differ. */
export const withLayer = (layers: Layers, index: number, layer: LayerSpec): Layers => {
  const after = layers.map((old, i) => (i === index ? layer : old));
  // Two of one name are a fault that is told; nothing is rewired by it.
  return isOwn(layers, index) && isOwn(after, index)
    ? rewired(
        layers,
        after,
        layers.map((_, i) => i),
      )
    : after;
};

export const withLayerAt = (layers: Layers, index: number, layer: LayerSpec): Layers =>
  rewired(
    layers,
    [...layers.slice(0, index), layer, ...layers.slice(index)],
    [...layers.keys()].flatMap((i) => (i === index ? [null, i] : [i])).concat(index === layers.length ? [null] : []),
  );

/** What took its output takes what it took. */
export const withoutLayer = (layers: Layers, index: number): Layers => {
  const names = nameLayers(layers);
  const source = layers[index].inputs?.[0] ?? names[index - 1] ?? PART_INPUT;
  const kept = [...layers.keys()].filter((i) => i !== index);
  return rewired(
    layers,
    kept.map((i) => layers[i]),
    kept,
    new Map([[names[index], source]]),
  );
};

/** @param order - for each place, where its layer was. */
export const inOrder = (layers: Layers, order: readonly number[]): Layers =>
  rewired(
    layers,
    order.map((i) => layers[i]),
    order,
  );
