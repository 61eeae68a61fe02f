/** n8python: a deeper convolutional encoder taken from elsewhere by the zoo's author; its training failed. */
import { conv2d, dense, flatten, maxPooling2d, reshape } from '../../layers/index.ts';
import { bestRecipe, documentedRecipe } from '../recipes.ts';
import type { AutoencoderSpec } from '../types.ts';

export const n8python: AutoencoderSpec = {
  kind: 'autoencoder',
  id: 'n8python',
  title: 'Four convolutions, tanh code, saturated',
  file: 'autoencoders/encod_decod_n8python.keras',
  inputShape: [28, 28, 1],
  encoder: [
    conv2d(32, [3, 3], 'relu'),
    conv2d(32, [3, 3], 'relu'),
    maxPooling2d(),
    conv2d(64, [3, 3], 'relu'),
    conv2d(64, [3, 3], 'relu'),
    maxPooling2d(),
    flatten(),
    dense(128, 'relu'),
    dense(32, 'relu'),
    dense(8, 'relu'),
    dense(2, 'tanh'),
  ],
  decoder: [dense(10, 'tanh'), dense(49, 'tanh'), dense(196, 'tanh'), dense(784, 'sigmoid'), reshape([28, 28, 1])],
  loss: { type: 'mse' },
  published: null,
  record: 'Training failed: every image is encoded to (-1, 1), and the loss is that of the mean image.',
  recipes: {
    documented: documentedRecipe({
      epochs: 100,
      batchSize: 32,
      validationSplit: 0.2,
      patience: 3,
      source:
        'On record: stopped by patience after 6 epochs at 0.0675, the 70,000 merged. Ours: a patience of 3 within 100 ' +
        'epochs, batch 32 (the Keras default), the last 20 % for validation, the seed.',
    }),
    best: bestRecipe({
      epochs: 10,
      batchSize: 64,
      learningRate: 0.0007,
      initializer: 'he-uniform',
      biasInitializer: 'fan-in-uniform',
      outputBias: 'mean-image',
      source:
        'Ours. The output bias begins at the mean image, so that the first steps do not drive the code into a corner: without it ' +
        'every rate tried (0.0003 to 0.001) ended there.',
    }),
  },
};
