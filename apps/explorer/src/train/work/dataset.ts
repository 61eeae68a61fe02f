/**
 * What a training in the page learns from.
 *
 * In: a person's choice. Out: images, what `config.json` says of them, and the test images where they are asked for.
 */
import { type Dataset, datasetSums, type ImageSet, type RunDataset } from 'latent-plane';
import { recordDataset } from 'latent-plane/internal';

/** Told how far the loading is. */
export type LoadProgress = (what: string, done: number, total: number | null) => void;

export type DatasetFacts = Pick<Dataset, 'name' | 'licence' | 'source' | 'classNames'>;

export interface TrainingData {
  readonly facts: DatasetFacts;
  readonly train: ImageSet;
  /** Fetched when they are asked for. */
  readonly test: () => Promise<ImageSet>;
  readonly record: RunDataset;
  /** Of the built-in images, how many; null for all. Undefined of a person's own. */
  readonly builtIn?: { readonly count: number | null };
  /** These are a person's own images, to keep for the next visit. */
  readonly isOwn?: boolean;
  readonly notes: readonly string[];
}

/** Where a run folder made here keeps images that the command line has not got by a name. */
export const OWN_DATA = './data';

export const emptyLike = ({ height, width, channels }: Pick<ImageSet, 'height' | 'width' | 'channels'>): ImageSet => ({
  height,
  width,
  channels,
  count: 0,
  pixels: new Uint8Array(0),
  labels: new Uint8Array(0),
});

/** A person's own images as a data set. */
export const ownData = async (
  { name, classNames }: Pick<DatasetFacts, 'name' | 'classNames'>,
  { train, test }: Pick<Dataset, 'train' | 'test'>,
  notes: readonly string[],
): Promise<TrainingData> => {
  const facts = { name, classNames, licence: 'not stated', source: 'files that were opened in the browser' };
  return {
    facts,
    train,
    test: () => Promise.resolve(test),
    record: recordDataset(OWN_DATA, { ...facts, train, test }, await datasetSums({ train, test })),
    isOwn: true,
    notes,
  };
};

export const wholeDataset = async ({ facts, train, test }: TrainingData): Promise<Dataset> => ({
  ...facts,
  train,
  test: await test(),
});
