/**
 * Writes the explorer with its data as a folder that any static host serves, below any path.
 *
 * In: the built page, a bundle and where to write. Out: a folder that is whole or not there. An earlier export is
 * replaced; what somebody put into it stays, and what somebody changed in it is named and left.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inputError } from 'latent-plane/internal';
import type { Destination } from '../files/destination.ts';
import { INVENTORY_FILE } from '../files/inventory.ts';
import type { Overwriting } from '../files/output.ts';
import { requireFolder, writeFolder } from '../files/output-folder.ts';
import { type ExplorerData, fileSums, SUMS_FILE } from './file-sums.ts';
import { openResources } from './resources.ts';

const PAGE = 'index.html';

export interface WrittenSite {
  readonly files: number;
  readonly bytes: number;
}

const request = ({ force }: Overwriting) => ({ by: 'explore', exclusive: true, force });

/** The mark of exports up to 0.1.0, which do not say what of the folder is theirs. */
const OLD_MARK = '.latent-plane-site';

/** @throws LatentError (input) as `requireFolder`. */
export const requireSiteFolder = async (folder: Destination, overwriting: Overwriting): Promise<void> => {
  const isOld = existsSync(join(folder, OLD_MARK)) && !existsSync(join(folder, INVENTORY_FILE));
  if (isOld && !overwriting.force)
    throw inputError('folder-not-empty', {
      at: { file: folder },
      expected: 'an export with a list of its files',
      got: 'one of an earlier version without',
      hint: 'move it away, or write over it with --force',
    });
  await requireFolder(folder, { names: [PAGE], ...request(overwriting) });
};

/**
 * @param root - folder of the built page.
 * @throws LatentError (work) `explorer-not-built`; as `writeFolder`.
 */
export const writeSite = async (
  folder: Destination,
  root: string,
  data: ExplorerData,
  overwriting: Overwriting = {},
): Promise<WrittenSite> => {
  await requireSiteFolder(folder, overwriting);
  const page = await openResources(root, data);
  const files = new Map<string, Uint8Array>();
  // The page last: where the files are put in one by one, it names the others.
  for (const path of [...page.paths.filter((each) => each !== PAGE), ...data.keys(), SUMS_FILE, PAGE])
    files.set(path, data.get(path) ?? (path === SUMS_FILE ? fileSums(data) : await pageFile(page, path)));
  await writeFolder(folder, { files, ...request(overwriting) });
  return { files: files.size, bytes: [...files.values()].reduce((sum, { length }) => sum + length, 0) };
};

const pageFile = async (page: Awaited<ReturnType<typeof openResources>>, path: string): Promise<Uint8Array> =>
  (await page.find(path))?.bytes ?? new Uint8Array();
