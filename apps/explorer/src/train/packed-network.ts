/**
 * Networks in links: their layers, and where they came out of a file its names and recipe too.
 *
 * In: a network, or text out of an address that anybody may have written. Out: the other one, not yet checked: what is
 * wrong with it is said by `check.ts`.
 */
import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate';
import {
  type AutoencoderSpec,
  type LayerLinks,
  type LayerSpec,
  type LossSpec,
  parseRecipe,
  type Recipe,
} from 'latent-plane';
import { isRecord, layerDefinitions, lossField, valueWithCurrentNames, withCurrentNames } from 'latent-plane/internal';
import { type Architecture, architectureOf, EDITED_ID, trainable } from './architecture.ts';

/** The file that a network came out of. */
export interface NetworkSource {
  /** Of the file. */
  readonly name: string;
  /** The images that it names; null for none. */
  readonly data: string | null;
}

/** Fields that are missing are the type's defaults; of a type that is not known, nothing. */
const readLayer = (written: unknown): LayerSpec[] => {
  const definition = isRecord(written) ? layerDefinitions.find(({ type }) => type === written.type) : undefined;
  if (definition === undefined) return [];
  const value = withCurrentNames(written, definition.fields);
  if (!isRecord(value)) return [];
  const given = Object.keys(definition.fields).filter((name) => value[name] !== undefined);
  // The check of the layer tells what a field must not be.
  return [
    {
      ...definition.defaults,
      ...Object.fromEntries(given.map((name) => [name, value[name]])),
      ...linksOf(value),
    } as LayerSpec,
  ];
};

/** Name and inputs of a layer, as far as it says them. */
const linksOf = ({ name, inputs }: Readonly<Record<string, unknown>>): LayerLinks => ({
  ...(typeof name === 'string' ? { name } : {}),
  ...(Array.isArray(inputs) && inputs.every((input) => typeof input === 'string') ? { inputs } : {}),
});

const toBase64 = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
const fromBase64 = (text: string): Uint8Array =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));

const MAX_UNPACKED = 100_000;

/** What a link holds of a network that is not of the zoo. */
interface PackedSource extends NetworkSource {
  readonly id: string;
  readonly title: string;
  readonly record: string;
  readonly recipe: Recipe;
}

/** For a link. @param of - where the network came out of a file. */
export const packArchitecture = (architecture: Architecture, of?: PackedSource): string =>
  toBase64(
    deflateSync(strToU8(JSON.stringify({ ...architectureOf(architecture), ...(of === undefined ? {} : { of }) })), {
      level: 9,
    }),
  );

const unpack = (packed: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(
      strFromU8(inflateSync(fromBase64(packed), { out: new Uint8Array(MAX_UNPACKED) })),
    );
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
};

const isSize = (size: unknown): boolean => Number.isInteger(size) && Number(size) > 0;

const architectureIn = (
  { encoder, decoder, inputShape, label, loss }: Readonly<Record<string, unknown>>,
  base: Pick<AutoencoderSpec, 'inputShape' | 'loss'>,
): Architecture | null => {
  if (!Array.isArray(encoder) || !Array.isArray(decoder)) return null;
  return {
    inputShape:
      Array.isArray(inputShape) && inputShape.length > 0 && inputShape.every(isSize) ? inputShape : base.inputShape,
    ...(isRecord(label) ? { label: { classes: Number(label.classes ?? Number.NaN) } } : {}),
    encoder: encoder.flatMap(readLayer),
    decoder: decoder.flatMap(readLayer),
    loss: isRecord(loss) ? (valueWithCurrentNames(loss, lossField) as LossSpec) : base.loss,
  };
};

/** Null for what cannot be read. */
export const unpackArchitecture = (packed: string, base: AutoencoderSpec): Architecture | null => {
  const value = unpack(packed);
  return value && architectureIn(value, base);
};

/** A network as a file's: both of its recipes are the one that it came with. */
const ownNetwork = (architecture: Architecture, { id, title, record, recipe }: PackedSource): AutoencoderSpec => ({
  kind: 'autoencoder',
  id,
  title,
  file: `autoencoders/${id}.keras`,
  ...architectureOf(architecture),
  recipes: { documented: recipe, best: { ...recipe, name: 'best' } },
  published: null,
  record,
});

/** The network of a file out of a link; null for what is none. */
export const unpackOwn = (
  packed: string,
): { readonly base: AutoencoderSpec; readonly source: NetworkSource } | null => {
  const value = unpack(packed);
  const of = value?.of;
  if (!value || !isRecord(of)) return null;
  const [{ inputShape, loss }] = trainable;
  const architecture = architectureIn(value, { inputShape, loss });
  const text = (field: unknown, start: string): string => (typeof field === 'string' && field !== '' ? field : start);
  const id = text(of.id, EDITED_ID);
  const name = text(of.name, `${id}.yaml`);
  try {
    const packedSource = {
      ...{ id, name, title: text(of.title, id), record: text(of.record, name) },
      data: typeof of.data === 'string' ? of.data : null,
      recipe: parseRecipe(of.recipe),
    };
    return architecture && { base: ownNetwork(architecture, packedSource), source: { name, data: packedSource.data } };
  } catch {
    return null;
  }
};
