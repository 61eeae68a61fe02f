/**
 * From what was asked for to the config of a run.
 *
 * In: a network, a recipe's name, options. Out: a `RunConfig`, the same that `config.json` holds. Nothing is written.
 */
import { availableParallelism } from 'node:os';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import {
  DATASETS,
  findNetwork,
  inputError,
  type NetworkSpec,
  type Recipe,
  type Runtime,
  resolveNetwork,
} from 'latent-plane';
import { packageVersion } from '../places.ts';
import { type Overrides, RUN_FORMAT, type RunConfig, type RunDataset, type Versions } from './config.ts';
import { decoderDonor } from './tuned-network.ts';

export const RECIPE_NAMES = ['documented', 'best'] as const;
export type RecipeName = (typeof RECIPE_NAMES)[number];

/** What can be asked for beside network and data; what is absent is the recipe's. */
export interface TrainingOptions {
  readonly dataset?: string;
  readonly recipe?: RecipeName;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly seed?: number;
  readonly validationSplit?: number;
  readonly patience?: number;
  readonly checkpointEvery?: number;
  readonly shuffle?: boolean;
  readonly threads?: number;
}

export const DEFAULT_DATASET = 'mnist';
export const DEFAULT_RECIPE: RecipeName = 'documented';

/** A DATASET argument that means the same in every folder: a name stays, a path becomes absolute. */
export const portableDataset = (argument: string): string =>
  DATASETS.some(({ name }) => name === argument) ? argument : resolve(argument);

/** A model's path as a run records it: within the working folder from there, so that it says nothing of the machine. */
export const recordedPath = (path: string): string => {
  const within = relative('', path);
  return within === '' || within.startsWith('..') || isAbsolute(within) ? path : within.split(sep).join('/');
};

/** Layers of the zoo's size have no work for more. */
const MAX_DEFAULT_THREADS = 8;

/**
 * Parameters x batch size up to which a second thread gains less than 15 % on an idle machine and loses on a busy one,
 * where both must wait for the slower: dense-1 at batch 32 lies below, at 256 above.
 */
const ONE_THREAD_WORK = 16e6;

/** Threads of a run where none are asked for; recorded, because they decide the order of sums. */
export const defaultThreads = (network: NetworkSpec, batchSize: number): number =>
  resolveNetwork(network).parameterCount * batchSize <= ONE_THREAD_WORK && !hasConvolution(network)
    ? 1
    : Math.min(availableParallelism(), MAX_DEFAULT_THREADS);

const hasConvolution = (network: NetworkSpec): boolean =>
  (network.kind === 'autoencoder' ? [...network.encoder, ...network.decoder] : network.layers).some(
    ({ type }) => type === 'conv2d' || type === 'conv2d-transpose',
  );

/** What differs from the recipe; `false` for shuffling where it was asked not to. */
export const overridesOf = ({
  epochs,
  batchSize,
  learningRate,
  validationSplit,
  patience,
  shuffle,
}: TrainingOptions): Overrides => ({
  ...(epochs === undefined ? {} : { epochs }),
  ...(batchSize === undefined ? {} : { batchSize }),
  ...(learningRate === undefined ? {} : { learningRate }),
  ...(validationSplit === undefined ? {} : { validationSplit }),
  ...(patience === undefined ? {} : { patience }),
  ...(shuffle === false ? { shuffle } : {}),
});

/** A network's recipe with what was asked for instead. */
export const recipeOf = (network: NetworkSpec, options: TrainingOptions): Recipe => {
  const recipe = network.recipes[options.recipe ?? DEFAULT_RECIPE];
  const { learningRate, ...others } = overridesOf(options);
  return {
    ...recipe,
    ...others,
    // Whoever asks for early stopping wants the weights from before it got worse.
    ...(others.patience === undefined ? {} : { restoreBest: true }),
    seed: options.seed ?? recipe.seed,
    schedule: learningRate === undefined ? recipe.schedule : { ...recipe.schedule, learningRate },
  };
};

export const versionsNow = (runtime: Runtime): Versions => ({
  latentPlane: packageVersion(),
  onnxruntime: runtime.version,
  node: process.versions.node,
  platform: `${process.platform} ${process.arch}`,
});

/** `runs/<id>-<recipe>-seed<seed>`. */
export const defaultFolder = (id: string, { name, seed }: Pick<Recipe, 'name' | 'seed'>): string =>
  `runs/${id}-${name}-seed${seed}`;

type Choice = Pick<RunConfig, 'command' | 'network'> & Partial<Pick<RunConfig, 'init' | 'encoder' | 'decoder'>>;

/** The config of a run that begins now. */
export const planRun = (
  choice: Choice,
  options: TrainingOptions,
  dataset: RunDataset,
  runtime: Runtime,
): RunConfig => ({
  format: RUN_FORMAT,
  command: choice.command,
  network: choice.network,
  recipe: recipeOf(choice.network, options),
  overrides: overridesOf(options),
  dataset,
  threads: options.threads ?? defaultThreads(choice.network, recipeOf(choice.network, options).batchSize),
  checkpointEvery: options.checkpointEvery ?? null,
  init: choice.init ?? null,
  encoder: choice.encoder ?? null,
  decoder: choice.decoder ?? null,
  versions: versionsNow(runtime),
});

/**
 * Refuses options that ask for another run than the recorded one; those that repeat it, or are absent, are welcome.
 *
 * @throws LatentError (input) `other-run` with the option, what is recorded and what was asked for.
 */
export const checkSameRun = (
  folder: string,
  { recipe, threads, checkpointEvery, dataset, network, overrides }: RunConfig,
  options: TrainingOptions,
  id?: string,
): void => {
  const rows: readonly (readonly [string, unknown, unknown])[] = [
    ['network', network.id, id],
    ['--dataset', dataset.argument, options.dataset === undefined ? undefined : portableDataset(options.dataset)],
    ['--recipe', recipe.name, options.recipe],
    ['--epochs', recipe.epochs, options.epochs],
    ['--batch-size', recipe.batchSize, options.batchSize],
    ['--learning-rate', recipe.schedule.learningRate, options.learningRate],
    ['--seed', recipe.seed, options.seed],
    ['--validation-split', recipe.validationSplit, options.validationSplit],
    ['--patience', recipe.patience ?? 'none', options.patience],
    ['--checkpoint-every', checkpointEvery ?? 'none', options.checkpointEvery],
    ['--threads', threads, options.threads],
    ['--no-shuffle', overrides.shuffle === false || !recipe.shuffle, options.shuffle === false ? true : undefined],
  ];
  for (const [option, recorded, asked] of rows) {
    if (asked !== undefined && asked !== recorded) {
      throw inputError(
        'other-run',
        `${folder}: this run began with ${option} ${recorded}, not ${asked}; leave the option out to go on with it, or begin another with --out DIR`,
      );
    }
  }
};

/** The network that `train` is asked for. @throws LatentError (input) `unknown-network`, `frozen-encoder`. */
export const trainableNetwork = (id: string): NetworkSpec => {
  const network = findNetwork(id);
  if (network.kind === 'autoencoder' && network.frozenEncoder !== undefined) {
    throw inputError(
      'frozen-encoder',
      `"${id}" is a new decoder on the frozen encoder of "${network.frozenEncoder}"; train it with: npx latent tune-decoder ${network.frozenEncoder} --decoder ${decoderDonor(network)?.id ?? 'ID'}`,
    );
  }
  return network;
};
