/** convdense-2-tuned: a new decoder, dense-2's, on the frozen encoder of convdense-2. */
import { reshape } from '../../layers/index.ts';
import { bestRecipe, documentedRecipe } from '../recipes.ts';
import type { AutoencoderSpec } from '../types.ts';
import { convdense2 } from './convdense-2.ts';
import { dense2 } from './dense-2.ts';

export const convdense2Tuned: AutoencoderSpec = {
  kind: 'autoencoder',
  id: 'convdense-2-tuned',
  title: 'convdense-2 with a decoder tuned for the mesh',
  file: 'autoencoders/encod_decod_ConvDense-2_tuned_decoder.keras',
  inputShape: convdense2.inputShape,
  encoder: convdense2.encoder,
  decoder: [...dense2.decoder, reshape([28, 28, 1])],
  frozenEncoder: 'convdense-2',
  loss: { type: 'mse' },
  published: null,
  record:
    'The decoder of dense-2, trained on the fixed codes of convdense-2 with a validation split, because it has to ' +
    'generalise to the mesh between the codes. Also kept alone as decod_Dense-2.keras.',
  recipes: {
    documented: documentedRecipe({
      epochs: 255,
      batchSize: 256,
      validationSplit: 0.2,
      source:
        'On record: about 255 epochs, the 70,000 merged, the last 20 % for validation. ' +
        'Ours: batch 256 (none is on record), the seed.',
    }),
    best: bestRecipe({
      epochs: 100,
      learningRate: 3e-3,
      validationSplit: 0.1,
      validationFrom: 'shuffled',
      restoreBest: true,
      initializer: 'he-uniform',
      biasInitializer: 'fan-in-uniform',
      outputBias: 'mean-image',
      source: 'Ours: a tenth of the training images, drawn at random, tells the epoch that is kept.',
    }),
  },
};
