/**
 * The floors of a data set, remembered in the cache folder: they take seconds and never change.
 *
 * In: a data set. Out: its floors. Remembered by the SHA-256 of the pixels, so that the name of a folder does not count.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { computeFloors, type Dataset, type FloorsByPart, LatentError, type Runtime } from 'latent-plane';
import * as v from 'valibot';
import { diskFiles, makeFolder, writeAtomic } from '../files/file-system.ts';
import { defaultCacheFolder } from './cache.ts';

/** Raised when the floors' definition changes. */
const VERSION = 1;

const floorsSchema = v.object({ constantGrey: v.number(), meanImage: v.number(), pca2: v.number() });
const fileSchema = v.object({
  version: v.literal(VERSION),
  train: floorsSchema,
  test: floorsSchema,
  all: floorsSchema,
});

const pixelsSha256 = ({ train, test }: Dataset): string => {
  const hash = createHash('sha256').update(`${train.count} ${test.count} ${train.height} ${train.width}\n`);
  return hash.update(train.pixels).update(test.pixels).digest('hex');
};

/** Null where the file is absent or not ours: then the floors are computed again. */
const readFloors = async (path: string): Promise<FloorsByPart | null> => {
  try {
    const bytes = await diskFiles.read(path);
    if (bytes === null) return null;
    const { train, test, all } = v.parse(fileSchema, JSON.parse(new TextDecoder().decode(bytes)));
    return { train, test, all };
  } catch {
    return null;
  }
};

/** The floors of a data set, from the cache or computed and put there. @throws LatentError as `computeFloors`. */
export const floorsOf = async (
  dataset: Dataset,
  runtime: Runtime,
  cacheFolder: string = defaultCacheFolder(),
): Promise<FloorsByPart> => {
  const folder = join(cacheFolder, 'floors');
  const path = join(folder, `${pixelsSha256(dataset)}.json`);
  const known = await readFloors(path);
  if (known !== null) return known;
  const floors = await computeFloors(dataset, { runtime });
  try {
    await makeFolder(diskFiles, folder);
    await writeAtomic(diskFiles, path, `${JSON.stringify({ version: VERSION, ...floors }, null, 2)}\n`);
  } catch (error) {
    // A cache that cannot be written is no reason to fail: the next evaluation computes them again.
    if (!(error instanceof LatentError)) throw error;
  }
  return floors;
};
