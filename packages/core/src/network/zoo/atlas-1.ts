/** atlas-1: our own, made for the lowest error of images that it never saw. docs/records.md tells how it was found. */
import type { AutoencoderSpec } from '../types.ts';
import { ownLayers, ownRecipes } from './own.ts';

export const atlas1: AutoencoderSpec = {
  kind: 'autoencoder',
  id: 'atlas-1',
  title: 'Lowest held-out error',
  file: 'autoencoders/encod_decod_Atlas-1.keras',
  ...ownLayers,
  loss: { type: 'mse' },
  published: null,
  record: 'Our own, made for the lowest error of images that it was not trained on.',
  recipes: ownRecipes(150),
};
