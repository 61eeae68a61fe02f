/**
 * From what was asked for to the config of a run.
 *
 * In: a network, a recipe's name, options. Out: a `RunConfig`, the same that `config.json` holds. Nothing is written.
 */
import { availableParallelism } from 'node:os';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import {
  type Dataset,
  type NetworkSpec,
  type Recipe,
  type RecipeOptions,
  RUN_FORMAT,
  type RunConfig,
  type RunDataset,
  type Runtime,
  type RunVersions,
  recipeOf,
  resolveNetwork,
  withSettings,
} from 'latent-plane';
import {
  defaultThreads,
  inputError,
  namedDataset,
  optionName,
  overridesOf,
  recipeSettings,
  requireMemory,
  requirePreprocessing,
  settingsForLightImages,
  settingsIn,
  settingText,
  settingValue,
} from 'latent-plane/internal';
import { packageVersion } from '../places.ts';
import { decoderSource } from './tuned-network.ts';

/** What can be asked for beside network and data; what is absent is the recipe's. */
export type TrainingOptions = RecipeOptions & {
  readonly dataset?: string;
  readonly checkpointEvery?: number;
  readonly threads?: number;
};

export const DEFAULT_DATASET = 'mnist';

/** A DATASET argument that means the same in every folder: a name stays, a path becomes absolute; nothing is no path. */
export const portableDataset = (argument: string): string =>
  argument === '' || namedDataset(argument) !== null ? argument : resolve(argument);

/** A model's path as a run records it: within the working folder from there, so that it says nothing of the machine. */
export const recordedPath = (path: string): string => {
  const within = relative('', path);
  return within === '' || within.startsWith('..') || isAbsolute(within) ? path : within.split(sep).join('/');
};

export const versionsNow = (runtime: Runtime): RunVersions => ({
  latentPlane: packageVersion(),
  onnxruntime: runtime.version,
  node: process.versions.node,
  platform: `${process.platform} ${process.arch}`,
});

/** `runs/<id>-<recipe>-seed<seed>`. */
export const defaultFolder = (id: string, { name, seed }: Pick<Recipe, 'name' | 'seed'>): string =>
  `runs/${id}-${name}-seed${seed}`;

type Choice = Pick<RunConfig, 'command' | 'network'> & Partial<Pick<RunConfig, 'init' | 'encoder' | 'decoder'>>;

/**
 * Options whose batch, where nobody asked for one, is no larger than the training images are many; one that was asked for is
 * refused by the training.
 */
export const withFittingBatch = (
  network: NetworkSpec,
  options: TrainingOptions,
  { train, test }: RunDataset,
  onNote?: (text: string) => void,
): TrainingOptions => {
  if (settingsIn(options).batchSize !== undefined) return options;
  const { batchSize, trainOn, validationSplit } = recipeOf(network, options);
  const count = Math.floor((trainOn === 'all' ? train + test : train) * (1 - validationSplit));
  if (count < 1 || batchSize <= count) return options;
  onNote?.(
    `batches of ${count} images instead of the recipe's ${batchSize}: there are no more training images (--batch-size sets another)`,
  );
  return { ...options, batchSize: count };
};

/** Options that begin a training on light images as one on dark images begins, where nobody said how. */
export const withLightImages = (
  network: NetworkSpec,
  options: TrainingOptions,
  dataset: Dataset,
  onNote?: (text: string) => void,
): TrainingOptions => {
  const settings = settingsForLightImages(network, recipeOf(network, options), dataset);
  const words = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  if (words.length === 0) return options;
  onNote?.(
    `the images are light, so the training begins with ${words.join(' and ')} (--set inputBias=drawn begins as on dark ones; #polarity=invert behind the data turns all images over)`,
  );
  return { ...options, ...settings };
};

/**
 * The config of a run that begins now.
 *
 * @throws LatentError (input) `invalid-recipe`, `preprocessing-mismatch`, `step-too-large`.
 */
export const planRun = (choice: Choice, options: TrainingOptions, dataset: RunDataset, runtime: Runtime): RunConfig => {
  const recipe = recipeOf(choice.network, options);
  requirePreprocessing(choice.network, recipe);
  requireMemory(resolveNetwork(choice.network), recipe, choice.command === 'tune-decoder');
  return {
    format: RUN_FORMAT,
    command: choice.command,
    network: choice.network,
    recipe,
    overrides: overridesOf(options),
    dataset,
    threads: options.threads ?? defaultThreads(choice.network, recipe.batchSize, availableParallelism()),
    checkpointEvery: options.checkpointEvery ?? null,
    init: choice.init ?? null,
    encoder: choice.encoder ?? null,
    decoder: choice.decoder ?? null,
    versions: versionsNow(runtime),
  };
};

/** Options of the recipe with what is recorded and what was asked for. */
const settingRows = (recipe: Recipe, options: RecipeOptions): [string, unknown, unknown][] => {
  const asked: Readonly<Record<string, unknown>> = settingsIn(options);
  return [...recipeSettings.values()]
    .filter(({ name }) => name !== 'epochs' && asked[name] !== undefined)
    .map((setting) => {
      const { name, option } = setting;
      const recorded = settingText(settingValue(recipe, setting) ?? null);
      const wanted = settingText(settingValue(withSettings(recipe, { [name]: asked[name] }), setting) ?? null);
      return option?.value === undefined
        ? [optionName(setting), recorded, wanted]
        : [optionName(setting), recorded === String(option.value), wanted === String(option.value)];
    });
};

/**
 * Refuses options that ask for another run than the recorded one; those that repeat it, or are absent, are welcome. More
 * epochs are not another run (see `extended`), unless `epochs` says that they are.
 *
 * @throws LatentError (input) `other-run` with the option, what is recorded and what was asked for.
 */
export const checkSameRun = (
  folder: string,
  { recipe, threads, checkpointEvery, dataset, network }: RunConfig,
  options: TrainingOptions,
  {
    id,
    epochs = false,
    hint = 'leave the option out to resume it, or begin another with --out DIR',
  }: { readonly id?: string; readonly epochs?: boolean; readonly hint?: string } = {},
): void => {
  const rows: readonly (readonly [string, unknown, unknown])[] = [
    ['network', network.id, id],
    ['--dataset', dataset.argument, options.dataset === undefined ? undefined : portableDataset(options.dataset)],
    ['--recipe', recipe.name, options.recipe],
    ...settingRows(recipe, options),
    ['--epochs', recipe.epochs, epochs ? options.epochs : undefined],
    ['--checkpoint-every', checkpointEvery ?? 'none', options.checkpointEvery],
    ['--threads', threads, options.threads],
  ];
  for (const [option, recorded, asked] of rows) {
    if (asked !== undefined && asked !== recorded) {
      throw inputError('other-run', {
        at: { file: folder },
        problem: `this run began with ${option} ${recorded}, not ${asked}`,
        hint,
      });
    }
  }
};

/** A network that `train` can train. @throws LatentError (input) `frozen-encoder`. */
export const trainable = (network: NetworkSpec): NetworkSpec => {
  if (network.kind === 'autoencoder' && network.frozenEncoder !== undefined) {
    throw inputError('frozen-encoder', {
      problem: `"${network.id}" is a new decoder on the frozen encoder of "${network.frozenEncoder}"`,
      hint: `train it with: npx latent tune-decoder ${network.frozenEncoder} --decoder ${decoderSource(network)?.id ?? 'ID'}`,
    });
  }
  return network;
};
