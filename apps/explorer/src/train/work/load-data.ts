/**
 * From a person's choice to images, whatever they come as.
 */
import type { NetworkSpec } from 'latent-plane';
import { pictureSize } from 'latent-plane/internal';
import type { DatasetChoice } from '../protocol.ts';
import { loadBuiltIn } from './built-in.ts';
import type { LoadProgress, TrainingData } from './dataset.ts';
import { readIdxPair } from './idx-pair.ts';
import { ownData } from './own-data.ts';
import { readPictures } from './pictures.ts';

/**
 * @param base - address of the page's folder.
 * @param network - pictures are made of the size that it takes.
 */
export const loadData = async (
  choice: DatasetChoice,
  network: NetworkSpec,
  base: string,
  onProgress: LoadProgress,
): Promise<TrainingData> => {
  switch (choice.kind) {
    case 'built-in':
      return loadBuiltIn(base, choice.count, onProgress);
    case 'idx': {
      const { images, notes, ...facts } = await readIdxPair(choice.images, choice.labels);
      return ownData(facts, images, notes);
    }
    case 'pictures': {
      const size = pictureSize(network.inputShape, network.id);
      const { images, notes, ...facts } = await readPictures(choice.files, size, onProgress);
      return ownData(facts, images, notes);
    }
  }
};
