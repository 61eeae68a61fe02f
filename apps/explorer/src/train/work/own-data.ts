/**
 * A person's own images as a data set.
 *
 * In: images and labels, in an order of their own. Out: a data set with one image in ten held back as test images, evenly
 * over the order, so that every class of a sorted folder has some: the command line judges with them, and nothing learns
 * from them.
 */
import { datasetSums, type ImageSet, takeImages } from 'latent-plane';
import { inputError, recordDataset } from 'latent-plane/internal';
import { type DatasetFacts, OWN_DATA, type TrainingData } from './dataset.ts';

const HELD_BACK = 10;

const LICENCE = 'not stated';
const SOURCE = 'files that were opened in the browser';

/**
 * @throws LatentError (input) `too-few-images` of fewer than ten.
 */
export const ownData = async (
  { name, classNames }: Pick<DatasetFacts, 'name' | 'classNames'>,
  images: ImageSet,
  notes: readonly string[],
): Promise<TrainingData> => {
  if (images.count < HELD_BACK)
    throw inputError('too-few-images', {
      at: { file: name },
      expected: `at least ${HELD_BACK} images`,
      got: `${images.count}`,
      hint: 'add more',
    });
  const isTest = (i: number): boolean => i % HELD_BACK === HELD_BACK - 1;
  const numbers = Array.from({ length: images.count }, (_, i) => i);
  const train = takeImages(images, Uint32Array.from(numbers.filter((i) => !isTest(i))));
  const test = takeImages(images, Uint32Array.from(numbers.filter(isTest)));
  const facts = { name, classNames, licence: LICENCE, source: SOURCE };
  return {
    facts,
    train,
    test: () => Promise.resolve(test),
    record: recordDataset(OWN_DATA, { ...facts, train, test }, await datasetSums({ train, test })),
    own: images,
    notes: [...notes, `trains on ${train.count} of ${images.count} images; one in ten is held back to judge with`],
  };
};
