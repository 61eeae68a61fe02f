/**
 * The few things that are done to the disk where a killed process or a full disk must leave no damage.
 *
 * In: paths and bytes. Out: files that are whole or not there. It is a port so that a test can let a write fail.
 */
import { mkdir, open, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { LatentError } from 'latent-plane';
import { inputError, reasonOf, workError } from 'latent-plane/internal';
import { fileSize, readError } from './read-error.ts';
import { systemCode } from './system-code.ts';
import { isTemporaryName, leftoversOf, temporaryName, whileInUse } from './temporary-names.ts';

export { systemCode } from './system-code.ts';

export interface FileSystem {
  /** Makes the folder and those above it; nothing where it is there. @returns those made, the uppermost first. */
  makeFolder(path: string): Promise<readonly string[]>;
  /** Names in a folder; none where there is no such folder. @throws LatentError as `readError`. */
  list(path: string): Promise<readonly string[]>;
  /** Null where there is no such file. @throws LatentError as `readError`, `fileSize`. */
  read(path: string): Promise<Uint8Array | null>;
  /** Makes or truncates the file, writes, and returns when the disk has it. */
  writeFlushed(path: string, bytes: Uint8Array): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Returns when the disk has the names in the folder. */
  flushFolder(path: string): Promise<void>;
  /** Nothing where there is no such file. */
  remove(path: string): Promise<void>;
  /** Nothing where there is no such folder, or something in it. */
  removeEmpty(path: string): Promise<void>;
}

const orIfMissing = async <T>(path: string, action: Promise<T>, missing: T): Promise<T> => {
  try {
    return await action;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return missing;
    throw readError(path, error);
  }
};

const flush = async (path: string, flags: string, bytes?: Uint8Array): Promise<void> => {
  const handle = await open(path, flags);
  try {
    if (bytes) await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const isFolder = async (path: string): Promise<boolean> => (await stat(path).catch(() => null))?.isDirectory() === true;

/** One after the other: `recursive`, Node tries for ever where the system lets no folder be made, as below /proc. */
const makeFolders = async (path: string): Promise<readonly string[]> => {
  const missing: string[] = [];
  for (let at = path; !(await isFolder(at)); at = dirname(at)) {
    missing.unshift(at);
    if (dirname(at) === at) break;
  }
  const made: string[] = [];
  for (const folder of missing) {
    try {
      await mkdir(folder);
      made.push(folder);
    } catch (error) {
      // Another process may have made it meanwhile.
      if (systemCode(error) !== 'EEXIST' || !(await isFolder(folder))) throw error;
    }
  }
  return made;
};

const NOT_EMPTY = ['ENOENT', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST'];

const readWhole = async (path: string): Promise<Uint8Array> => {
  await fileSize(path);
  return readFile(path);
};

/** The disk of this machine. */
export const diskFiles: FileSystem = {
  makeFolder: makeFolders,
  list: (path) => orIfMissing<readonly string[]>(path, readdir(path), []),
  read: (path) => orIfMissing<Uint8Array | null>(path, readWhole(path), null),
  writeFlushed: (path, bytes) => flush(path, 'w', bytes),
  rename,
  // Windows has no handle for a folder, and needs none: its renames are journalled.
  flushFolder: (path) => (process.platform === 'win32' ? Promise.resolve() : flush(path, 'r')),
  remove: (path) => rm(path, { force: true }),
  removeEmpty: async (path) => {
    try {
      await rmdir(path);
    } catch (error) {
      if (!NOT_EMPTY.includes(systemCode(error) ?? '')) throw error;
    }
  },
};

const size = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** Calls that change something on the disk. Source: man 2 of Linux, and libuv's names for them. */
const CHANGES =
  /^(mkdir|mkdtemp|rmdir|unlink|rm|rename|link|symlink|write|writev|writeFile|appendFile|copyfile|copyFile|cp|fsync|fdatasync|ftruncate|utime|utimes|chmod|chown)(Sync)?$/;

/** A failure of the system that nobody put into words where it came up, in words; any other error as it is. */
export const systemFailure = (error: unknown): unknown => {
  if (!(error instanceof Error) || !('syscall' in error && 'path' in error)) return error;
  const { syscall, path } = error;
  if (typeof syscall !== 'string' || typeof path !== 'string') return error;
  return CHANGES.test(syscall) ? writeError(path, error) : readError(path, error);
};

/** A failed write in words: what could not be written, why, and what to do. */
export const writeError = (path: string, error: unknown, bytes?: number): LatentError => {
  const code = systemCode(error);
  const options = { cause: error };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const amount = bytes === undefined ? '' : ` for ${size(bytes)}`;
    return workError(
      'no-space',
      { at: { file: path }, problem: `no space left${amount}`, hint: 'free some, or choose a folder on another disk' },
      options,
    );
  }
  if (code === 'ENOTDIR' || code === 'EEXIST') {
    return inputError(
      'not-a-folder',
      { at: { file: path }, expected: 'a folder or nothing', got: 'a file', hint: 'choose another path' },
      options,
    );
  }
  if (code === 'ENOENT')
    return workError(
      'folder-gone',
      {
        at: { file: path },
        problem: 'could not be written, for its folder is not there any more',
        hint: 'run the same command again',
      },
      options,
    );
  if (code === 'ENAMETOOLONG')
    return inputError(
      'name-too-long',
      { at: { file: path }, problem: 'has a longer name than this disk takes', hint: 'give a shorter one' },
      options,
    );
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return workError(
      'not-writable',
      { at: { file: path }, problem: `may not be written (${code})`, hint: 'choose a folder of your own' },
      options,
    );
  }
  const reason = reasonOf(error);
  return workError(
    'write-failed',
    {
      at: { file: path },
      problem: `could not be written (${reason})`,
      hint: 'see to the disk, or choose another folder',
    },
    options,
  );
};

/** Removes what killed processes left that wrote the same file. What cannot be removed now is in nobody's way. */
const clearTemporaries = async (files: FileSystem, folder: string, name: string): Promise<void> => {
  const names = await files.list(folder).catch(() => []);
  for (const left of leftoversOf(names, name, 'tmp')) await files.remove(join(folder, left)).catch(() => undefined);
};

/**
 * Writes a file so that at every instant, killed or not, the old bytes or the new ones are there, never a part.
 *
 * @throws LatentError (work) `no-space`, `not-writable`, `write-failed`; the old file is then as it was.
 */
export const writeAtomic = async (files: FileSystem, path: string, content: Uint8Array | string): Promise<void> => {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  const [folder, name] = [dirname(path), temporaryName(basename(path), 'tmp')];
  const temporary = join(folder, name);
  try {
    await whileInUse(name, async () => {
      await files.writeFlushed(temporary, bytes);
      await files.rename(temporary, path);
    });
    await files.flushFolder(folder);
  } catch (error) {
    await files.remove(temporary).catch(() => undefined); // the first failure is the one to tell
    throw writeError(path, error, bytes.length);
  }
  await clearTemporaries(files, folder, basename(path));
};

/** @returns the folders made, the uppermost first. @throws LatentError (work) as `writeAtomic`. */
export const makeFolder = async (files: FileSystem, path: string): Promise<readonly string[]> => {
  try {
    return await files.makeFolder(path);
  } catch (error) {
    throw writeError(path, error);
  }
};

/** Removes what a killed `writeAtomic` left in a folder that this process alone writes. */
export const removeTemporaries = async (files: FileSystem, folder: string): Promise<void> => {
  for (const name of await files.list(folder)) if (isTemporaryName(name)) await files.remove(join(folder, name));
};
