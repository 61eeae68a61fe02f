/** What the data sets have in common that come as MNIST does: names of files, size and number of images. */
import type { DatasetRole, IdxDatasetFile } from './definition.ts';

const FILE_NAMES: Readonly<Record<DatasetRole, string>> = {
  trainImages: 'train-images-idx3-ubyte.gz',
  trainLabels: 'train-labels-idx1-ubyte.gz',
  testImages: 't10k-images-idx3-ubyte.gz',
  testLabels: 't10k-labels-idx1-ubyte.gz',
};

/** @param sha256 - of the gzipped file. @param rawSha256 - of the unpacked one; null where it is not known. */
export const idxFile = (
  role: DatasetRole,
  bytes: number,
  sha256: string,
  rawSha256: string | null,
): IdxDatasetFile => ({
  name: FILE_NAMES[role],
  bytes,
  checksum: { type: 'sha256', hex: sha256 },
  rawSha256,
});

/** 28 x 28 pixels, grey, 60,000 training and 10,000 test images. */
export const MNIST_SHAPE = {
  kind: 'idx',
  trainCount: 60_000,
  testCount: 10_000,
  height: 28,
  width: 28,
  channels: 1,
} as const;
