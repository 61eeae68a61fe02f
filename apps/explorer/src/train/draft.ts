/**
 * The training that a person is putting together.
 *
 * In: what the address says, or a change. Out: a network and a recipe, and back into the address. A draft may be wrong
 * (a field left empty, layers that do not fit): what is wrong with it is said by `check.ts`.
 */
import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate';
import { type AutoencoderSpec, type LayerSpec, type LossSpec, networks, type Recipe, type Shape } from 'latent-plane';
import {
  definitionOf,
  isRecord,
  layerDefinitions,
  lossField,
  recipeWithCurrentNames,
  valueWithCurrentNames,
  withCurrentNames,
} from 'latent-plane/internal';
import { DEFAULT_TRAIN, MAX_PACKED, type RecipeName, type TrainChoice } from '../state/train-settings.ts';

export interface Draft {
  readonly base: AutoencoderSpec;
  readonly recipeName: RecipeName;
  readonly network: AutoencoderSpec;
  readonly recipe: Recipe;
  /** Of the built-in images; null for all. */
  readonly images: number | null;
}

/** Id of a network that is no longer the zoo's. */
export const EDITED_ID = 'custom';

/** Those that are trained from images alone: a tuned decoder needs another network's encoder. */
export const trainable: readonly AutoencoderSpec[] = networks.filter(
  (network): network is AutoencoderSpec => network.kind === 'autoencoder' && network.frozenEncoder === undefined,
);

/** What of a network can be edited. */
export interface Architecture {
  readonly inputShape: Shape;
  readonly encoder: readonly LayerSpec[];
  readonly decoder: readonly LayerSpec[];
  readonly loss: LossSpec;
}

const architectureOf = ({ inputShape, encoder, decoder, loss }: Architecture): Architecture => ({
  inputShape,
  encoder,
  decoder,
  loss,
});

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export const isEdited = ({ base, network }: Pick<Draft, 'base' | 'network'>): boolean =>
  !same(architectureOf(base), architectureOf(network));

/** The zoo's network with other layers; the same layers make it the zoo's again. */
export const withArchitecture = (base: AutoencoderSpec, changed: Architecture): AutoencoderSpec =>
  same(architectureOf(base), architectureOf(changed))
    ? base
    : {
        ...base,
        ...architectureOf(changed),
        id: EDITED_ID,
        title: `Edited from ${base.id}`,
        file: `autoencoders/${EDITED_ID}.keras`,
        published: null,
        record: `Layers edited in the page, from ${base.id}.`,
      };

/** Fields that are missing are the type's defaults; of a type that is not known, nothing. */
const readLayer = (written: unknown): LayerSpec[] => {
  const definition = isRecord(written) ? layerDefinitions.find(({ type }) => type === written.type) : undefined;
  if (definition === undefined) return [];
  const value = withCurrentNames(written, definition.fields);
  if (!isRecord(value)) return [];
  const given = Object.keys(definition.fields).filter((name) => value[name] !== undefined);
  // The check of the layer tells what a field must not be.
  return [{ ...definition.defaults, ...Object.fromEntries(given.map((name) => [name, value[name]])) } as LayerSpec];
};

const toBase64 = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
const fromBase64 = (text: string): Uint8Array =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));

const MAX_UNPACKED = 100_000;

/** For a link. */
export const packArchitecture = (architecture: Architecture): string =>
  toBase64(deflateSync(strToU8(JSON.stringify(architectureOf(architecture))), { level: 9 }));

/** Null for what cannot be read. */
export const unpackArchitecture = (packed: string, base: AutoencoderSpec): Architecture | null => {
  try {
    const bytes = inflateSync(fromBase64(packed), { out: new Uint8Array(MAX_UNPACKED) });
    const value: unknown = JSON.parse(strFromU8(bytes));
    if (!isRecord(value) || !Array.isArray(value.encoder) || !Array.isArray(value.decoder)) return null;
    const shape = value.inputShape;
    return {
      inputShape:
        Array.isArray(shape) && shape.length > 0 && shape.every((size) => Number.isInteger(size) && size > 0)
          ? shape
          : base.inputShape,
      encoder: value.encoder.flatMap(readLayer),
      decoder: value.decoder.flatMap(readLayer),
      loss: isRecord(value.loss) ? (valueWithCurrentNames(value.loss, lossField) as LossSpec) : base.loss,
    };
  } catch {
    return null;
  }
};

