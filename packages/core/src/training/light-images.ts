/**
 * How a training begins on images that are light: as it would on dark ones.
 *
 * In: a network, its recipe, training images. Out: settings of the recipe that nobody made, none where the images are dark.
 * White is 1, so images on a light ground shift what every unit of the first layer gets by about the same, and its units begin
 * far from where they tell images apart.
 */
import { activationBounds } from '../activations/index.ts';
import { type Dataset, type ImageSet, imageSize, preprocessDataset, sliceSet } from '../images/index.ts';
import { outputActivation } from '../layers/index.ts';
import type { NetworkSpec, Recipe } from '../network/index.ts';

/** Of white. */
const LIGHT = 0.5;
/** Images that are looked at. */
const LOOKED_AT = 1_000;

/** The mean value of a set's first images, 0..1; 0 of none. */
export const meanValue = (set: ImageSet): number => {
  const values = set.pixels.subarray(0, Math.min(set.count, LOOKED_AT) * imageSize(set));
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length / 255;
};

/** What a recipe leaves open and light images ask for. */
export type LightSettings = Pick<Recipe, 'inputBias' | 'outputBias'>;

/**
 * Settings for light images, unless the recipe says that its first bias is drawn: the first layer takes the mean image away;
 * an output without bounds, whose units could begin dead, begins at the mean image.
 *
 * @param dataset - as it was read; the recipe's preprocessing is heeded.
 */
export const settingsForLightImages = (network: NetworkSpec, recipe: Recipe, dataset: Dataset): LightSettings => {
  if (network.kind !== 'autoencoder' || recipe.inputBias === 'drawn') return {};
  const first = sliceSet(dataset.train, 0, Math.min(dataset.train.count, LOOKED_AT));
  const some = { ...dataset, train: first, test: sliceSet(first, 0, 0) };
  if (meanValue(preprocessDataset(some, recipe.preprocessing).train) < LIGHT) return {};
  const open = activationBounds(outputActivation(network.decoder)) === null;
  return {
    ...(recipe.inputBias === undefined ? { inputBias: 'centred' as const } : {}),
    ...(recipe.outputBias === undefined && open ? { outputBias: 'mean-image' as const } : {}),
  };
};
