/**
 * What a training in the page learns from.
 *
 * In: a person's choice. Out: images, what `config.json` says of them, and the test images where they are asked for.
 */
import { type Dataset, type ImageSet, type RunDataset, recordDataset, sha256Hex } from 'latent-plane';

/** Told how far the loading is. */
export type LoadProgress = (what: string, done: number, total: number | null) => void;

export type DatasetFacts = Pick<Dataset, 'name' | 'licence' | 'source' | 'classNames'>;

export interface TrainingData {
  readonly facts: DatasetFacts;
  readonly train: ImageSet;
  /** Empty of a person's own images. */
  readonly test: () => Promise<ImageSet>;
  readonly record: RunDataset;
  /** Of the built-in images, how many; null for all. Undefined of a person's own. */
  readonly builtIn?: { readonly count: number | null };
  readonly notes: readonly string[];
}

/** Where a run folder made here keeps images that the command line has not got by a name. */
export const OWN_DATA = './data';

export const emptyLike = ({ height, width }: Pick<ImageSet, 'height' | 'width'>): ImageSet => ({
  height,
  width,
  count: 0,
  pixels: new Uint8Array(0),
  labels: new Uint8Array(0),
});

export const wholeDataset = async ({ facts, train, test }: TrainingData): Promise<Dataset> => ({
  ...facts,
  train,
  test: await test(),
});

/** A person's own images: all of them are trained on. */
export const ownData = async (
  facts: DatasetFacts,
  train: ImageSet,
  notes: readonly string[],
): Promise<TrainingData> => {
  const test = emptyLike(train);
  const none = await sha256Hex(test.pixels);
  return {
    facts,
    train,
    test: () => Promise.resolve(test),
    record: recordDataset(
      OWN_DATA,
      { ...facts, train, test },
      {
        trainImages: await sha256Hex(train.pixels),
        trainLabels: await sha256Hex(train.labels),
        testImages: none,
        testLabels: none,
      },
    ),
    notes,
  };
};
