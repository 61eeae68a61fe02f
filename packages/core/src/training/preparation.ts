/**
 * What is checked and made once, before the first step.
 *
 * In: a training's job. Out: what its recipe and its loss ask for beside images in order: changed images, partners of images.
 */

import { type Warp, warpOf } from '../augmentations/index.ts';
import { inputError, internalError } from '../errors.ts';
import { type ImageSet, isStored } from '../images/index.ts';
import { definitionOf } from '../layers/index.ts';
import { isPairedLoss, type PairDraw, preparePairs } from '../losses/index.ts';
import {
  type Recipe,
  requireImages,
  requireKnownLabels,
  requireMemory,
  requirePreprocessing,
} from '../network/index.ts';
import type { TrainingJob } from './job.ts';

/** What is used at every step. */
export interface Preparation {
  readonly warp: Warp | null;
  readonly pairs: PairDraw | null;
}

const changesImages = ({ augmentation = [] }: Recipe): boolean => augmentation.length > 0;

/** Whether the output is compared with something else than what enters: the images before they were changed. */
export const separateTarget = ({ network, recipe }: TrainingJob): boolean =>
  network.spec.kind === 'autoencoder' && changesImages(recipe) && recipe.augmentationTarget === 'original';

/** Whether batches may hold a partner beside each image; a decoder that is trained alone has the plain error. */
export const learnsFromPairs = ({ network, codes }: TrainingJob): boolean => !codes && isPairedLoss(network.spec.loss);

/** Whether those of an epoch, from 0, do. */
export const isPaired = (job: TrainingJob, epoch: number): boolean =>
  learnsFromPairs(job) && epoch < (job.recipe.neighbourEpochs ?? Number.POSITIVE_INFINITY);

/** @throws LatentError (input) `images-stored` of a loss that looks for neighbours among images that are not in memory. */
const inMemory = ({ network, training }: TrainingJob): ImageSet => {
  if (!isStored(training)) return training;
  throw inputError('images-stored', {
    at: { network: network.spec.id },
    problem: `its loss looks for neighbours among all images, of which ${training.count} are too many for memory`,
    hint: 'take fewer images, or a loss that sees one image at a time',
  });
};

/**
 * Finds partners of images, which may take a minute, and readies the changes of images.
 *
 * @param epoch - that the training begins or goes on with, from 0.
 */
export const prepare = async (job: TrainingJob, epoch: number): Promise<Preparation> => {
  const { network, recipe, training, runtime, threads } = job;
  return {
    warp: changesImages(recipe) ? warpOf(recipe.augmentation ?? [], training, recipe.seed) : null,
    pairs: isPaired(job, epoch)
      ? await preparePairs(network.spec.loss, { images: inMemory(job), runtime, threads, seed: recipe.seed })
      : null,
  };
};

/** The first layer that would see one value of each channel in every batch: all of them are their own mean. */
const alwaysOne = (job: TrainingJob) => {
  const { network, recipe, codes } = job;
  if (recipe.batchSize > 1 || (learnsFromPairs(job) && recipe.neighbourEpochs === undefined)) return null;
  const layers = network.parts
    .filter(({ name }) => !codes || name === 'decoder')
    .flatMap((part) => part.layers.map(({ name, spec, inputShape }) => ({ part: part.name, name, spec, inputShape })));
  return (
    layers.find(
      ({ spec, inputShape }) => definitionOf(spec).overBatch && inputShape.slice(0, -1).every((side) => side === 1),
    ) ?? null
  );
};

/** @throws LatentError (input) `shape-mismatch`, `preprocessing-mismatch`, `empty-data`, `batch-size`, `step-too-large`, `batch-of-one`, `fixed-codes`, `unknown-label`. */
export const checkJob = (job: TrainingJob): void => {
  const { network, training, recipe, codes } = job;
  requirePreprocessing(network.spec, recipe);
  requireImages(job, training);
  requireKnownLabels(network, training.labels);
  if (training.count === 0)
    throw inputError('empty-data', { problem: 'the training set holds no image', hint: 'lower the validation split' });
  if (recipe.batchSize > training.count) {
    throw inputError('batch-size', {
      at: { subject: `batch size ${recipe.batchSize} is larger than the training set (images` },
      problem: `${training.count})`,
      hint: 'lower it',
    });
  }
  requireMemory(network, recipe, codes !== undefined);
  if (learnsFromPairs(job)) inMemory(job);
  const one = alwaysOne(job);
  if (one !== null)
    throw inputError('batch-of-one', {
      at: { network: network.spec.id, part: one.part, layer: one.name },
      problem: 'in batches of one image each value is its own mean, and nothing before the layer would learn',
      expected: 'a batch size of 2 or more',
      got: '1',
      hint: 'raise the batch size, or take another normalisation, such as "layer-normalization"',
    });
  if (codes && changesImages(recipe)) {
    throw inputError('fixed-codes', {
      at: { network: network.spec.id },
      problem: 'the codes of a frozen encoder are of the images as they are, but the recipe changes images',
      hint: 'leave "augmentation" out',
    });
  }
  if (codes && codes.training.length % training.count !== 0) throw internalError('codes and images differ in number');
};
