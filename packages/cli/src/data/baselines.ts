/**
 * The baselines of a data set, remembered in the cache folder: they take seconds and never change.
 *
 * In: a data set, and a model whose code says how many principal components it is compared with. Out: its baselines.
 * Remembered by the SHA-256 of the pixels, so that the name of a folder does not count.
 */
import { join } from 'node:path';
import { type BaselinesByPart, computeBaselines, type Dataset, LatentError, type RunnableModel } from 'latent-plane';
import { baselinesSchema, codeSizeOf, PLANE_DIMENSIONS, tryJsonAs } from 'latent-plane/internal';
import * as v from 'valibot';
import { diskFiles, makeFolder, writeAtomic } from '../files/file-system.ts';
import { sha256Of } from '../files/sha256.ts';
import { defaultCacheFolder } from './cache.ts';

/** Raised when the baselines' definition changes. */
const VERSION = 1;

const fileSchema = v.object({
  version: v.literal(VERSION),
  train: baselinesSchema,
  test: baselinesSchema,
  all: baselinesSchema,
});

const pixelsSha256 = ({ train, test }: Dataset): string =>
  sha256Of(`${train.count} ${test.count} ${train.height} ${train.width}\n`, train.pixels, test.pixels);

/** Null where the file is absent or not ours: then the baselines are computed again. */
const readBaselines = async (path: string): Promise<BaselinesByPart | null> => {
  const bytes = await diskFiles.read(path).catch(() => null);
  const kept = bytes && tryJsonAs(bytes, fileSchema);
  return kept && { train: kept.train, test: kept.test, all: kept.all };
};

/** What a model is compared with. */
export type Comparable = Pick<RunnableModel, 'network' | 'runtime'>;

/** The baselines of a data set, from the cache or computed and put there. @throws LatentError as `computeBaselines`. */
export const baselinesOf = async (
  dataset: Dataset,
  model: Comparable,
  cacheFolder: string = defaultCacheFolder(),
): Promise<BaselinesByPart> => {
  const folder = join(cacheFolder, 'baselines');
  const components = codeSizeOf(model);
  // Those of a plane had files of this name before there were others.
  const suffix = components === PLANE_DIMENSIONS ? '' : `-${components}`;
  const path = join(folder, `${pixelsSha256(dataset)}${suffix}.json`);
  const known = await readBaselines(path);
  if (known !== null) return known;
  const baselines = await computeBaselines(dataset, { runtime: model.runtime, components });
  try {
    await makeFolder(diskFiles, folder);
    await writeAtomic(diskFiles, path, `${JSON.stringify({ version: VERSION, ...baselines }, null, 2)}\n`);
  } catch (error) {
    // A cache that cannot be written is no reason to fail: the next evaluation computes them again.
    if (!(error instanceof LatentError)) throw error;
  }
  return baselines;
};
