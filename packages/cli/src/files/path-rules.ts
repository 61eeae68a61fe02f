/**
 * Where a command may write: the rules that every destination is checked by before anything is done.
 *
 * A rule is a row of `RULES`; all look at where the path leads, links followed.
 */
import { accessSync, constants, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, resolve, sep } from 'node:path';
import type { LatentError } from 'latent-plane';
import { inputError } from 'latent-plane/internal';
import { isMountPoint } from './mounts.ts';
import { type Astray, locate, type Place } from './place.ts';
import { systemCode } from './system-code.ts';

/**
 * - `file`, `folder`: is made or written anew.
 * - `own-folder`: a folder of ours that is there, and is gone on with where it is.
 * - `cache`: a folder whose only use is ours; that it cannot be written stops nobody.
 */
export type DestinationKind = 'file' | 'folder' | 'own-folder' | 'cache';

export interface Asked {
  /** As typed: `--out`. */
  readonly option: string;
  readonly text: string;
  readonly kind: DestinationKind;
}

interface Fault {
  readonly code: string;
  readonly got: string;
  readonly next: string;
}

interface Rule {
  readonly of: readonly DestinationKind[];
  readonly fault: (place: Place, kind: DestinationKind) => Fault | null;
}

/** Linux; a name is counted in bytes. Source: limits.h, NAME_MAX and PATH_MAX. */
const MAX_NAME_BYTES = 255;
/** macOS has the shortest. */
const MAX_PATH_BYTES = process.platform === 'darwin' ? 1024 : 4096;
/** What we put below a folder or beside a file has a name too. */
const RESERVED_BYTES = 200;

const ALL = ['file', 'folder', 'own-folder', 'cache'] as const;
const NEW = ['file', 'folder'] as const;
const ANOTHER = 'name a folder of its own';

const isAtOrAbove = (upper: string, lower: string): boolean =>
  lower === upper || lower.startsWith(upper.endsWith(sep) ? upper : upper + sep);

const realOf = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
};

const within = (path: string): Fault | null => {
  const name = path.split(sep).find((segment) => ['.git', 'node_modules'].includes(segment.toLowerCase()));
  return name === undefined
    ? null
    : { code: 'protected-path', got: `one inside ${name}, which another program keeps`, next: 'name one elsewhere' };
};

/** What the system makes up as it is read; `/dev/shm` is memory that files may lie in. */
const madeUp = (path: string): Fault | null => {
  const root = ['/proc', '/sys', '/dev'].find((folder) => isAtOrAbove(folder, path));
  return root === undefined || process.platform === 'win32' || path.startsWith('/dev/shm/')
    ? null
    : { code: 'protected-path', got: `one in ${root}, which holds no files`, next: 'name one elsewhere' };
};

const writableFault = (path: string): Fault | null => {
  try {
    accessSync(path, constants.W_OK);
    return null;
  } catch (error) {
    const code = systemCode(error) ?? String(error);
    return { code: 'not-writable', got: `${path}, which may not be written (${code})`, next: 'name one of your own' };
  }
};

const whole = (got: string): Fault => ({ code: 'protected-path', got, next: ANOTHER });

const RULES: readonly Rule[] = [
  { of: ALL, fault: ({ real }) => (dirname(real) === real ? whole('the root of the file system') : null) },
  { of: ALL, fault: ({ real }) => madeUp(real) },
  { of: ALL, fault: ({ real }) => within(real) },
  {
    of: [...NEW, 'cache'],
    fault: ({ real }) => {
      const here = realOf('.');
      if (!isAtOrAbove(real, here)) return null;
      return whole(real === here ? 'the working folder' : 'a folder above the working folder');
    },
  },
  {
    of: [...NEW, 'cache'],
    fault: ({ real }) => {
      const home = realOf(homedir());
      if (!isAtOrAbove(real, home)) return null;
      return whole(real === home ? 'the home folder' : 'a folder above the home folder');
    },
  },
  {
    of: NEW,
    fault: ({ real, found }) => (found && isMountPoint(real) ? whole('the root of a mounted file system') : null),
  },
  {
    of: ['folder', 'own-folder'],
    fault: ({ real, found, nearestExisting }) => {
      const what = found ?? (nearestExisting === real ? null : locateStats(nearestExisting));
      return what === null || what.isDirectory()
        ? null
        : { code: 'not-a-folder', got: `a file, ${nearestExisting}`, next: 'give another name' };
    },
  },
  {
    of: ['file'],
    fault: ({ found, nearestExisting }) => {
      if (found?.isDirectory()) return { code: 'not-a-file', got: 'a folder', next: 'name a file in it' };
      if (found && !found.isFile()) return { code: 'not-a-file', got: 'a device or a pipe', next: 'give another name' };
      const above = found ? null : locateStats(nearestExisting);
      return above === null || above.isDirectory()
        ? null
        : { code: 'not-a-folder', got: `one below a file, ${nearestExisting}`, next: 'give another name' };
    },
  },
  {
    of: ['file'],
    fault: ({ path, real, nearestExisting }) => {
      const missing = dirname(dirname(real));
      return isAtOrAbove(missing, nearestExisting)
        ? null
        : { code: 'no-folder', got: `none to write ${path} into, ${missing} is not there`, next: 'make it' };
    },
  },
  {
    of: [...NEW, 'own-folder'],
    fault: ({ found, real, nearestExisting }, kind) =>
      kind === 'file' && found ? (writableFault(real) ?? writableFault(dirname(real))) : writableFault(nearestExisting),
  },
];

