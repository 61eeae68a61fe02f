/**
 * The identity of the data set that a run learns from: the sums of its images and labels, not its name.
 */
import { join } from 'node:path';
import {
  type DataIdentity,
  type Dataset,
  type DatasetSums,
  type Preprocessing,
  preprocessDataset,
  type RunDataset,
} from 'latent-plane';
import { inputError, labelBytes, pathWithin, recordDataset, storedShape } from 'latent-plane/internal';
import { sha256Of } from '../files/sha256.ts';

const known = new WeakMap<Dataset, DatasetSums>();

/** Sums of a data set, computed once, in one go: Node can, a page cannot. */
const sumsOf = (dataset: Dataset): DatasetSums => {
  if (dataset.stored) return dataset.stored.sums;
  const sums = known.get(dataset) ?? {
    trainImages: sha256Of(dataset.train.pixels),
    trainLabels: sha256Of(labelBytes(dataset.train.labels)),
    testImages: sha256Of(dataset.test.pixels),
    testLabels: sha256Of(labelBytes(dataset.test.labels)),
  };
  known.set(dataset, sums);
  return sums;
};

/** Of a data set whose sums are known without computing them. */
export const rememberSums = (dataset: Dataset, sums: DatasetSums): void => {
  known.set(dataset, sums);
};

/** What a preprocessed data set was made of. */
const origins = new WeakMap<Dataset, Dataset>();

/** The data set as it was read, of one that was preprocessed; itself of others. */
export const asRead = (dataset: Dataset): Dataset => origins.get(dataset) ?? dataset;

/** Another data set whose images are as a recipe asks for; its identity stays that of the images as they were read. */
export const preprocessed = (dataset: Dataset, asked: Preprocessing | undefined): Dataset => {
  const made = preprocessDataset(dataset, asked);
  if (made !== dataset) origins.set(made, asRead(dataset));
  return made;
};

/** What tells a data set from every other: the images as they were read, whatever was made of them. */
export const identityOf = (dataset: Dataset): DataIdentity => {
  const read = asRead(dataset);
  return { ...storedShape(read.train), sha256: sumsOf(read) };
};

/** The data set as `config.json` names it. */
export const describeDataset = (argument: string, dataset: Dataset): RunDataset =>
  recordDataset(argument, dataset, sumsOf(dataset));

/** A name with the beginning of its images' sum, where names alone do not tell data sets apart: `mnist (741c9888)`. */
export const dataLabel = (name: string, { sha256: { trainImages } }: DataIdentity): string =>
  `${name} (images ${trainImages.slice(0, 8)})`;

/**
 * The DATASET argument that a run records: a run that a page wrote has images of its own in `./data` of its folder.
 * What the command line records is a name or an absolute path.
 *
 * @throws LatentError (input) `outside-folder` for a relative path that leaves the run folder.
 */
export const recordedDataset = (folder: string, { argument }: Pick<RunDataset, 'argument'>): string => {
  if (!argument.startsWith('./')) return argument;
  const within = pathWithin(argument);
  if (within === null)
    throw inputError('outside-folder', {
      at: { file: folder },
      problem: `its config.json names images at "${argument}", outside its folder`,
      hint: 'name the images yourself: --dataset FOLDER',
    });
  return join(folder, within);
};
