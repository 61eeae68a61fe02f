/**
 * Writes the explorer with its data as a folder that any static host serves, below any path.
 *
 * In: the built page, a bundle and where to write. Out: a folder that is whole or not there. A folder with something
 * else in it is left alone; one that was written here is replaced whole.
 */
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { inputError, workError } from 'latent-plane';
import { systemCode } from '../files/file-system.ts';
import { type ExplorerData, fileSums, SUMS_FILE } from './file-sums.ts';
import { openResources } from './resources.ts';

/** By this file a folder is known as one of ours; it also keeps GitHub Pages from building the site. */
const MARKER = '.latent-plane-site';
const MARKER_TEXT = 'Written by `latent explore --export`, which replaces this folder as a whole.\n';

export interface WrittenSite {
  readonly files: number;
  readonly bytes: number;
}

/** Names in the folder; null where there is none. */
const namesIn = async (folder: string): Promise<readonly string[] | null> => {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    if (systemCode(error) === 'ENOTDIR')
      throw inputError('not-a-folder', `${folder}: expects a folder or a free name, found a file; give another name`);
    throw error;
  }
};

/** @throws LatentError (input) `folder-not-empty`, `not-a-folder`. */
export const requireSiteFolder = async (folder: string): Promise<void> => {
  const names = await namesIn(folder);
  if (names === null || names.length === 0 || names.includes(MARKER)) return;
  throw inputError(
    'folder-not-empty',
    `${folder}: expects an empty folder, a free name or an earlier export, found ${names.slice(0, 3).join(', ')}; give another name`,
  );
};

/**
 * @param root - folder of the built page.
 * @throws LatentError as `requireSiteFolder`; (work) `explorer-not-built`, `write-failed`.
 */
export const writeSite = async (folder: string, root: string, data: ExplorerData): Promise<WrittenSite> => {
  await requireSiteFolder(folder);
  const page = await openResources(root, data);
  const target = resolve(folder);
  const making = `${target}.making-${process.pid}`;
  const old = `${target}.old-${process.pid}`;
  let [files, bytes] = [0, 0];
  const write = async (path: string, content: Uint8Array | string): Promise<void> => {
    const file = join(making, ...path.split('/'));
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    files += 1;
    bytes += content.length;
  };
  try {
    for (const path of page.paths) await write(path, (await page.find(path))?.bytes ?? '');
    for (const [path, content] of data) await write(path, content);
    await write(SUMS_FILE, fileSums(data));
    await writeFile(join(making, MARKER), MARKER_TEXT);
    // Asked once more: the work may have taken minutes.
    await requireSiteFolder(folder);
    if ((await namesIn(target)) !== null) await rename(target, old);
    await rename(making, target);
    await rm(old, { recursive: true, force: true });
  } catch (error) {
    await rm(making, { recursive: true, force: true });
    if (systemCode(error) === undefined) throw error;
    throw workError('write-failed', `${folder}: cannot be written (${systemCode(error)}); free space or give another`, {
      cause: error,
    });
  }
  return { files, bytes };
};
