/**
 * What lies in a folder that is to be written: nothing, only what we wrote, or somebody's files too.
 *
 * In: the folder, the names to write. Out: its state and its list, or the error that names what is in the way.
 */
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LatentError } from 'latent-plane';
import { inputError } from 'latent-plane/internal';
import { systemCode, writeError } from './file-system.ts';
import { INVENTORY_FILE, type Inventory, readInventory } from './inventory.ts';
import { bearsMark } from './marks.ts';
import type { Overwriting } from './output.ts';
import { isUnchanged } from './staging.ts';
import { treeOf } from './tree.ts';

export interface FolderRequest extends Overwriting {
  /** The command: it replaces what it wrote itself. */
  readonly by: string;
  /** Paths within the folder, with slashes, as far as they are known by now. */
  readonly names: readonly string[];
  /** Somebody's files may not be in it before ours are. */
  readonly exclusive?: boolean;
}

export interface FolderState {
  /** `own`: every file in it is one that we wrote. */
  readonly state: 'absent' | 'empty' | 'own' | 'shared';
  readonly inventory: Inventory;
}

type Kind = 'file' | 'folder' | 'other';

const kindOf = async (path: string): Promise<Kind | null> => {
  try {
    const status = await lstat(path);
    return status.isFile() ? 'file' : status.isDirectory() ? 'folder' : 'other';
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw writeError(path, error);
  }
};

const taken = (path: string): LatentError =>
  inputError('file-exists', {
    at: { file: path },
    expected: 'nothing, or a file that Latent Plane wrote',
    got: 'another one',
    hint: 'name another folder, or write over it with --force',
  });

const changed = (path: string): LatentError =>
  inputError('file-changed', {
    at: { file: path },
    expected: 'the file that Latent Plane wrote',
    got: 'one that was changed since',
    hint: 'move it away, or write over it with --force',
  });

/** @param got - what is in the folder that is to hold nothing of anybody's. */
export const notFree = (folder: string, got: string): LatentError =>
  inputError('folder-not-empty', {
    at: { file: folder },
    expected: 'an empty folder, none, or an earlier output of this command',
    got,
    hint: 'name another',
  });

/** Every folder between must be one, not a link that leads elsewhere. */
const requireWay = async (shown: string, target: string, path: string): Promise<void> => {
  const names = path.split('/').slice(0, -1);
  for (const [i] of names.entries()) {
    const folder = names.slice(0, i + 1).join('/');
    const kind = await kindOf(join(target, folder));
    if (kind !== null && kind !== 'folder')
      throw inputError('not-a-folder', {
        at: { subject: join(shown, folder) },
        expected: 'a folder or nothing',
        got: 'a file',
        hint: 'name another folder',
      });
  }
};

const requirePlace = async (
  shown: string,
  target: string,
  path: string,
  inventory: Inventory,
  force: boolean,
): Promise<void> => {
  await requireWay(shown, target, path);
  const kind = await kindOf(join(target, path));
  if (kind === null) return;
  if (kind !== 'file')
    throw inputError('not-a-file', {
      at: { subject: join(shown, path) },
      expected: 'a file or nothing',
      got: 'something else',
      hint: 'name another folder',
    });
  if (force) return;
  if (inventory.has(path)) {
    if (!(await isUnchanged(target, path, inventory))) throw changed(join(shown, path));
  } else if (!bearsMark(path, await readFile(join(target, path)))) throw taken(join(shown, path));
};

/** Whether a file that the list names is by now another one. */
const holdsChanged = async (target: string, inventory: Inventory): Promise<boolean> => {
  for (const path of inventory.keys())
    if ((await kindOf(join(target, path))) !== null && !(await isUnchanged(target, path, inventory))) return true;
  return false;
};

/** Whether anything lies there that the list does not name. */
const holdsOthers = async (
  target: string,
  top: readonly string[],
  by: string,
  inventory: Inventory,
): Promise<boolean> => {
  const paths = [...inventory.keys()];
  if ([...inventory.values()].some((entry) => entry.by !== by)) return true;
  // The first look spares the traversal of what somebody keeps there.
  const known = new Set([INVENTORY_FILE, ...paths.map((path) => path.split('/')[0])]);
  if (top.some((name) => !known.has(name))) return true;
  const { files, folders } = await treeOf(target);
  return (
    files.some((path) => path !== INVENTORY_FILE && !inventory.has(path)) ||
    folders.some((folder) => !paths.some((path) => path.startsWith(`${folder}/`)))
  );
};

/**
 * @param shown - the folder as it was given, for messages.
 * @param target - where it is.
 * @throws LatentError (input) `folder-not-empty`, `file-exists`, `file-changed`, `not-a-folder`, `not-a-file`.
 */
export const readFolderState = async (
  shown: string,
  target: string,
  { by, names, force = false, exclusive = false }: FolderRequest,
): Promise<FolderState> => {
  const kind = await kindOf(target);
  if (kind === null) return { state: 'absent', inventory: new Map() };
  if (kind !== 'folder')
    throw inputError('not-a-folder', {
      at: { subject: shown },
      expected: 'a folder or a free name',
      got: 'a file',
      hint: 'give another name',
    });
  const top = await readdir(target);
  if (top.length === 0) return { state: 'empty', inventory: new Map() };
  const inventory = (await readInventory(target)) ?? new Map();
  const own = [...inventory].filter(([, entry]) => entry.by === by).map(([path]) => path);
  if (exclusive && own.length === 0 && !force) throw notFree(shown, `one with "${top.sort()[0]}"`);
  for (const path of new Set([...names, ...own])) await requirePlace(shown, target, path, inventory, force);
  const isShared =
    (await holdsOthers(target, top, by, inventory)) || (force && (await holdsChanged(target, inventory)));
  return { state: isShared ? 'shared' : 'own', inventory };
};
