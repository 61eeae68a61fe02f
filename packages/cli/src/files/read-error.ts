/**
 * What the system says of a file that is to be read, in words: which of it the caller can mend, and which the disk must.
 */
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { LatentError } from 'latent-plane';
import { inputError, workError } from 'latent-plane/internal';
import { systemCode } from './system-code.ts';

const REASONS: Readonly<Record<string, string | undefined>> = {
  EACCES: 'may not be read by this user (EACCES); give yourself the right to, or choose another',
  EPERM: 'may not be read by this user (EPERM); give yourself the right to, or choose another',
  ELOOP: 'leads through symbolic links without an end (ELOOP); choose another',
  ENAMETOOLONG: 'is a longer name than the system takes (ENAMETOOLONG); choose another',
  EISDIR: 'expected a file, got a folder; choose another',
  ENOTDIR: 'leads through a file as if it were a folder (ENOTDIR); choose another',
  ENOENT: 'expected a file, found none; choose another',
  // Node's own: the system is not even asked for a path with a NUL in it.
  ERR_INVALID_ARG_VALUE: 'is no path that a system knows; choose another',
};

/** The code of what the caller can mend. */
const CODES: Readonly<Record<string, string | undefined>> = { ENAMETOOLONG: 'name-too-long', EISDIR: 'not-a-file' };

/** Longer names fill the screen, and are told by their beginning. */
const SHOWN_CHARACTERS = 200;

export const shownPath = (path: string): string =>
  path.length > SHOWN_CHARACTERS ? `${path.slice(0, SHOWN_CHARACTERS)}...` : path;

/**
 * A failed read in words: `not-readable`, `name-too-long`, `not-a-file` (input), `read-failed` (work) where the disk is
 * to blame. An error that is no system's is given back as it is.
 */
export const readError = (path: string, error: unknown): unknown => {
  const code = systemCode(error);
  if (error instanceof LatentError || code === undefined) return error;
  const options = { cause: error };
  const reason = REASONS[code];
  if (reason !== undefined)
    return inputError(CODES[code] ?? 'not-readable', { at: { subject: shownPath(path) }, problem: reason }, options);
  return workError(
    'read-failed',
    { at: { file: path }, problem: `could not be read (${code})`, hint: 'see to the disk, and try again' },
    options,
  );
};

/** What stands at a path that is no file. */
const kindOf = (found: Stats): string => {
  if (found.isDirectory()) return 'a folder';
  if (found.isFIFO()) return 'a pipe';
  return found.isSocket() ? 'a socket' : 'a device';
};

/**
 * The size of a file, in bytes. A pipe, which may never end, and a device are refused unread.
 *
 * @throws LatentError (input) `not-a-file`; a system error where nothing is found.
 */
export const fileSize = async (path: string): Promise<number> => {
  const found = await stat(path);
  if (!found.isFile())
    throw inputError('not-a-file', {
      at: { subject: shownPath(path) },
      expected: 'a file',
      got: kindOf(found),
      hint: 'choose another',
    });
  return found.size;
};
