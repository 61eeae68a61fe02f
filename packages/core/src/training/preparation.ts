/**
 * What is checked and made once, before the first step.
 *
 * In: a training's job. Out: what its recipe and its loss ask for beside images in order: changed images, neighbours.
 */

import { augmentationOf, createWarp } from '../augmentations/displacements.ts';
import { inputError, internalError } from '../errors.ts';
import type { NeighbourLossSpec } from '../losses/index.ts';
import type { Recipe } from '../network/index.ts';
import { elementCount } from '../tensor/index.ts';
import type { TrainingJob } from './job.ts';
import { type NeighbourDraw, prepareNeighbours } from './neighbours.ts';

/** What is used at every step. */
export interface Preparation {
  readonly warp: ReturnType<typeof createWarp> | null;
  readonly neighbours: NeighbourDraw | null;
}

const changesImages = ({ augmentation = [] }: Recipe): boolean => augmentation.length > 0;

/** Whether what the output is held against is not what enters: changed images against those they were made from. */
export const separateTarget = ({ network, recipe }: TrainingJob): boolean =>
  network.spec.kind === 'autoencoder' && changesImages(recipe) && recipe.augmentationTarget === 'original';

/** The loss that needs neighbours; a decoder that is trained alone has the plain error. */
export const neighbourLossOf = ({ network, codes }: TrainingJob): NeighbourLossSpec | null =>
  !codes && network.spec.loss.type === 'neighbours' ? network.spec.loss : null;

/** Whether an epoch, from 0, has batches with neighbours. */
export const isPaired = (job: TrainingJob, epoch: number): boolean =>
  neighbourLossOf(job) !== null && epoch < (job.recipe.neighbourEpochs ?? Number.POSITIVE_INFINITY);

/**
 * Finds neighbours, which may take a minute, and readies the changes of images.
 *
 * @param epoch - that the training begins or goes on with, from 0.
 */
export const prepare = async (job: TrainingJob, epoch: number): Promise<Preparation> => {
  const { recipe, training, runtime, threads } = job;
  const loss = isPaired(job, epoch) ? neighbourLossOf(job) : null;
  return {
    warp: changesImages(recipe)
      ? createWarp((recipe.augmentation ?? []).map(augmentationOf), training, recipe.seed)
      : null,
    neighbours: loss && (await prepareNeighbours(training, loss, recipe.seed, { runtime, threads })),
  };
};

/** @throws LatentError (input) `shape-mismatch`, `empty-data`, `batch-size`, `fixed-codes`. */
export const checkJob = (job: TrainingJob): void => {
  const { network, training, recipe, codes } = job;
  const { inputShape, id } = network.spec;
  const pixels = training.height * training.width;
  if (elementCount(inputShape) !== pixels) {
    throw inputError(
      'shape-mismatch',
      `network "${id}" expects images of [${inputShape.join(', ')}], got ${training.height} x ${training.width} pixels; choose another data set or network`,
    );
  }
  if (training.count === 0)
    throw inputError('empty-data', 'the training set holds no image; lower the validation split');
  if (recipe.batchSize > training.count) {
    throw inputError(
      'batch-size',
      `batch size ${recipe.batchSize} is larger than the training set (images: ${training.count}); lower it`,
    );
  }
  if (codes && changesImages(recipe)) {
    throw inputError(
      'fixed-codes',
      `network "${id}": the codes of a frozen encoder are of the images as they are, but the recipe changes images; leave "augmentation" out`,
    );
  }
  if (codes && codes.training.length % training.count !== 0) throw internalError('codes and images differ in number');
};