/** Changed fields with their values; null for an optional one that was taken away. */
type Changes = Readonly<Record<string, unknown>>;

const parseChanges = (text: string | null): Changes => {
  try {
    const value = recipeWithCurrentNames(JSON.parse(text ?? '{}'));
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
};

/** Said by a field of its own in the address. */
const ADDRESSED = ['name', 'source', 'seed', 'batchSize', 'epochs'];

const changesOf = (recipe: Recipe, base: Recipe): Changes => {
  const values = recipe as unknown as Changes;
  const before = base as unknown as Changes;
  const names = [...new Set([...Object.keys(values), ...Object.keys(before)])];
  return Object.fromEntries(
    names
      .filter((name) => !ADDRESSED.includes(name))
      .map((name): [string, unknown] => [name, values[name] ?? null])
      .filter(([name, value]) =>
        name === 'schedule'
          ? !same({ ...recipe.schedule, learningRate: 0 }, { ...base.schedule, learningRate: 0 })
          : !same(value, before[name] ?? null),
      ),
  );
};

/** The address's choice as a draft; what it does not say is the zoo's. */
export const draftOf = (choice: TrainChoice): Draft => {
  const base = trainable.find(({ id }) => id === choice.network) ?? trainable[0];
  const given = base.recipes[choice.recipe];
  const changes = parseChanges(choice.more);
  const changed = Object.entries({ ...given, ...changes }).filter(([, value]) => value !== null);
  // Checked by `check.ts` before it is used.
  const more = Object.fromEntries(changed) as unknown as Recipe;
  const recipe: Recipe = {
    ...more,
    seed: choice.seed ?? given.seed,
    batchSize: choice.batch ?? given.batchSize,
    epochs: choice.epochs ?? given.epochs,
    schedule: { ...more.schedule, learningRate: choice.rate ?? more.schedule.learningRate },
  };
  const architecture = choice.layers === null ? null : unpackArchitecture(choice.layers, base);
  return {
    base,
    recipeName: choice.recipe,
    network: architecture === null ? base : withArchitecture(base, architecture),
    recipe,
    images: choice.images,
  };
};

const differs = (value: number, base: number): number | null =>
  value === base || !Number.isFinite(value) ? null : value;

/** A draft as the address has it; layers that are too long for a link are left out. */
export const choiceOf = ({ base, recipeName, network, recipe, images }: Draft): TrainChoice => {
  const given = base.recipes[recipeName];
  const changes = changesOf(recipe, given);
  const layers = isEdited({ base, network }) ? packArchitecture(network) : null;
  return {
    ...DEFAULT_TRAIN,
    network: base === trainable[0] ? null : base.id,
    recipe: recipeName,
    seed: differs(recipe.seed, given.seed),
    rate: differs(recipe.schedule.learningRate, given.schedule.learningRate),
    batch: differs(recipe.batchSize, given.batchSize),
    epochs: differs(recipe.epochs, given.epochs),
    images,
    more: Object.keys(changes).length === 0 ? null : JSON.stringify(changes),
    layers: layers !== null && layers.length > MAX_PACKED ? null : layers,
  };
};

/** A layer of a type, as a form begins with it: what the old one and the new have in common stays. */
export const newLayer = (type: LayerSpec['type'], like?: LayerSpec): LayerSpec => {
  const definition = layerDefinitions.find((candidate) => candidate.type === type) ?? layerDefinitions[0];
  if (like === undefined) return definition.defaults;
  const before = like as unknown as Changes;
  const kept = Object.keys(definition.fields).filter((name) => {
    const [old, now] = [definitionOf(like).fields[name], definition.fields[name]];
    if (before[name] === undefined) return false;
    return old?.kind === now.kind && (now.kind !== 'choice' || now.choices.includes(String(before[name])));
  });
  return { ...definition.defaults, ...Object.fromEntries(kept.map((name) => [name, before[name]])) } as LayerSpec;
};
