/**
 * A folder of files that a command was asked for.
 *
 * In: a checked path, files by name. Out: the folder, whole or as it was. A new one is written beside its place and
 * renamed into it; so is one that holds nothing but what we wrote. Where somebody's files lie in it, they stay, and ours
 * are put in one by one. What is in the way is named (`folder-state.ts`), and written over only with `--force`.
 */
import { existsSync, renameSync } from 'node:fs';
import { access, constants, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { LatentError } from 'latent-plane';
import { withFacts } from 'latent-plane/internal';
import type { Destination } from './destination.ts';
import { diskFiles, makeFolder, writeAtomic, writeError } from './file-system.ts';
import { type FolderRequest, type FolderState, notFree, readFolderState } from './folder-state.ts';
import { removeEmptyFolders, removeTemporary, withUndo } from './interruption.ts';
import { formatInventory, INVENTORY_FILE, type Inventory } from './inventory.ts';
import { realTarget } from './output.ts';
import { sha256Of } from './sha256.ts';
import { clearLeftovers, type Files, isUnchanged, removeOld, writeStaged } from './staging.ts';
import { temporaryName, whileInUse } from './temporary-names.ts';

export interface FolderOutput extends Omit<FolderRequest, 'names'> {
  /** By path within the folder, with slashes; written in this order. */
  readonly files: ReadonlyMap<string, Uint8Array | string>;
}

const mayWrite = (folder: string): Promise<boolean> =>
  access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );

/** Names a temporary sibling or child, in use while `action` runs. */
const asTemporary = async <T>(
  folder: string,
  name: string,
  stage: 'making' | 'old',
  action: (path: string) => Promise<T>,
) => {
  const temporary = temporaryName(name, stage);
  return whileInUse(temporary, () => action(join(folder, temporary)));
};

/** The error where the system let a folder be renamed, and neither the new one into its place nor the old one back. */
const leftAside = (target: string, old: string, error: unknown): LatentError => {
  const hint = `what was there is whole in ${old}: give it its name back, or run the same command again, which does`;
  return withFacts(writeError(target, error), { hint });
};

/**
 * @param stage - makes the folder under its temporary name.
 * @param isListed - whether the list stays; a run folder is known by its `config.json`.
 */
const replaceWhole = (
  target: string,
  isThere: boolean,
  stage: (making: string) => Promise<void>,
  isListed = true,
): Promise<void> => {
  const [parent, name] = [dirname(target), basename(target)];
  return asTemporary(parent, name, 'old', (old) =>
    asTemporary(parent, name, 'making', (making) => {
      const undo = (): void => {
        try {
          if (existsSync(old) && !existsSync(target)) renameSync(old, target);
        } finally {
          removeTemporary(making);
        }
      };
      return withUndo(undo, async () => {
        await stage(making);
        if (isThere) await rename(target, old);
        else await diskFiles.removeEmpty(target);
        await rename(making, target);
        // Until it was in its place the list told whose the folder is.
        if (!isListed) await diskFiles.remove(join(target, INVENTORY_FILE)).catch(() => undefined);
        const flushed = await diskFiles.flushFolder(parent).then(
          () => null,
          (error: unknown) => ({ error }),
        );
        // The folder is in its place; what is left of the old one goes with the next output.
        if (isThere) await removeOld(old, target).catch(() => removeOld(old, target).catch(() => undefined));
        if (flushed) throw flushed.error;
      }).catch((error: unknown) => {
        throw existsSync(old) && !existsSync(target) ? leftAside(target, old, error) : error;
      });
    }),
  );
};

/** Both versions of a file count as ours until all are in their place. */
const joined = (before: Inventory, after: Inventory): Inventory =>
  new Map([
    ...before,
    ...[...after].map(([path, { by, sha256 }]) => {
      const sums = [...(before.get(path)?.sha256 ?? []), ...sha256];
      return [path, { by, sha256: [...new Set(sums)] }] as const;
    }),
  ]);

/** Removes files of an earlier output of the same command that the new one does not have. */
const removeStale = async (target: string, stale: readonly string[], inventory: Inventory): Promise<void> => {
  for (const path of stale) {
    if (!(await isUnchanged(target, path, inventory))) continue;
    await diskFiles.remove(join(target, path));
    for (let at = dirname(path); at !== '.'; at = dirname(at)) await diskFiles.removeEmpty(join(target, at));
  }
};

