/**
 * One file that a command was asked for.
 *
 * In: a checked path, its content. Out: the file, whole or not there. A file that is there already gives way only where
 * it says that Latent Plane wrote it, or where it was told to with `--force`.
 */
import { lstat, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Command } from 'commander';
import { inputError } from 'latent-plane/internal';
import type { Destination } from './destination.ts';
import { diskFiles, systemCode, writeAtomic, writeError } from './file-system.ts';
import { removeEmptyFolders, removeTemporary, withUndo } from './interruption.ts';
import { bearsMark, withMark } from './marks.ts';
import { leftoversOf, temporaryName, whileInUse } from './temporary-names.ts';

export interface Overwriting {
  readonly force?: boolean;
}

/** The option of every command that writes files by name. */
export const addForce = (command: Command): Command =>
  command.option('--force', 'write over files that Latent Plane did not write');

/** Larger files than any of ours are not looked into. */
const MAX_BYTES = 2 ** 30;

const statusOf = async (path: string) => {
  try {
    return await lstat(path);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw writeError(path, error);
  }
};

/** Where the bytes go: a link stays, and what it leads to is written. */
export const realTarget = async (path: string): Promise<string> => {
  const there = await realpath(path).catch(() => null);
  return there ?? join(await realpath(dirname(path)).catch(() => dirname(path)), basename(path));
};

/**
 * Refuses a file that is there and is not ours.
 *
 * @throws LatentError (input) `file-exists`, `not-a-file`.
 */
export const requireFree = async (path: string, { force = false }: Overwriting): Promise<void> => {
  const target = await realTarget(path);
  const status = await statusOf(target);
  if (status === null) return;
  if (!status.isFile())
    throw inputError('not-a-file', {
      at: { file: path },
      expected: 'a file or nothing',
      got: 'something else',
      hint: 'give another name',
    });
  if (force || (status.size <= MAX_BYTES && bearsMark(target, await readFile(target)))) return;
  throw inputError('file-exists', {
    at: { file: path },
    expected: 'nothing, or a file that Latent Plane wrote',
    got: 'another one',
    hint: 'give another name, or write over it with --force',
  });
};

/** Makes the folder of a file, but none above that. @returns whether it was not there. */
const makeItsFolder = async (path: string): Promise<boolean> => {
  const folder = dirname(path);
  if ((await statusOf(dirname(folder))) === null)
    throw inputError('no-folder', {
      at: { file: path },
      expected: `a folder ${dirname(folder)} to write into`,
      got: 'none',
      hint: 'make it, or choose another',
    });
  try {
    return (await diskFiles.makeFolder(folder)).length > 0;
  } catch (error) {
    throw writeError(path, error);
  }
};

/**
 * Writes a file with the mark of its format; makes its folder, but none above that.
 *
 * @throws LatentError (input) as `requireFree`; `no-folder` where the folder above is missing; (work) as `writeAtomic`.
 */
export const writeOutput = async (
  path: Destination,
  content: Uint8Array | string,
  overwriting: Overwriting = {},
): Promise<void> => {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const isNew = await makeItsFolder(path);
  const target = await realTarget(path);
  const [folder, name] = [dirname(target), basename(target)];
  const temporary = temporaryName(name, 'tmp');
  const undo = (): void => {
    removeTemporary(join(folder, temporary));
    if (isNew) removeEmptyFolders([folder]);
  };
  await withUndo(undo, async () => {
    for (const left of leftoversOf(await diskFiles.list(folder), name, 'tmp'))
      await diskFiles.remove(join(folder, left));
    await requireFree(path, overwriting);
    await whileInUse(temporary, () => writeAtomic(diskFiles, target, withMark(target, bytes)));
  });
};
