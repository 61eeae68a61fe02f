/** dense-2: one hidden layer more than dense-1, tanh, and dropout in the encoder. */
import { dense, dropout } from '../../layers/index.ts';
import { bestRecipe, documentedRecipe } from '../recipes.ts';
import type { AutoencoderSpec } from '../types.ts';

export const dense2: AutoencoderSpec = {
  kind: 'autoencoder',
  id: 'dense-2',
  title: 'Dense, tanh with dropout',
  file: 'autoencoders/encod_decod_Dense-2.keras',
  inputShape: [784],
  encoder: [
    dense(128, 'tanh'),
    dropout(0.25),
    dense(64, 'tanh'),
    dropout(0.25),
    dense(32, 'tanh'),
    dropout(0.25),
    dense(8, 'tanh'),
    dense(2, 'sigmoid'),
  ],
  decoder: [dense(8, 'tanh'), dense(32, 'tanh'), dense(64, 'tanh'), dense(128, 'tanh'), dense(784, 'sigmoid')],
  loss: { type: 'mse' },
  published: 0.0399901,
  record: 'As good as dense-1, with dropout and one more hidden layer.',
  recipes: {
    documented: documentedRecipe({
      epochs: 265,
      batchSize: 32,
      source:
        'On record: about 265 epochs (read off the published curve), the 70,000 merged. ' +
        'Ours: batch 32 (the Keras default), no validation split, the seed.',
    }),
    best: bestRecipe({
      epochs: 150,
      learningRate: 0.005,
      initializer: 'he-uniform',
      dropoutEpochs: 2,
      initializationIndex: 1,
      source:
        'Ours. Dropout in the first two epochs alone: throughout, it costs 0.006 of error and prevents nothing, since the ' +
        'network does not overfit. Of three initialisations the best after 40 epochs.',
    }),
  },
};
