/**
 * What of a network can be edited, and the network that comes of it.
 *
 * In: a network of the zoo or of a file, and other layers. Out: a network. What is wrong with it is said by `check.ts`.
 */
import {
  type AutoencoderSpec,
  type LayerLinks,
  type LayerSpec,
  type LossSpec,
  networks,
  type Shape,
} from 'latent-plane';
import { definitionOf, layerDefinitions } from 'latent-plane/internal';

/** Id of a network that is no longer the zoo's. */
export const EDITED_ID = 'custom';

/** Those that are trained from images alone: a tuned decoder needs another network's encoder. */
export const trainable: readonly AutoencoderSpec[] = networks.filter(
  (network): network is AutoencoderSpec => network.kind === 'autoencoder' && network.frozenEncoder === undefined,
);

/** What of a network can be edited. */
export interface Architecture {
  readonly inputShape: Shape;
  readonly label?: AutoencoderSpec['label'];
  readonly encoder: readonly LayerSpec[];
  readonly decoder: readonly LayerSpec[];
  readonly loss: LossSpec;
}

export const architectureOf = ({ inputShape, label, encoder, decoder, loss }: Architecture): Architecture => ({
  inputShape,
  ...(label === undefined ? {} : { label }),
  encoder,
  decoder,
  loss,
});

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Whether two networks compute and minimise the same. */
export const isSameArchitecture = (a: Architecture, b: Architecture): boolean =>
  same(architectureOf(a), architectureOf(b));

const isOfZoo = (base: AutoencoderSpec): boolean => trainable.includes(base);

/** A network with other layers; the same layers make it what it was. A network of a person's own keeps its name. */
export const withArchitecture = (base: AutoencoderSpec, changed: Architecture): AutoencoderSpec => {
  if (isSameArchitecture(base, changed)) return base;
  const { label: _, ...rest } = base;
  const next = { ...rest, ...architectureOf(changed) };
  return isOfZoo(base)
    ? {
        ...next,
        id: EDITED_ID,
        title: `Edited from ${base.id}`,
        file: `autoencoders/${EDITED_ID}.keras`,
        published: null,
        record: `Layers edited in the page, from ${base.id}.`,
      }
    : next;
};

/** Those that a layer of another type can take as well. */
const keptInputs = ({ inputs }: LayerSpec, [least, most]: readonly [number, number]): LayerLinks =>
  inputs === undefined || inputs.length < least ? {} : { inputs: inputs.slice(0, most) };

/** A layer of a type, as a form begins with it: what the old one and the new have in common stays, its name and inputs too. */
export const newLayer = (type: LayerSpec['type'], like?: LayerSpec): LayerSpec => {
  const definition = layerDefinitions.find((candidate) => candidate.type === type) ?? layerDefinitions[0];
  if (like === undefined) return definition.defaults;
  const before = like as unknown as Readonly<Record<string, unknown>>;
  const kept = Object.keys(definition.fields).filter((name) => {
    const [old, now] = [definitionOf(like).fields[name], definition.fields[name]];
    if (before[name] === undefined) return false;
    return old?.kind === now.kind && (now.kind !== 'choice' || now.choices.includes(String(before[name])));
  });
  return {
    ...definition.defaults,
    ...Object.fromEntries(kept.map((name) => [name, before[name]])),
    ...(like.name === undefined ? {} : { name: like.name }),
    ...keptInputs(like, definition.inputs),
  } as LayerSpec;
};
