/** The layers of a Keras file in the order of data, put together to the parts of a network. */
import { type Activation, activationRegistry } from '../../activations/index.ts';
import type { LatentError } from '../../errors.ts';
import { commutes, definitionOf, type LayerSpec, withActivation } from '../../layers/index.ts';
import { type KerasPlace, unsupportedLayer } from './place.ts';
import type { Address } from './tree.ts';

/** Where a layer's values lie. */
export interface KerasSource {
  readonly address: Address;
  /** Weights that the file does not have, and that are zeros. */
  readonly zeros: readonly string[];
}

/** A layer of the file. */
export interface KerasLayer {
  readonly name: string;
  readonly spec: LayerSpec;
  /** Null for a layer without values; by head where other layers of the file are its heads. */
  readonly source: KerasSource | { readonly heads: ReadonlyMap<string, KerasSource> } | null;
}

/** What one step of the walk comes to. */
export interface Visited {
  readonly isModel: boolean;
  readonly layers: readonly KerasLayer[];
  readonly activation?: { readonly activation: Activation; readonly place: KerasPlace };
}

/** The error of an activation that fits into none of the layers before it. */
const misplaced = (
  { activation, place }: NonNullable<Visited['activation']>,
  target: KerasLayer | undefined,
): LatentError => {
  if (target !== undefined && definitionOf(target.spec).values(target.spec) === 'maxima') {
    const known = activationRegistry.entries.filter(({ elementwise, monotone }) => elementwise && monotone);
    return unsupportedLayer(place, {
      expected: `an activation that never falls (${known.map(({ id }) => id).join(', ')}) after "${target.name}"`,
      got: `${activation}, which gives other values there than before it`,
      hint: `put it into the layer before "${target.name}" and train again`,
    });
  }
  return unsupportedLayer(place, {
    expected: 'a Dense or convolutional layer without activation before it',
    got: `${target ? `"${target.name}"` : 'none'}`,
    hint: 'put the activation into the layer',
  });
};

/** Puts an activation of its own layer into the layer that makes its numbers. */
const mergeActivation = (layers: KerasLayer[], visited: NonNullable<Visited['activation']>): void => {
  const { activation } = visited;
  if (activation === 'linear') return;
  let at = layers.length - 1;
  while (at >= 0 && commutes(layers[at].spec, activation)) at -= 1;
  const target = layers[at];
  const spec = target === undefined ? null : withActivation(target.spec, activation);
  if (spec === null) throw misplaced(visited, target);
  layers[at] = { ...target, spec };
};

/** Sub-models are parts; loose layers belong to the part before them, at the start to the one after. */
export const joinParts = (visited: readonly Visited[]): KerasLayer[][] => {
  const parts: KerasLayer[][] = [[]];
  let open = true;
  for (const { isModel, layers, activation } of visited) {
    const last = parts[parts.length - 1];
    if (activation) mergeActivation(last, activation);
    else if (isModel && !open) parts.push([...layers]);
    else last.push(...layers);
    if (isModel) open = false;
  }
  return parts;
};
