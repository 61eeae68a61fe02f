/** cnn-2: cnn-1 from another start, which did not collapse. */
import { bestRecipe, documentedRecipe } from '../recipes.ts';
import type { AutoencoderSpec } from '../types.ts';
import { cnn1 } from './cnn-1.ts';

export const cnn2: AutoencoderSpec = {
  ...cnn1,
  id: 'cnn-2',
  title: 'Convolutions alone, started again',
  file: 'autoencoders/encod_decod_CNN-2.keras',
  published: 0.0644834,
  record: 'No more than cnn-1 trained again; it learns this time, yet stays surprisingly poor.',
  recipes: {
    documented: documentedRecipe({
      epochs: 67,
      batchSize: 32,
      seed: 3,
      source:
        'On record: a retraining of cnn-1 on the 70,000 merged. ' +
        'Ours: 67 epochs as for cnn-1, batch 32 (the Keras default), no validation split, the seed, the ' +
        'first after that of cnn-1 which does not collapse.',
    }),
    best: bestRecipe({
      epochs: 40,
      batchSize: 128,
      learningRate: 0.003,
      initializer: 'he-uniform',
      seed: 2,
      initializationIndex: 5,
      source: 'Ours. Of eight initialisations that with the lowest loss after two epochs; two of the eight collapsed.',
    }),
  },
};
