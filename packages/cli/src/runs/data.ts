/**
 * What a run learns from: the data set's identity, and its images as the recipe divides them.
 */
import { createHash } from 'node:crypto';
import { type Dataset, type ImageSet, inputError, mergeSets, type Recipe, splitSet } from 'latent-plane';
import type { RunDataset } from './config.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The data set as `config.json` names it. */
export const describeDataset = (argument: string, { name, licence, source, train, test }: Dataset): RunDataset => ({
  argument,
  name,
  licence,
  source,
  train: train.count,
  test: test.count,
  height: train.height,
  width: train.width,
  sha256: {
    trainImages: sha256(train.pixels),
    trainLabels: sha256(train.labels),
    testImages: sha256(test.pixels),
    testLabels: sha256(test.labels),
  },
});

/** @throws LatentError (input) `dataset-changed`: a run that goes on with other images would be neither run. */
export const checkSameDataset = (recorded: RunDataset, found: RunDataset): void => {
  for (const [part, sum] of Object.entries(recorded.sha256)) {
    const now = Object.entries(found.sha256).find(([name]) => name === part)?.[1];
    if (now !== sum) {
      throw inputError(
        'dataset-changed',
        `data set "${recorded.argument}": expected ${part} with SHA-256 ${sum}, as when the run began, got ${now}; restore the data, or begin another run`,
      );
    }
  }
};

export interface RunImages {
  readonly training: ImageSet;
  /** Null where the recipe holds none out. */
  readonly validation: ImageSet | null;
}

/** The images that a recipe trains on and holds out. */
export const imagesOf = (
  { train, test }: Dataset,
  { trainOn, validationSplit, validationFrom, seed }: Recipe,
): RunImages => {
  const set = trainOn === 'all' ? mergeSets(train, test) : train;
  if (validationSplit === 0) return { training: set, validation: null };
  return splitSet(set, { fraction: validationSplit, from: validationFrom, seed });
};
