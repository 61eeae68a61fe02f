/**
 * Where a path leads before anything is done there: links followed, and what of it exists.
 */
import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, normalize, resolve, sep } from 'node:path';
import { systemCode } from './system-code.ts';

export interface Place {
  /** As it was given, tidied: no `a/../b`, no separator at its end. */
  readonly path: string;
  /** Absolute, links followed. */
  readonly real: string;
  /** What is there; null for nothing. */
  readonly found: Stats | null;
  /** The nearest folder or file above it that exists, itself where it exists. */
  readonly nearestExisting: string;
}

/** Why a path leads nowhere. */
export type Astray = 'dangling-link' | 'link-loop' | 'name-too-long' | 'not-searchable';

const ASTRAY: Readonly<Record<string, Astray | undefined>> = {
  ELOOP: 'link-loop',
  ENAMETOOLONG: 'name-too-long',
  EACCES: 'not-searchable',
  EPERM: 'not-searchable',
};

/** Whether there is something of this name, be it a link to nothing. */
const exists = (path: string): boolean => {
  try {
    lstatSync(path);
    return true;
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw error;
  }
};

/** The path without separators at its end; node would follow a link for one. */
export const tidied = (text: string): string => {
  const path = normalize(text);
  return path.length > 1 && path.endsWith(sep) && dirname(path) !== path ? path.slice(0, -sep.length) : path;
};

/** Follows a path, which is not empty. */
export const locate = (text: string): Place | Astray => {
  const path = tidied(text);
  let nearestExisting = resolve(path);
  const rest: string[] = [];
  try {
    while (!exists(nearestExisting) && dirname(nearestExisting) !== nearestExisting) {
      rest.unshift(basename(nearestExisting));
      nearestExisting = dirname(nearestExisting);
    }
    nearestExisting = realpathSync(nearestExisting);
    const found = rest.length === 0 ? statSync(nearestExisting) : null;
    return { path, real: join(nearestExisting, ...rest), found, nearestExisting };
  } catch (error) {
    const code = systemCode(error) ?? '';
    // What is there by name and cannot be followed is a link to what is not.
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'dangling-link';
    const astray = ASTRAY[code];
    if (astray === undefined) throw error;
    return astray;
  }
};
