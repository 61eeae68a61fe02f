/**
 * What a training in the page learns from.
 *
 * In: a person's choice. Out: images, what `config.json` says of them, and the test images where they are asked for.
 */
import type { Dataset, ImageSet, RunDataset } from 'latent-plane';

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
  /** All of a person's own images as they came, to keep for the next visit. */
  readonly own?: ImageSet;
  readonly notes: readonly string[];
}

/** Where a run folder made here keeps images that the command line has not got by a name. */
export const OWN_DATA = './data';

/** Beside the four IDX files: a line for each class. */
export const CLASSES_FILE = 'classes.txt';

export const emptyLike = ({ height, width, channels }: Pick<ImageSet, 'height' | 'width' | 'channels'>): ImageSet => ({
  height,
  width,
  channels,
  count: 0,
  pixels: new Uint8Array(0),
  labels: new Uint8Array(0),
});

export const wholeDataset = async ({ facts, train, test }: TrainingData): Promise<Dataset> => ({
  ...facts,
  train,
  test: await test(),
});
