/**
 * A page to train on: the first thousand digits, and a network that was never trained.
 *
 * In: MNIST, in this repository's reach without a network. Out: a bundle whose built-in images are few.
 */
import type { Dataset, ImageSet } from 'latent-plane';
import { explorerBundle } from 'latent-plane/internal';
import { loadDataset } from '../../../packages/cli/src/data/index.ts';
import { trainingPieces } from '../../../packages/cli/src/explore/training.ts';
import { blobCodes, spec, untrainedWeights } from './fixture.ts';

const TRAIN = 1000;
const TEST = 200;
const mnist = await loadDataset('mnist');

const firstOf = (set: ImageSet, count: number): ImageSet => ({
  ...set,
  count,
  pixels: set.pixels.slice(0, count * set.height * set.width),
  labels: set.labels.slice(0, count),
});

/** Training images from the first on. */
export const images = (count: number): ImageSet => firstOf(mnist.train, count);

const few: Dataset = { ...mnist, train: images(TRAIN), test: firstOf(mnist.test, TEST) };

export const trainingBundle = async (): Promise<Map<string, Uint8Array>> => {
  const { train, test, name, classNames } = few;
  const { height, width } = test;
  return explorerBundle({
    dataset: { name, classNames, train: TRAIN, test: TEST },
    labels: Uint8Array.of(...train.labels, ...test.labels),
    networks: [{ spec, weights: untrainedWeights(), codes: blobCodes().codes.slice(0, 2 * (TRAIN + TEST)) }],
    images: { pixels: test.pixels, height, width, from: TRAIN },
    training: await trainingPieces('mnist', few, 400),
  });
};
