/** What lies below a folder, and its removal where all of it is known. */
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { diskFiles } from './file-system.ts';

/** Paths within the folder, with slashes. Links are not followed: they count as files. */
export interface Tree {
  readonly files: readonly string[];
  /** The outer before the inner. */
  readonly folders: readonly string[];
}

/** Everything below a folder that is there. */
export const treeOf = async (folder: string): Promise<Tree> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const path = (entry: (typeof entries)[number]): string =>
    relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/');
  const [folders, files] = [true, false].map((wanted) =>
    entries
      .filter((entry) => entry.isDirectory() === wanted)
      .map(path)
      .sort(),
  );
  return { files, folders };
};

export interface Removal {
  /** Known files that stay, and the folder with them. */
  readonly isKept?: (path: string) => boolean;
  /** The file that says what the others are: what is broken off can be gone on with. */
  readonly last?: string;
}

/**
 * Removes a folder where all that is in it is known; otherwise nothing of it.
 *
 * @param isKnown - of a path within the folder; that of a folder ends in a slash.
 * @returns what is not known.
 */
export const removeKnown = async (
  folder: string,
  isKnown: (path: string) => boolean,
  { isKept = () => false, last }: Removal = {},
): Promise<readonly string[]> => {
  const { files, folders } = await treeOf(folder);
  const foreign = [...files, ...folders.map((path) => `${path}/`)].filter((path) => !isKnown(path));
  if (foreign.length > 0) return foreign;
  const leaving = files.filter((path) => !isKept(path));
  for (const path of leaving.filter((each) => each !== last)) await diskFiles.remove(join(folder, path));
  for (const path of [...folders].reverse()) await diskFiles.removeEmpty(join(folder, path));
  // After the folders too: they are known by the files that it names.
  if (last !== undefined && leaving.includes(last)) await diskFiles.remove(join(folder, last));
  await diskFiles.removeEmpty(folder);
  return [];
};
