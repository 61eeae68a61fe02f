/**
 * The cache folder, and what is remembered there about files already checked.
 *
 * In: the environment, paths. Out: a folder's path; whether a file is still the one whose checksum was right.
 * Hashing 55 MB at every start would cost more than reading them, so a file that once had the right checksum is
 * known again by its size and its time of change. Losing this memory costs only the next hashing.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import envPaths from 'env-paths';
import type { Checksum } from 'latent-plane';
import { isRecord, tryJsonAs } from 'latent-plane/internal';
import * as v from 'valibot';
import { cacheFolderIn } from '../files/destination.ts';
import { processStart } from '../files/process-identity.ts';

const fromEnvironment = cacheFolderIn('LATENT_PLANE_CACHE');

/**
 * `LATENT_PLANE_CACHE`, else the platform's own place for caches.
 *
 * @throws LatentError (input) where the variable names a folder that is no place for a cache, as `requireAllowed`.
 */
export const defaultCacheFolder = (environment: NodeJS.ProcessEnv = process.env): string =>
  environment.LATENT_PLANE_CACHE
    ? fromEnvironment(environment.LATENT_PLANE_CACHE)
    : envPaths('latent-plane', { suffix: '' }).cache;

const marksSchema = v.pipe(
  v.custom<Readonly<Record<string, unknown>>>(isRecord),
  v.record(
    v.string(),
    v.object({ bytes: v.number(), mtimeMs: v.number(), sha256: v.optional(v.string()), md5: v.optional(v.string()) }),
  ),
);

/** By path; size and time of change tell whether a file is still the one that was hashed. */
type Marks = v.InferOutput<typeof marksSchema>;

const marksFile = (cacheFolder: string): string => join(cacheFolder, 'verified.json');

/** Path to mark; empty where there is none yet, null where the file is none of ours: then everything is hashed again. */
async function readMarks(cacheFolder: string): Promise<Marks | null> {
  return tryJsonAs(await readFile(marksFile(cacheFolder)).catch(() => '{}'), marksSchema);
}

/** Whether this file, as it lies there now, was found to have this checksum. Hashes nothing. */
export async function isMarked(cacheFolder: string, path: string, { type, hex }: Checksum): Promise<boolean> {
  const mark = (await readMarks(cacheFolder))?.[path];
  if (mark === undefined || mark[type] !== hex) return false;
  const now = await stat(path).catch(() => undefined);
  return now !== undefined && now.size === mark.bytes && now.mtimeMs === mark.mtimeMs;
}

/** Removes what a process left that was killed while it wrote the marks. */
async function removeLeftovers(cacheFolder: string): Promise<void> {
  for (const name of await readdir(cacheFolder)) {
    const pid = /^verified\.json\.(\d+)\.tmp$/.exec(name)?.[1];
    if (pid !== undefined && (await processStart(Number(pid))) === null)
      await rm(join(cacheFolder, name), { force: true });
  }
}

/** Remembers that the file as it lies there now has this checksum. */
export async function mark(cacheFolder: string, path: string, { type, hex }: Checksum): Promise<void> {
  try {
    const { size, mtimeMs } = await stat(path);
    const before = await readMarks(cacheFolder);
    if (before === null) return;
    const marks = { ...before, [path]: { bytes: size, mtimeMs, [type]: hex } };
    const target = marksFile(cacheFolder);
    const temporary = `${target}.${process.pid}.tmp`;
    await mkdir(dirname(target), { recursive: true });
    await removeLeftovers(cacheFolder);
    await writeFile(temporary, `${JSON.stringify(marks, undefined, 2)}\n`);
    await rename(temporary, target).catch(async (error: unknown) => {
      await rm(temporary, { force: true });
      throw error;
    });
  } catch {
    // A cache that cannot be written (read-only home, full disk) is no reason not to load: the next start hashes again.
  }
}

/** The digest of a file, piece by piece, however large it is; lower-case hexadecimal. */
export async function digestOf(path: string, type: Checksum['type']): Promise<string> {
  const hash = createHash(type);
  for await (const piece of createReadStream(path, { highWaterMark: 2 ** 20 })) hash.update(piece as Uint8Array);
  return hash.digest('hex');
}

/** Whether a file has the expected checksum, from memory or by hashing. */
export async function verify(cacheFolder: string, path: string, checksum: Checksum): Promise<boolean> {
  if (await isMarked(cacheFolder, path, checksum)) return true;
  if ((await digestOf(path, checksum.type)) !== checksum.hex) return false;
  await mark(cacheFolder, path, checksum);
  return true;
}
