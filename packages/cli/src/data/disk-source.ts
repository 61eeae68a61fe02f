/**
 * Files on the disk as the library's readers take them: a folder with all that lies in it, or one file.
 *
 * Nothing is read before a reader asks for it.
 */
import { open as openFile, read as readFrom } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CLASSES_FILE, inputError, type Source, type SourceFile } from 'latent-plane/internal';
import { fileSize, readError } from '../files/read-error.ts';

/** More files than any set of pictures of this kind; a whole disk named by mistake ends here. */
const MAX_FILES = 2_000_000;
const MAX_DEPTH = 8;

/** Part of a file; the whole of a small one is read at once. */
const readRange =
  (path: string) =>
  async (from: number, to: number): Promise<Uint8Array> => {
    const handle = await open(path);
    try {
      const wanted = new Uint8Array(Math.max(0, to - from));
      const { bytesRead } = await handle.read(wanted, 0, wanted.length, from);
      return wanted.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  };

const descriptorOf = (path: string): Promise<number> =>
  new Promise((done, failed) =>
    openFile(path, 'r', (error, descriptor) => {
      if (error) failed(error);
      else done(descriptor);
    }),
  );

/** @returns bytes read, none at the end of the file. */
const readInto = (descriptor: number, into: Uint8Array, at: number): Promise<number> =>
  new Promise((done, failed) =>
    readFrom(descriptor, into, 0, into.length, at, (error, bytesRead) => {
      if (error) failed(error);
      else done(bytesRead);
    }),
  );

/** Parts of a file that stays open, since many of it are read. Descriptors go with the process. */
const rangesOf = (path: string): ((from: number, to: number) => Promise<Uint8Array>) => {
  let descriptor: Promise<number> | null = null;
  return async (from, to) => {
    descriptor ??= descriptorOf(path);
    const wanted = new Uint8Array(Math.max(0, to - from));
    let filled = 0;
    while (filled < wanted.length) {
      const bytesRead = await readInto(await descriptor, wanted.subarray(filled), from + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return wanted.subarray(0, filled);
  };
};

const diskFile = (name: string, path: string, size: number, ranges = readRange(name)): SourceFile => ({
  name,
  path,
  size,
  read: (from, to) =>
    ranges(from, to).catch((error: unknown) => {
      throw readError(name, error);
    }),
  bytes: () =>
    readFile(name).catch((error: unknown) => {
      throw readError(name, error);
    }),
});

const tooMany = (folder: string): Error =>
  inputError('dataset-folder', {
    at: { file: folder },
    expected: `at most ${MAX_FILES} files`,
    hint: 'name the folder of the images themselves',
  });

/** Hidden folders and packages of Node hold no data set. Pipes and devices would be read for ever: they are left out, as are links to folders, which may lead in a circle. */
const listFolder = async (root: string): Promise<readonly SourceFile[]> => {
  const files: SourceFile[] = [];
  const visit = async (folder: string, within: string, depth: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      const [name, path] = [join(folder, entry.name), within + entry.name];
      if (entry.isDirectory()) {
        if (path === CLASSES_FILE) await fileSize(name);
        if (depth < MAX_DEPTH) await visit(name, `${path}/`, depth + 1);
      } else if (entry.isFile() || entry.isSymbolicLink()) {
        const found = await stat(name).catch(() => undefined); // a link to nothing
        if (found?.isFile()) files.push(diskFile(name, path, found.size));
      }
      if (files.length > MAX_FILES) throw tooMany(root);
    }
  };
  await visit(root, '', 0);
  return files;
};

/**
 * A folder or a file as a source.
 *
 * @throws LatentError (input) `dataset-folder` if it cannot be read, `not-a-file`.
 */
export const diskSource = async (path: string, isFolder: boolean): Promise<Source> => {
  if (!isFolder) return { name: path, files: [diskFile(path, basename(path), await fileSize(path))] };
  try {
    return { name: path, files: await listFolder(path) };
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) throw error;
    throw inputError(
      'dataset-folder',
      { at: { file: path }, problem: `cannot be read (${error.message})` },
      { cause: error },
    );
  }
};

/** The same with files that stay open once something of them was read: for few, of which many parts are asked for. */
export const openedSource = ({ name, files }: Source): Source => ({
  name,
  files: files.map((file) => diskFile(file.name, file.path, file.size, rangesOf(file.name))),
});
