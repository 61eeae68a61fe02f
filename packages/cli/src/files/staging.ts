/**
 * Folders under a temporary name: one that is being made, one that gives way.
 *
 * In: files by name. Out: the folder, its list first, so that what a killed process left is known by name and list, and
 * removed by the next one; what had to give way when it was killed comes back.
 */
import { readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { diskFiles } from './file-system.ts';
import { formatInventory, INVENTORY_FILE, type Inventory, isUnfinishedInventory, readInventory } from './inventory.ts';
import { sha256Of } from './sha256.ts';
import { isTemporaryName, leftoversOf } from './temporary-names.ts';
import { removeKnown } from './tree.ts';

/** By path within the folder, with slashes. */
export type Files = ReadonlyMap<string, Uint8Array>;

/** Writes a folder that is not there. */
export const writeStaged = async (folder: string, files: Files, inventory: Inventory): Promise<void> => {
  await diskFiles.makeFolder(folder);
  await diskFiles.writeFlushed(join(folder, INVENTORY_FILE), new TextEncoder().encode(formatInventory(inventory)));
  for (const parent of new Set([...files.keys()].map(dirname))) await diskFiles.makeFolder(join(folder, parent));
  for (const [path, bytes] of files) await diskFiles.writeFlushed(join(folder, path), bytes);
  await diskFiles.flushFolder(folder);
};

const isFolderOf = (path: string, inventory: Inventory): boolean =>
  path.endsWith('/') && [...inventory.keys()].some((file) => file.startsWith(path));

/** Whether a file is as we wrote it; false where it is not there. */
export const isUnchanged = async (folder: string, path: string, inventory: Inventory): Promise<boolean> => {
  const bytes = await readFile(join(folder, path)).catch(() => null);
  return bytes !== null && (inventory.get(path)?.sha256.includes(sha256Of(bytes)) ?? false);
};

/** Removes a folder that gave way, where nothing but what we wrote is in it. @returns what else is. */
const removeReplaced = async (folder: string): Promise<readonly string[]> => {
  const inventory = (await readInventory(folder)) ?? new Map();
  const unchanged = new Set([INVENTORY_FILE]);
  for (const path of inventory.keys()) if (await isUnchanged(folder, path, inventory)) unchanged.add(path);
  return removeKnown(folder, (path) => unchanged.has(path) || isFolderOf(path, inventory), { last: INVENTORY_FILE });
};

const isThere = async (path: string): Promise<boolean> =>
  (await diskFiles.list(dirname(path))).includes(path.slice(dirname(path).length).replace(/^[\\/]/, ''));

/** Removes a folder that gave way; what came into it in its last instant goes to the one in its place. */
export const removeOld = async (old: string, target: string): Promise<void> => {
  for (const path of await removeReplaced(old)) {
    if (path.endsWith('/') || (await isThere(join(target, path)))) continue;
    await diskFiles.makeFolder(dirname(join(target, path)));
    await rename(join(old, path), join(target, path));
  }
  if (await isThere(old)) await removeReplaced(old);
};

/** Removes a folder that was being made; its list says what may be in it. */
const removeStaged = async (folder: string): Promise<void> => {
  const list = await diskFiles.read(join(folder, INVENTORY_FILE));
  // Killed while it wrote the list, before any other file.
  const isUnfinished = list !== null && isUnfinishedInventory(list);
  const inventory = (isUnfinished ? null : await readInventory(folder)) ?? new Map();
  await removeKnown(
    folder,
    (path) => path === INVENTORY_FILE || isTemporaryName(path) || inventory.has(path) || isFolderOf(path, inventory),
    { last: INVENTORY_FILE },
  );
};

/** Clears what killed processes left in a folder for the target of that name. */
export const clearLeftovers = async (folder: string, name: string): Promise<void> => {
  const names = await diskFiles.list(folder);
  for (const left of leftoversOf(names, name, 'old')) {
    const target = join(folder, name);
    // Killed between the two renames.
    if (!(await isThere(target))) await rename(join(folder, left), target);
    else await removeOld(join(folder, left), target).catch(() => undefined);
  }
  // What cannot be removed now is in nobody's way.
  for (const left of leftoversOf(names, name, 'making')) await removeStaged(join(folder, left)).catch(() => undefined);
};
