/** The layers of a Keras file in the order of data, put together to the parts of a network. */
import type { Activation } from '../../activations/index.ts';
import { commutes, type LayerSpec, withActivation } from '../../layers/index.ts';
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
  /** `alone`: the same as a layer of its own. */
  readonly activation?: { readonly activation: Activation; readonly alone: KerasLayer };
}

/** Puts an activation of its own layer into the layer that makes its numbers; where none takes it, it stays by itself. */
const mergeActivation = (layers: KerasLayer[], { activation, alone }: NonNullable<Visited['activation']>): void => {
  if (activation === 'linear') return;
  let at = layers.length - 1;
  while (at >= 0 && commutes(layers[at].spec, activation)) at -= 1;
  const target = layers[at];
  const spec = target === undefined ? null : withActivation(target.spec, activation);
  if (spec === null) layers.push(alone);
  else layers[at] = { ...target, spec };
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