const putIn = (target: string, before: Inventory, files: Files, after: Inventory): Promise<void> =>
  asTemporary(target, basename(target), 'making', (making) =>
    withUndo(
      () => removeTemporary(making),
      async () => {
        const list = join(target, INVENTORY_FILE);
        const [{ by }] = after.values();
        const stale = [...before].filter(([path, entry]) => entry.by === by && !after.has(path)).map(([path]) => path);
        await writeStaged(making, files, after);
        await writeAtomic(diskFiles, list, formatInventory(joined(before, after)));
        for (const path of files.keys()) {
          await diskFiles.makeFolder(dirname(join(target, path)));
          await rename(join(making, path), join(target, path));
        }
        await removeStale(target, stale, before);
        const kept = [...before].filter(([path]) => !stale.includes(path));
        await writeAtomic(diskFiles, list, formatInventory(new Map([...kept, ...after])));
        removeTemporary(making);
      },
    ),
  );

const place = async (target: string, { state, inventory }: FolderState, files: Files, after: Inventory) => {
  const isThere = state !== 'absent';
  if (state === 'shared' || (isThere && !(await mayWrite(dirname(target)))))
    await putIn(target, inventory, files, after);
  else await replaceWhole(target, state === 'own', (making) => writeStaged(making, files, after));
};

/** The real path of a folder to write, with what killed processes left for it cleared away. */
const cleared = async (path: string): Promise<string> => {
  const target = await realTarget(path);
  await clearLeftovers(dirname(target), basename(target));
  await clearLeftovers(target, basename(target));
  return target;
};

/**
 * Refuses a folder before the work, as `writeFolder` would after it.
 *
 * @throws LatentError (input) as `readFolderState`.
 */
export const requireFolder = async (path: Destination, request: FolderRequest): Promise<void> => {
  await readFolderState(path, await cleared(path), request);
};

const bytesOf = (files: FolderOutput['files']): Files => {
  const encoder = new TextEncoder();
  return new Map(
    [...files].map(([name, content]) => [name, typeof content === 'string' ? encoder.encode(content) : content]),
  );
};

const inventoryOf = (by: string, files: Files): Inventory =>
  new Map([...files].map(([name, content]) => [name, { by, sha256: [sha256Of(content)] }]));

/** Makes the folders above the target; they go where what is to be in them does not come. */
const within = async (path: string, target: string, action: () => Promise<void>): Promise<void> => {
  const made = await makeFolder(diskFiles, dirname(target));
  await withUndo(
    () => removeEmptyFolders(made),
    () =>
      action().catch((error: unknown) => {
        throw error instanceof LatentError ? error : writeError(path, error);
      }),
  );
};

/**
 * Makes a folder that is not there, or empty, and known by one of its files; see `writeFolder`.
 *
 * @throws LatentError (work) as `writeFolder`.
 */
export const makeKnownFolder = async (path: Destination, { by, files }: FolderOutput): Promise<void> => {
  const target = await cleared(path);
  const bytes = bytesOf(files);
  const stage = (making: string): Promise<void> => writeStaged(making, bytes, inventoryOf(by, bytes));
  await within(path, target, () => replaceWhole(target, false, stage, false));
};

/**
 * Writes a folder with the list of its files, `.latent-plane.json`.
 *
 * @throws LatentError (input) as `readFolderState`; (work) `no-space`, `not-writable`, `write-failed`: the folder is then
 *   as it was, or, where somebody's files are in it, some of its files are new.
 */
export const writeFolder = async (path: Destination, { files, ...request }: FolderOutput): Promise<void> => {
  const bytes = bytesOf(files);
  const target = await cleared(path);
  const state = await readFolderState(path, target, { ...request, names: [...bytes.keys()] });
  await within(path, target, () => place(target, state, bytes, inventoryOf(request.by, bytes)));
};

/** A folder whose files do not fit into memory. */
export interface LargeFolder extends FolderRequest {
  /** Writes each of the names into a folder that is there. @returns their sums, by name. */
  readonly write: (folder: string) => Promise<ReadonlyMap<string, string>>;
}

/**
 * Writes a folder as `writeFolder` does, file by file; one in which somebody's files lie is refused.
 *
 * @throws LatentError as `writeFolder`; what `write` throws: the folder is then as it was.
 */
export const writeLargeFolder = async (path: Destination, { write, ...request }: LargeFolder): Promise<void> => {
  const target = await cleared(path);
  const { state } = await readFolderState(path, target, { ...request, exclusive: true });
  if (state === 'shared') throw notFree(path, 'one with other files');
  const stage = async (making: string): Promise<void> => {
    // What a killed process leaves is known by the names.
    await writeStaged(making, new Map(), listOf(request.by, request.names, new Map()));
    const sums = await write(making);
    const list = formatInventory(listOf(request.by, request.names, sums));
    await writeAtomic(diskFiles, join(making, INVENTORY_FILE), list);
    await diskFiles.flushFolder(making);
  };
  await within(path, target, () => replaceWhole(target, state === 'own', stage));
};

const NOTHING = sha256Of(new Uint8Array(0));

const listOf = (by: string, names: readonly string[], sums: ReadonlyMap<string, string>): Inventory =>
  new Map(names.map((name) => [name, { by, sha256: [sums.get(name) ?? NOTHING] }]));
