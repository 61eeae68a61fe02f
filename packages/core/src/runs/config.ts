/**
 * `config.json` of a run folder: everything needed to repeat the run.
 *
 * In: choices, or the bytes of a file that anybody may have written. Out: a checked `RunConfig`, its JSON, and the
 * command that makes the same run again.
 */

import * as v from 'valibot';
import { inputError } from '../errors.ts';
import {
  type NetworkSpec,
  networks,
  parseNetworkSpec,
  parseRecipe,
  type Recipe,
  type RecipeSettings,
  settingsSchema,
  settingWords,
} from '../network/index.ts';
import { parseJson } from '../registry/parse-json.ts';
import { checkAgainst } from '../registry/validation.ts';
import { RUN_FILES } from './files.ts';

/** What tells the config of a model out of a file from that of a training. */
export const importSchema = v.looseObject({ command: v.literal('import') });

/** Layout of a run folder; raised when an older program could misread a newer folder. */
export const RUN_FORMAT = 1;

const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal'));
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const text = v.pipe(v.string(), v.maxLength(4096));

const datasetSchema = v.object({
  argument: text,
  name: text,
  licence: text,
  source: text,
  train: count,
  test: count,
  height: count,
  width: count,
  channels: v.exactOptional(v.picklist([1, 3])),
  sha256: v.object({ trainImages: sha256, trainLabels: sha256, testImages: sha256, testLabels: sha256 }),
});

const originSchema = v.object({
  model: text,
  sha256,
});

const extensionSchema = v.object({
  after: count,
  planned: count,
});

const extensionsSchema = v.pipe(
  v.array(extensionSchema),
  v.check(
    (list) => list.every(({ after, planned }, i) => after <= planned && after > (list[i - 1]?.after ?? 0)),
    'ends of the run in their order',
  ),
);

const versionsSchema = v.object({
  latentPlane: text,
  onnxruntime: text,
  node: text,
  platform: text,
  browser: v.exactOptional(text),
});

const configSchema = v.object({
  format: v.literal(RUN_FORMAT),
  command: v.picklist(['train', 'tune-decoder']),
  network: v.unknown(),
  recipe: v.unknown(),
  overrides: settingsSchema,
  extended: v.exactOptional(extensionsSchema),
  dataset: datasetSchema,
  threads: v.pipe(v.number(), v.integer(), v.minValue(1)),
  checkpointEvery: v.nullable(count),
  init: v.nullable(originSchema),
  encoder: v.nullable(originSchema),
  decoder: v.nullable(text),
  versions: versionsSchema,
});

/**
 * Which images a run is of: how they were asked for, and their checksums.
 *
 * @property argument - What `--dataset` takes: a name, or a folder.
 * @property name - Of the data set.
 * @property licence - Of the images.
 * @property source - Where the images come from.
 * @property train - How many training images.
 * @property test - How many test images.
 * @property height - Of an image, in pixels.
 * @property width - Of an image, in pixels.
 * @property channels - Numbers in a pixel, 3 of images in colour; 1 when absent.
 * @property sha256 - Of the unpacked pixels and labels, headers left out.
 * @interface
 */
export type RunDataset = v.InferOutput<typeof datasetSchema>;

/** Fields of the recipe that the command gave other values than the recipe's own. */
export type RunOverrides = RecipeSettings;

/**
 * A model that a run took weights from.
 *
 * @property model - As it was typed.
 * @property sha256 - Of the weights taken over.
 * @interface
 */
export type RunOrigin = v.InferOutput<typeof originSchema>;

/**
 * What a run began with: this library, the engine, Node or the browser.
 *
 * @property latentPlane - Version of this library.
 * @property onnxruntime - Version of the engine.
 * @property node - Version of Node; `none` where the run began in a browser.
 * @property platform - Operating system and processor.
 * @property browser - Name and version, where the run began in one.
 * @interface
 */
export type RunVersions = v.InferOutput<typeof versionsSchema>;

