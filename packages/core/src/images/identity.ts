/** Which images and labels a data set holds, whatever it is called: names are labels, sums tell data apart. */
import { sha256Hex } from './checksum.ts';
import { labelBytes } from './labels.ts';
import { DATASETS, type DatasetEntry } from './registry.ts';
import { type ImageShape, sameImageShape, storedShape } from './shape.ts';
import type { Dataset, DatasetSums } from './types.ts';

/** What tells two data sets apart; a run's `config.dataset` is one. */
export interface DataIdentity extends ImageShape {
  /** Sums of its pixels and labels. */
  readonly sha256: DatasetSums;
}

/**
 * SHA-256 sums of a data set's parts, in hexadecimal; through WebCrypto, which Node and pages have alike.
 *
 * @throws LatentError `sha256-unavailable` (work) in a page that is neither on https nor on localhost.
 */
export const datasetSums = async ({ train, test }: Pick<Dataset, 'train' | 'test'>): Promise<DatasetSums> => ({
  trainImages: await sha256Hex(train.pixels),
  trainLabels: await sha256Hex(labelBytes(train.labels)),
  testImages: await sha256Hex(test.pixels),
  testLabels: await sha256Hex(labelBytes(test.labels)),
});

/** Whether all four sums are equal. */
export const sameSums = (a: DatasetSums, b: DatasetSums): boolean =>
  a.trainImages === b.trainImages &&
  a.trainLabels === b.trainLabels &&
  a.testImages === b.testImages &&
  a.testLabels === b.testLabels;

/** Whether both hold the same images and labels in the same order; what is not known is the same as nothing. */
export const sameData = (a: DataIdentity | null | undefined, b: DataIdentity | null | undefined): boolean =>
  !!a && !!b && sameImageShape(a, b) && sameSums(a.sha256, b.sha256);

/** How a registered data set is known again; null where its sums are not known. */
export const identityOfEntry = (entry: DatasetEntry): DataIdentity | null =>
  entry.sums && { ...storedShape(entry), sha256: entry.sums };

/**
 * The registered data set that this one is; null where it is somebody's own, whatever its name.
 *
 * An entry without sums is known by its source: it stands in a data set only after the entry's files were checked.
 */
export const registeredEntry = (
  { name, source }: Pick<Dataset, 'name' | 'source'>,
  identity: DataIdentity,
  registry: readonly DatasetEntry[] = DATASETS,
): DatasetEntry | null =>
  registry.find((entry) =>
    entry.sums === null ? entry.name === name && entry.source === source : sameData(identityOfEntry(entry), identity),
  ) ?? null;
