/**
 * From a person's choice to images, whatever they come as.
 */

import type { RunConfig } from 'latent-plane';
import { pictureDefaults } from '../picture-shape.ts';
import type { DatasetChoice } from '../protocol.ts';
import { loadBuiltIn } from './built-in.ts';
import type { LoadProgress, TrainingData } from './dataset.ts';
import type { OwnImagesReader } from './own-images.ts';

/**
 * @param base - address of the page's folder.
 * @param of - pictures are made of the shape that network and recipe take.
 */
export const loadData = async (
  choice: DatasetChoice,
  { network, recipe }: Pick<RunConfig, 'network' | 'recipe'>,
  { base, ownImages }: { readonly base: string; readonly ownImages: OwnImagesReader },
  onProgress: LoadProgress,
): Promise<TrainingData> => {
  if (choice.kind === 'built-in') return loadBuiltIn(base, choice.count, onProgress);
  const shape = network.kind === 'autoencoder' ? pictureDefaults({ network, recipe }) : null;
  return (await ownImages.read(choice, shape, (done, total) => onProgress('your images', done, total))).data;
};
