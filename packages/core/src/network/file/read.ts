/**
 * A network with its recipe and its data set out of a file that a person writes, YAML or JSON.
 *
 * In: a text. Out: a network that can be built and trained, or an error with file, line and column. What may be left out is
 * said by the definitions (`fileDefault`).
 */
import * as v from 'valibot';
import { type ErrorPlace, inputError, LatentError, shown, withFacts } from '../../errors.ts';
import { completedLayer, gaussianOf } from '../../layers/index.ts';
import { asCombinedLoss, lossField, lossSchema, usualLoss } from '../../losses/index.ts';
import { completedVariant } from '../../registry/index.ts';
import { isRecord } from '../../registry/parse-json.ts';
import { fieldPlace, type LocatedData, readYaml } from '../../registry/read-yaml.ts';
import { checkAgainst, type DataPath, type FieldSchema, textSchema } from '../../registry/validation.ts';
import { baseName, idOf } from '../file-names.ts';
import { autoencoderEntries, idSchema, MAX_RECORD, MAX_TITLE } from '../json.ts';
import { resolveNetwork } from '../network.ts';
import { withSettings } from '../recipe/settings.ts';
import type { Recipe } from '../recipe/table.ts';
import { newRecipes } from '../recipes.ts';
import { requirePreprocessing } from '../require-preprocessing.ts';
import { nameLayers } from '../shape-inference.ts';
import type { AutoencoderSpec } from '../types.ts';
import { writtenRecipeSchema } from './recipe.ts';

/** What a network's file holds. */
export interface NetworkFile {
  /** Its two recipes are the file's. */
  readonly spec: AutoencoderSpec;
  /** How it is trained: what the file says, the rest as of any network that is new. */
  readonly recipe: Recipe;
  /** A data set by name, or a folder; null where the file names none. */
  readonly data: string | null;
  /** Where the file has a field: `data`, `recipe.epochs`. */
  readonly placeOf: (field: string) => ErrorPlace;
}

/** Longest name or path of a data set. */
export const MAX_DATA = 4096;

const code = 'invalid-network';

const completedLayers = (value: unknown): unknown => (Array.isArray(value) ? value.map(completedLayer) : value);

const completed = (value: unknown): unknown => {
  if (!isRecord(value)) return value;
  const { encoder, decoder, loss } = value;
  return {
    ...value,
    ...(encoder === undefined ? {} : { encoder: completedLayers(encoder) }),
    ...(decoder === undefined ? {} : { decoder: completedLayers(decoder) }),
    ...(loss === undefined ? {} : { loss: completedVariant(asCombinedLoss(loss), lossField.definitions) }),
  };
};

const schema = v.strictObject({
  $schema: v.exactOptional(textSchema(MAX_DATA)),
  id: v.exactOptional(idSchema),
  title: v.exactOptional(textSchema(MAX_TITLE)),
  data: v.exactOptional(textSchema(MAX_DATA)),
  ...autoencoderEntries,
  loss: v.exactOptional(lossSchema),
  recipe: v.exactOptional(writtenRecipeSchema),
  record: v.exactOptional(textSchema(MAX_RECORD)),
});
const networkSchema: FieldSchema<v.InferOutput<typeof schema>> = v.pipe(v.unknown(), v.transform(completed), schema);

/** Where in the file a fault of the built network lies: its layer, its part, or the field. */
const pathOfFault = ({ encoder, decoder }: AutoencoderSpec, { part, layer, field }: ErrorPlace): DataPath => {
  const layers = part === 'encoder' ? encoder : part === 'decoder' ? decoder : null;
  const fields = field === undefined ? [] : [field];
  if (part === undefined || layers === null) return fields;
  const index = layer === undefined ? -1 : nameLayers(layers).indexOf(layer);
  return index < 0 ? [part] : [part, index, ...fields];
};

/** Runs a check, and says of what it refuses where that is written. */
const located = <T>(check: () => T, placeOf: (at: ErrorPlace) => ErrorPlace): T => {
  try {
    return check();
  } catch (error) {
    throw error instanceof LatentError && error.kind === 'input'
      ? withFacts(error, { at: placeOf(error.at ?? {}) })
      : error;
  }
};

/** What the names of the recipe's fields begin with. */
const IN_RECIPE = 'recipe.';

type Written = v.InferOutput<typeof schema>;

const recipeIn = ({ recipe }: Written, data: LocatedData, file: string): Recipe => {
  const source = recipe?.source ?? `Of the file ${baseName(file)}; what it does not say is ours.`;
  const { documented } = newRecipes(source.slice(0, MAX_RECORD));
  return located(
    () => withSettings(documented, recipe?.settings ?? {}),
    ({ field = '' }) => fieldPlace(data, field, ['recipe']),
  );
};

/**
 * Reads a network file.
 *
 * @param file - its path: for messages, and for an id where the text has none.
 * @throws LatentError (input) with file, line and column: `invalid-network`, `invalid-recipe`, or what `resolveNetwork`
 *   throws where the layers do not fit together.
 */
export const parseNetworkFile = (text: string, file: string): NetworkFile => {
  const data = readYaml(text, file, code);
  if (!isRecord(data.value))
    throw inputError(code, {
      at: data.placeOf([]),
      expected: 'the fields of a network: `inputShape`, `encoder` and `decoder`',
      got: data.value === null ? 'nothing' : shown(data.value),
      hint: 'see docs/networks.md, or begin with: npx latent new FILE --from NETWORK',
    });
  const written = checkAgainst(networkSchema, data.value, { code, at: { file }, locate: data.placeOf });
  const recipe = recipeIn(written, data, file);
  const { id = idOf(file), inputShape, label, encoder, decoder } = written;
  const spec: AutoencoderSpec = {
    kind: 'autoencoder',
    id,
    title: written.title ?? id,
    file: `autoencoders/${id}.keras`,
    inputShape,
    ...(label === undefined ? {} : { label }),
    encoder,
    decoder,
    loss: written.loss ?? usualLoss(gaussianOf(encoder.at(-1))),
    recipes: { documented: recipe, best: { ...recipe, name: 'best' } },
    published: null,
    record: written.record ?? `Of the file ${baseName(file).slice(0, MAX_TITLE)}; nothing else is on record.`,
  };
  located(
    () => resolveNetwork(spec),
    (at) => data.placeOf(pathOfFault(spec, at)),
  );
  const placeOf = (field: string): ErrorPlace =>
    field.startsWith(IN_RECIPE) ? fieldPlace(data, field.slice(IN_RECIPE.length), ['recipe']) : fieldPlace(data, field);
  located(
    () => requirePreprocessing(spec, recipe),
    ({ field = '' }) => placeOf(`${IN_RECIPE}${field}`),
  );
  return { spec, recipe, data: written.data ?? null, placeOf };
};
