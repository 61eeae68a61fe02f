/** map-1: our own, made for a plane on which like lies by like. docs/records.md tells how it was found. */
import type { AutoencoderSpec } from '../types.ts';
import { ownLayers, ownRecipes } from './own.ts';

export const map1: AutoencoderSpec = {
  kind: 'autoencoder',
  id: 'map-1',
  title: 'Like beside like',
  file: 'autoencoders/encod_decod_Map-1.keras',
  ...ownLayers,
  loss: { type: 'neighbours', weight: 0.03, neighbours: 15, metric: 'deskewed', negatives: 5 },
  published: null,
  record: 'Our own, made for a plane on which images that resemble each other lie together. No label is looked at.',
  recipes: ownRecipes(40),
};
