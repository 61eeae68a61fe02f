/**
 * From what a person asks for to the recipe of a run, and to its threads.
 */
import { definitionOf } from '../layers/index.ts';
import { type NetworkSpec, type Recipe, resolveNetwork } from '../network/index.ts';
import type { RunOverrides } from './config.ts';

/** `documented`: what is on record of a network. `best`: what we found to work. */
export const RECIPE_NAMES = ['documented', 'best'] as const;
/** The name of a recipe. */
export type RecipeName = (typeof RECIPE_NAMES)[number];

/** What is trained where none is named. */
export const DEFAULT_RECIPE: RecipeName = 'documented';

/** What can be asked for instead of the recipe's; what is absent is the recipe's. */
export interface RecipeOptions {
  readonly recipe?: RecipeName;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly seed?: number;
  readonly validationSplit?: number;
  readonly patience?: number;
  readonly shuffle?: boolean;
}

/** What differs from the recipe; `false` for shuffling where it was asked not to. */
export const overridesOf = ({
  epochs,
  batchSize,
  learningRate,
  validationSplit,
  patience,
  shuffle,
}: RecipeOptions): RunOverrides => ({
  ...(epochs === undefined ? {} : { epochs }),
  ...(batchSize === undefined ? {} : { batchSize }),
  ...(learningRate === undefined ? {} : { learningRate }),
  ...(validationSplit === undefined ? {} : { validationSplit }),
  ...(patience === undefined ? {} : { patience }),
  ...(shuffle === false ? { shuffle } : {}),
});

/** A network's recipe with what was asked for instead. */
export const recipeOf = (network: NetworkSpec, options: RecipeOptions): Recipe => {
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

/** Layers of the zoo's size have no work for more. */
const MAX_DEFAULT_THREADS = 8;

/**
 * Parameters x batch size up to which a second thread gains less than 15 % on an idle machine and loses on a busy one,
 * where both must wait for the slower: dense-1 at batch 32 lies below, at 256 above.
 */
const ONE_THREAD_WORK = 16e6;

/**
 * Threads of a run where none are asked for; recorded, because they decide the order of sums.
 *
 * @param available - that the machine runs at once.
 */
export const defaultThreads = (network: NetworkSpec, batchSize: number, available: number): number =>
  resolveNetwork(network).parameterCount * batchSize <= ONE_THREAD_WORK && !hasConvolution(network)
    ? 1
    : Math.min(available, MAX_DEFAULT_THREADS);

const hasConvolution = (network: NetworkSpec): boolean =>
  (network.kind === 'autoencoder' ? [...network.encoder, ...network.decoder] : network.layers).some(
    (layer) => definitionOf(layer).convolution,
  );