const locateStats = (path: string): Place['found'] => {
  const place = locate(path);
  return typeof place === 'string' ? null : place.found;
};

const ASTRAY: Readonly<Record<Astray, Omit<Fault, 'next'>>> = {
  'dangling-link': { code: 'invalid-path', got: 'a symbolic link to what is not there' },
  'link-loop': { code: 'invalid-path', got: 'symbolic links that lead in a circle' },
  'name-too-long': { code: 'name-too-long', got: 'a longer name than this disk takes' },
  'not-searchable': { code: 'not-writable', got: 'one in a folder that may not be looked into' },
};

/** A folder may be removed while a shell is in it. */
const isNowhere = (): boolean => {
  try {
    return process.cwd() === '';
  } catch {
    return true;
  }
};

/** What is wrong with the text alone. */
const textFault = (text: string): Fault | null => {
  if (isNowhere())
    return { code: 'invalid-path', got: 'a working folder that was removed', next: 'change to one that is there' };
  if (text === '')
    return { code: 'empty-path', got: 'nothing (a shell variable that is not set?)', next: 'give its name' };
  if (text.trim() === '') return { code: 'empty-path', got: 'blanks alone', next: 'give its name' };
  if (text.includes('\0')) return { code: 'invalid-path', got: 'a NUL character', next: 'give another name' };
  const longest = Math.max(...text.split(/[\\/]/).map((name) => Buffer.byteLength(name)));
  if (longest > MAX_NAME_BYTES)
    return {
      code: 'name-too-long',
      got: `a name of ${longest} bytes`,
      next: `the longest has ${MAX_NAME_BYTES}; give a shorter one`,
    };
  const total = Buffer.byteLength(resolve(text));
  return total + RESERVED_BYTES > MAX_PATH_BYTES
    ? {
        code: 'name-too-long',
        got: `a path of ${total} bytes`,
        next: `the longest has ${MAX_PATH_BYTES - RESERVED_BYTES}; give a shorter one`,
      }
    : null;
};

const EXPECTED: Readonly<Record<DestinationKind, string>> = {
  file: 'a file to write',
  folder: 'a folder to write into',
  'own-folder': 'a folder of its own',
  cache: 'a folder of its own',
};

const refusal = ({ option, text, kind }: Asked, { code, got, next }: Fault): LatentError => {
  const shown = text.length > 80 ? `${text.slice(0, 60)}...` : text;
  return inputError(code, {
    at: shown.trim() === '' ? { option } : { option, file: JSON.stringify(shown) },
    expected: EXPECTED[kind],
    got,
    hint: next,
  });
};

/**
 * A path that may be written, tidied.
 *
 * @throws LatentError (input) `empty-path`, `invalid-path`, `name-too-long`, `protected-path`, `not-a-folder`,
 *   `not-a-file`, `no-folder`, `not-writable`: names the option, what was found and what to do.
 */
export const requireAllowed = (asked: Asked): string => {
  const { text, kind } = asked;
  const wrong = textFault(text);
  if (wrong) throw refusal(asked, wrong);
  if (kind === 'file' && /[\\/]$/.test(text))
    throw refusal(asked, { code: 'not-a-file', got: 'the name of a folder', next: 'take the slash off' });
  const place = locate(text);
  if (typeof place === 'string') throw refusal(asked, { ...ASTRAY[place], next: 'name what it is to lead to' });
  for (const { of, fault } of RULES) {
    const found = of.includes(kind) ? fault(place, kind) : null;
    if (found) throw refusal(asked, found);
  }
  return place.path;
};
