/** map-1: our own, made for a plane on which like lies by like. docs/records.md tells how it was found. */
import { dense, layerNormalization } from '../layers/index.ts';
import { bestRecipe, documentedRecipe } from '../recipes.ts';
import type { AutoencoderSpec, LayerSpec } from '../types.ts';

/** Dense layers with a smooth activation, each brought to mean 0 and variance 1 after it. */
const normalised = (...units: readonly number[]): LayerSpec[] =>
  units.flatMap((size) => [dense(size, 'silu'), layerNormalization()]);

/** What both recipes say; nothing is on record but what is ours. */
const training = {
  trainOn: 'train',
  epochs: 40,
  batchSize: 256,
  schedule: { type: 'warmup-cosine', learningRate: 0.003, warmupEpochs: 2, finalFraction: 0.003 },
  biasInitializer: 'fan-in-uniform',
  outputBias: 'mean-image',
  weightDecay: 0.05,
  weightAveraging: 0.998,
  significantBits: 8,
} as const;

export const map1: AutoencoderSpec = {
  kind: 'autoencoder',
  id: 'map-1',
  title: 'Like beside like',
  file: 'autoencoders/encod_decod_Map-1.keras',
  inputShape: [784],
  encoder: [...normalised(256, 256, 128, 64), dense(2, 'linear')],
  decoder: [...normalised(64, 128, 256, 256), dense(784, 'sigmoid')],
  loss: { type: 'neighbours', weight: 0.03, neighbours: 15, metric: 'deskewed', strangers: 5 },
  published: null,
  record: 'Our own, made for a plane on which images that resemble each other lie together. No label is looked at.',
  recipes: {
    documented: documentedRecipe({
      ...training,
      source: 'On record: nothing, the network is ours. Ours: all of it, as in the best recipe.',
    }),
    best: bestRecipe({
      ...training,
      learningRate: 0.003,
      source: 'Ours. Every choice was made on 10,000 held-out training images; docs/records.md has them one by one.',
    }),
  },
};
