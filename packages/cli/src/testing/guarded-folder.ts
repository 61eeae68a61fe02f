/** A folder that commands may read and must not change: tells which of its files changed, and puts them back. */
import { cp, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Change, changesBetween, type Snapshot, snapshotOf } from './sandbox.ts';

export interface GuardedFolder {
  /** Files that changed since the last look; they are as before again. */
  look(): Promise<readonly Change[]>;
}

/** A lock is there for as long as a command runs that keeps its figures with a run. */
const PASSING = /(^|\/)\.lock-/;

const withoutPassing = (snapshot: Snapshot): Snapshot => new Map([...snapshot].filter(([path]) => !PASSING.test(path)));

/** Cheap: a file whose size, time and number are the same was not written. */
const fingerprintsOf = async (folder: string): Promise<Snapshot> => {
  const names = (await readdir(folder, { recursive: true })).sort();
  const entries = await Promise.all(
    names.map(async (name): Promise<[string, string] | null> => {
      const status = await stat(join(folder, name)).catch(() => null);
      if (!status || PASSING.test(name)) return null;
      const print = status.isDirectory() ? 'folder' : `${status.size} ${status.mtimeMs} ${status.ino}`;
      return [name, print];
    }),
  );
  return new Map(entries.filter((entry) => entry !== null));
};

/** @param backup - gets a copy of the folder, to restore it from. */
export const guardFolder = async (folder: string, backup: string): Promise<GuardedFolder> => {
  await cp(folder, backup, { recursive: true, preserveTimestamps: true });
  const sums = withoutPassing(await snapshotOf(folder));
  let prints = await fingerprintsOf(folder);
  const restore = async ({ path, kind }: Change): Promise<void> => {
    await rm(join(folder, path), { recursive: true, force: true });
    if (kind !== 'made')
      await cp(join(backup, path), join(folder, path), { recursive: true, preserveTimestamps: true });
  };
  return {
    look: async () => {
      if (changesBetween(prints, await fingerprintsOf(folder)).length === 0) return [];
      const changes = changesBetween(sums, withoutPassing(await snapshotOf(folder)));
      for (const change of changes) await restore(change);
      prints = await fingerprintsOf(folder);
      return changes;
    },
  };
};
