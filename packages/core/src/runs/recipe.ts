/**
 * From what a person asks for to the recipe of a run, and to its threads.
 */
import { definitionOf } from '../layers/index.ts';
import {
  type NetworkSpec,
  type Recipe,
  type RecipeSettings,
  resolveNetwork,
  settingsIn,
  withSettings,
} from '../network/index.ts';
import type { RunOverrides } from './config.ts';

/** `documented`: what is on record of a network. `best`: what we found to work. */
export const RECIPE_NAMES = ['documented', 'best'] as const;
/** The name of a recipe. */
export type RecipeName = (typeof RECIPE_NAMES)[number];

/** The recipe that is taken where none is named. */
export const DEFAULT_RECIPE: RecipeName = 'documented';

/** What can be asked for instead of the recipe's; what is absent is the recipe's. */
export type RecipeOptions = RecipeSettings & { readonly recipe?: RecipeName };

/** What differs from the recipe, the seed aside, which every run has of its own. */
export const overridesOf = (options: RecipeOptions): RunOverrides => {
  const { seed: _, ...overrides } = settingsIn(options);
  return overrides;
};

/**
 * A network's recipe with what was asked for instead.
 *
 * @throws LatentError (input) `invalid-recipe` where a value is none that its field takes.
 */
export const recipeOf = (network: NetworkSpec, options: RecipeOptions): Recipe =>
  withSettings(network.recipes[options.recipe ?? DEFAULT_RECIPE], options);

/** Layers of the zoo's size have no work for more. */
const MAX_DEFAULT_THREADS = 8;

/**
 * Parameters x batch size up to which a second thread gains less than 15 % on an idle machine and loses on a busy one,
 * where both must wait for the slower: a network of 200,000 parameters at batch 32 lies below, at 256 above.
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
