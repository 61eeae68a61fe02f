/**
 * The identity of the data set that a run learns from.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Dataset, type RunDataset, recordDataset } from 'latent-plane';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** The data set as `config.json` names it; its sums in one go, which Node can and a page cannot. */
export const describeDataset = (argument: string, dataset: Dataset): RunDataset =>
  recordDataset(argument, dataset, {
    trainImages: sha256(dataset.train.pixels),
    trainLabels: sha256(dataset.train.labels),
    testImages: sha256(dataset.test.pixels),
    testLabels: sha256(dataset.test.labels),
  });

/**
 * The DATASET argument that a run records: a run that a page wrote has images of its own in `./data` of its folder.
 * What the command line records is a name or an absolute path.
 */
export const recordedDataset = (folder: string, { argument }: Pick<RunDataset, 'argument'>): string =>
  argument.startsWith('./') ? join(folder, argument) : argument;
