/**
 * A pack on the disk as a data set: in memory where it is small, else with all its images stored and some of them in memory.
 */
import { crc32 } from 'node:zlib';
import type { Dataset } from 'latent-plane';
import { imageSize, inputError, openPack, readAll, type Source, sampleOf } from 'latent-plane/internal';
import { grouped } from '../tables.ts';
import { openedSource } from './disk-source.ts';

/** Bytes of pixels that are held in memory. */
const DEFAULT_LIMIT = 2 ** 30;

/** `LATENT_PLANE_MEMORY` in MiB. @throws LatentError (input) `memory-limit`. */
export const memoryLimit = (text = process.env.LATENT_PLANE_MEMORY): number => {
  if (text === undefined || text === '') return DEFAULT_LIMIT;
  const mebibytes = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (mebibytes > 0 && mebibytes <= 2048) return mebibytes * 2 ** 20;
  throw inputError('memory-limit', {
    at: { subject: 'LATENT_PLANE_MEMORY' },
    expected: 'the MiB of images that are held in memory, 1 to 2048',
    got: `"${text.slice(0, 40)}"`,
  });
};

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toPrecision(3)} GB`;

/** Opens a pack. @throws LatentError (input) as `openPack`. */
export const openPackFolder = async (
  source: Source,
  limit = memoryLimit(),
): Promise<{ readonly dataset: Dataset; readonly notes: readonly string[] }> => {
  const { manifest, train, test, sums } = await openPack(openedSource(source).files, crc32);
  const { name, licence, source: origin, classNames } = manifest;
  const facts = { name, licence, source: origin, classNames };
  const bytes = (train.count + test.count) * imageSize(train);
  if (bytes <= limit)
    return { dataset: { ...facts, train: await readAll(train), test: await readAll(test) }, notes: [] };
  const dataset = { ...facts, train: await sampleOf(train), test: await sampleOf(test), stored: { train, test, sums } };
  const [looked, all] = [dataset.train.count + dataset.test.count, train.count + test.count];
  const notes = [
    `${gigabytes(bytes)} of images stay on the disk (LATENT_PLANE_MEMORY=${Math.floor(limit / 2 ** 20)} MiB are held): a training reads them batch by batch`,
    `all else looks at ${grouped(looked)} of ${grouped(all)} images, evenly spread, and numbers these alone: ${grouped(dataset.train.count)} training and ${grouped(dataset.test.count)} test images`,
  ];
  return { dataset, notes };
};
