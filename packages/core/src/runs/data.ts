/**
 * What a run learns from: the data set's identity, and its images as the recipe divides them.
 */

import { inputError } from '../errors.ts';
import {
  type AnyImages,
  type Dataset,
  type DatasetSums,
  joinStored,
  mergeSets,
  preprocessDataset,
  preprocessStored,
  type StoredSets,
  splitIndices,
  splitSet,
  storedShape,
  takeStored,
} from '../images/index.ts';
import type { Recipe } from '../network/index.ts';
import type { RunDataset } from './config.ts';

/**
 * The data set as `config.json` names it.
 *
 * @param argument - what `--dataset` takes.
 */
export const recordDataset = (
  argument: string,
  { name, licence, source, train, test, stored }: Dataset,
  sha256: DatasetSums,
): RunDataset => ({
  argument,
  name,
  licence,
  source,
  train: (stored?.train ?? train).count,
  test: (stored?.test ?? test).count,
  ...storedShape(train),
  sha256,
});

/**
 * Refuses to go on with images that are not those that a run began with.
 *
 * @throws LatentError (input) `dataset-changed`: a run that goes on with other images would be neither run.
 */
export const checkSameDataset = (recorded: RunDataset, found: RunDataset): void => {
  for (const [part, sum] of Object.entries(recorded.sha256)) {
    const now = Object.entries(found.sha256).find(([name]) => name === part)?.[1];
    if (now !== sum) {
      throw inputError('dataset-changed', {
        at: { subject: `data set "${recorded.argument}"` },
        expected: `${part} with SHA-256 ${sum}, as when the run began`,
        got: `${now}`,
        hint: 'restore the data, or begin another run',
      });
    }
  }
};

/** What a recipe trains on, and what it watches. */
export interface RunImages {
  /** What the weights learn from. */
  readonly training: AnyImages;
  /** Null where the recipe holds none out. */
  readonly validation: AnyImages | null;
}

const storedImagesOf = (
  { train, test }: StoredSets,
  { trainOn, validationSplit, validationFrom, preprocessing, seed }: Recipe,
): RunImages => {
  const images = preprocessStored(trainOn === 'all' ? joinStored([train, test]) : train, preprocessing);
  if (validationSplit === 0) return { training: images, validation: null };
  const split = splitIndices(images.count, { fraction: validationSplit, from: validationFrom, seed });
  return { training: takeStored(images, split.training), validation: takeStored(images, split.validation) };
};

/**
 * The images that a recipe trains on and holds out, as it preprocesses them.
 *
 * @throws LatentError (input) `validation-split` where the recipe leaves no image to train on; `idx-shape-mismatch` where
 *  training and test images differ in size and it takes both.
 */
export const imagesOf = (dataset: Dataset, recipe: Recipe): RunImages => {
  if (dataset.stored) return storedImagesOf(dataset.stored, recipe);
  const { trainOn, validationSplit, validationFrom, preprocessing, seed } = recipe;
  const { train, test } = preprocessDataset(dataset, preprocessing);
  const set = trainOn === 'all' ? mergeSets(train, test) : train;
  if (validationSplit === 0) return { training: set, validation: null };
  return splitSet(set, { fraction: validationSplit, from: validationFrom, seed });
};
