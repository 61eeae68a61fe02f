/**
 * Whether what a folder of somebody else's names lies in that folder, its links followed.
 */
import { realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { inputError } from 'latent-plane/internal';
import { systemCode } from './file-system.ts';

/** Where a path leads, its links followed; null where it leads nowhere. */
export const realPlace = async (path: string): Promise<string | null> => {
  try {
    return await realpath(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null;
    throw error;
  }
};

/** Whether a path lies within a folder; what is not there lies nowhere. */
export const liesWithin = async (folder: string, path: string): Promise<boolean> => {
  const [above, place] = [await realPlace(folder), await realPlace(path)];
  if (above === null || place === null) return false;
  const way = relative(above, place);
  return !(way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way));
};

/**
 * Refuses a folder in which one of these paths is a link that leads out of it; those that are not there are left aside.
 *
 * @throws LatentError (input) `outside-folder`.
 */
export const requireOwnFiles = async (folder: string, paths: readonly string[]): Promise<void> => {
  for (const path of paths) {
    const file = join(folder, path);
    if ((await realPlace(file)) !== null && !(await liesWithin(folder, file)))
      throw inputError('outside-folder', {
        at: { file },
        expected: "a file of the folder's own",
        got: 'a link that leads out of it',
        hint: 'put the file itself there',
      });
  }
};
