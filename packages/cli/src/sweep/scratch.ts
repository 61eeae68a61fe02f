/**
 * Where a worker keeps the runs under way, and what killed workers left there.
 *
 * In: a folder, the system's for temporary files by default. Out: a folder of this process alone, removed at the end. A
 * killed worker cannot remove its own: the next one does. Which are in use their locks say.
 */
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskFiles, makeFolder, writeError } from '../files/file-system.ts';
import { removeKnown } from '../files/tree.ts';
import { isRunPath } from '../runs/known-files.ts';
import { isHeld, isLockFile, lockRun } from '../runs/lock.ts';

const PREFIX = 'latent-worker-';
/** A folder without a lock is one that is being made, unless it has lain there for so long. */
const UNLOCKED_MS = 3_600_000;

export interface Scratch {
  readonly folder: string;
  close(): Promise<void>;
}

const isLeft = async (folder: string, nowMs: number): Promise<boolean> => {
  const status = await lstat(folder);
  // Another user's are that user's to look at.
  if (!status.isDirectory() || (process.getuid && status.uid !== process.getuid())) return false;
  const wasLocked = (await diskFiles.list(folder)).some(isLockFile);
  return wasLocked ? !(await isHeld(folder)) : nowMs - status.mtimeMs > UNLOCKED_MS;
};

/** What a worker keeps there: its lock, and a run folder for each job. */
const isScratchPath = (path: string): boolean => {
  const within = path.indexOf('/') + 1;
  return within === path.length || isRunPath(path.slice(within));
};

/** Removes what workers left that are no more, and nothing that is none of theirs. @returns how many folders. */
export const clearScratch = async (place: string, nowMs: number): Promise<number> => {
  const names = (await readdir(place)).filter((name) => name.startsWith(PREFIX));
  let cleared = 0;
  for (const name of names) {
    const folder = join(place, name);
    // Another worker may be clearing it too.
    if (!(await isLeft(folder, nowMs).catch(() => false))) continue;
    const foreign = await removeKnown(folder, isScratchPath).catch(() => []);
    if (foreign.length === 0) cleared += 1;
  }
  return cleared;
};

/**
 * @param place - several workers may share it.
 * @throws LatentError (work) where it cannot be written.
 */
export const openScratch = async (place = tmpdir(), nowMs = Date.now()): Promise<Scratch> => {
  await makeFolder(diskFiles, place);
  await clearScratch(place, nowMs);
  const folder = await mkdtemp(join(place, PREFIX)).catch((error: unknown) => {
    throw writeError(place, error);
  });
  await lockRun(folder);
  return { folder, close: () => rm(folder, { recursive: true, force: true }) };
};