/**
 * All that is needed to repeat a run: what its `config.json` holds.
 *
 * @property format - Layout of the folder: `RUN_FORMAT`.
 * @property command - The command of `latent` that began it.
 * @property network - What is trained.
 * @property recipe - As carried out, overrides applied.
 * @property overrides - What was asked for beside the recipe.
 * @property extended - Where the run had ended before it was given more epochs, in order: epochs done, epochs it was to
 *   have until then; absent where it never was.
 * @property dataset - The images.
 * @property threads - Threads inside one operator.
 * @property checkpointEvery - Epochs between two checkpoints that are kept; null for none.
 * @property init - Where the starting weights come from (`checkpoints/initial.safetensors`); null: from the seed.
 * @property encoder - Where the frozen encoder comes from (`checkpoints/encoder.safetensors`); null: none is frozen.
 * @property decoder - Network whose decoder was taken, of a tuned one; else null.
 * @property versions - What it began with.
 * @interface
 */
export type RunConfig = Omit<v.InferOutput<typeof configSchema>, 'network' | 'recipe'> & {
  readonly network: NetworkSpec;
  readonly recipe: Recipe;
};

/**
 * Reads a `config.json`.
 *
 * @param path - for messages.
 * @throws LatentError (input) `invalid-run` with the first fault; what `parseNetworkSpec` and `parseRecipe` throw.
 */
export const parseRunConfig = (bytes: Uint8Array, path: string): RunConfig => {
  const refusal = { code: 'invalid-run', at: { file: path }, hint: 'take another run folder' };
  const value = parseJson(bytes, refusal);
  if (v.is(importSchema, value)) {
    throw inputError('imported-run', {
      at: { file: path },
      problem: 'this model came from a file and was not trained here, so there is nothing to resume',
      hint: 'begin a run with its weights: npx latent train ID --init FOLDER',
    });
  }
  const config = checkAgainst(configSchema, value, refusal);
  return { ...config, network: parseNetworkSpec(config.network), recipe: parseRecipe(config.recipe) };
};

/** The text of a `config.json`. */
export const formatRunConfig = (config: RunConfig): string => `${JSON.stringify(config, null, 2)}\n`;

/** A word for a POSIX shell. */
const quoted = (word: string): string => (/^[\w./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** Words as a line for a POSIX shell. */
export const shellWords = (words: readonly string[]): string => words.map(quoted).join(' ');

/** What a command line calls a network: its id, or where that is not of the zoo the config in the run's own folder. */
const networkWord = (network: NetworkSpec): string => {
  const known = networks.find(({ id }) => id === network.id);
  const built = (spec: NetworkSpec): string => {
    const { title: _t, file: _f, record: _r, recipes: _s, ...rest } = parseNetworkSpec(spec);
    return JSON.stringify(rest);
  };
  return known !== undefined && built(known) === built(network) ? network.id : RUN_FILES.config;
};

/**
 * The command that makes the same run again, in words as typed; without the `--out DIR` at its end. A run that was given
 * more epochs takes a command for each time. That of a network that is not of the zoo is given in the run's folder.
 */
export const commandOf = (config: RunConfig): string => {
  const { command, network, recipe, overrides, dataset, threads, checkpointEvery, init, encoder, decoder } = config;
  const { extended = [] } = config;
  const optional = (option: string, value: string | number | undefined | null): string[] =>
    value === undefined || value === null ? [] : [option, String(value)];
  const words = [
    'npx',
    'latent',
    command,
    ...(command === 'train' ? [networkWord(network)] : [encoder?.model ?? '', '--decoder', decoder ?? '']),
    '--dataset',
    dataset.argument,
    '--recipe',
    recipe.name,
    '--seed',
    String(recipe.seed),
    ...settingWords(extended[0] ? { ...overrides, epochs: extended[0].planned } : overrides),
    ...optional('--checkpoint-every', checkpointEvery),
    ...optional('--init', init?.model),
    '--threads',
    String(threads),
  ];
  const longer = extended.map(
    (_, i) => `npx latent train --resume DIR --epochs ${extended[i + 1]?.planned ?? recipe.epochs}`,
  );
  return [shellWords(words), ...longer].join(' --out DIR && ');
};
