/**
 * From a person's choice to images, whatever they come as.
 */
import type { RunConfig } from 'latent-plane';
import type { DatasetChoice } from '../protocol.ts';
import { loadBuiltIn } from './built-in.ts';
import type { LoadProgress, TrainingData } from './dataset.ts';
import { readIdxPair } from './idx-pair.ts';
import { ownData } from './own-data.ts';
import { pictureFit } from './picture-fit.ts';
import { readPictures } from './pictures.ts';

/**
 * @param base - address of the page's folder.
 * @param of - pictures are made of the shape that network and recipe take.
 */
export const loadData = async (
  choice: DatasetChoice,
  of: Pick<RunConfig, 'network' | 'recipe'>,
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
      const { images, notes, ...facts } = await readPictures(choice.files, pictureFit(of), onProgress);
      return ownData(facts, images, notes);
    }
  }
};
