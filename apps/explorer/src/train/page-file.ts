/**
 * A person's files as the library's readers take them, read piece by piece where only a piece is asked for.
 *
 * In: files with their paths. Out: a source; a folder that holds all of them gives it its name.
 */
import { inputError, reasonOf, type Source, type SourceFile } from 'latent-plane/internal';

export interface PathFile {
  /** With its folders, forward slashes. */
  readonly path: string;
  readonly file: File;
}

/** @throws LatentError (input) `not-readable` of a file that moved, or that the browser may not read. */
const bytesOf = async (blob: Blob, name: string): Promise<Uint8Array> => {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (cause) {
    throw inputError(
      'not-readable',
      {
        at: { file: name },
        problem: `it cannot be read any more (${reasonOf(cause)})`,
        hint: 'it may have been moved or changed: choose it again',
      },
      { cause },
    );
  }
};

export const pageFile = ({ path, file }: PathFile): SourceFile => ({
  name: path,
  path,
  size: file.size,
  read: (from, to) => bytesOf(file.slice(from, to), path),
  bytes: () => bytesOf(file, path),
});

/** The folder that holds all; null where there is none. */
const topFolder = (paths: readonly string[]): string | null => {
  const [first = ''] = paths;
  const top = first.slice(0, first.indexOf('/') + 1);
  return top !== '' && paths.every((path) => path.startsWith(top)) ? top : null;
};

/** The beginning that all have in common. */
const commonStart = ([first = '', ...others]: readonly string[]): string => {
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
};

/** What files are called together: after their folder, the one file without its endings, or what their names begin with. */
export const sourceName = (paths: readonly string[]): string => {
  const top = topFolder(paths);
  if (top !== null) return top.slice(0, -1);
  if (paths.length === 1) return paths[0].replace(/\.gz$/i, '').replace(/(?<=.)\.\w{1,5}$/, '');
  const name = commonStart(paths).replace(/[^\p{L}\p{N}]+$/u, '');
  return name.length > 1 && !name.includes('/') ? name : 'images';
};

/** Files as a folder that holds them. */
export const pageSource = (given: readonly PathFile[]): Source => {
  const paths = given.map(({ path }) => path);
  const top = topFolder(paths) ?? '';
  return {
    name: sourceName(paths),
    files: given.map(({ path, file }) => ({ ...pageFile({ path, file }), path: path.slice(top.length) })),
  };
};
