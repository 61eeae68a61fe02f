/** convdense-3: the heavy one, relu and tanh in turn. */
import { conv2d, dense, flatten, reshape } from '../../layers/index.ts';
import { bestRecipe, documentedRecipe } from '../recipes.ts';
import type { AutoencoderSpec } from '../types.ts';

export const convdense3: AutoencoderSpec = {
  kind: 'autoencoder',
  id: 'convdense-3',
  title: 'One wide convolution, mixed activations',
  file: 'autoencoders/encod_decod_ConvDense-3.keras',
  inputShape: [28, 28, 1],
  encoder: [
    conv2d(32, [3, 3], 'relu'),
    flatten(),
    dense(256, 'tanh'),
    dense(128, 'relu'),
    dense(64, 'tanh'),
    dense(32, 'relu'),
    dense(16, 'tanh'),
    dense(8, 'relu'),
    dense(2, 'tanh'),
  ],
  decoder: [
    dense(4, 'relu'),
    dense(8, 'tanh'),
    dense(16, 'relu'),
    dense(32, 'tanh'),
    dense(64, 'relu'),
    dense(128, 'tanh'),
    dense(784, 'sigmoid'),
    reshape([28, 28, 1]),
  ],
  loss: { type: 'mse' },
  published: 0.0417944,
  record:
    'Four times the parameters of convdense-2 and up to a minute an epoch, yet it gets stuck at a higher loss than the ' +
    'lighter network.',
  recipes: {
    documented: documentedRecipe({
      epochs: 51,
      batchSize: 256,
      source:
        'On record: 51 epochs shown, the loss noisy between 0.0404 and 0.0431, the 70,000 merged. ' +
        'Ours: batch 256 (none is on record), no validation split, the seed.',
    }),
    best: bestRecipe({
      epochs: 20,
      batchSize: 128,
      learningRate: 0.001,
      initializer: 'he-uniform',
      biasInitializer: 'fan-in-uniform',
      outputBias: 'mean-image',
      source:
        'Ours. The output bias begins at the mean image; initial weights of a larger variance (he-uniform), since with ' +
        'glorot-uniform the same rate stays at the mean image.',
    }),
  },
};
