/** What a command that was broken off has left of its result: all of it, what was there before, or something between. */

import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join, relative, sep } from 'node:path';

/** Relative path of every file of a result to its content, as far as it does not depend on the clock and the place. */
export type Result = ReadonlyMap<string, string>;

/** Beside their place while they are written. */
export const TEMPORARY = /(^|\/)\.[^/]+\.tmp$|(^|\/)\.lock-|\.(making|old)-\d+|(^|\/)\.arriving-|\.\d+\.tmp$/;

/** How far the work is, and how often it was tried: others each time, but always whole. */
const PASSING = new Set(['progress.json', 'attempts.json', 'workers.log']);
const TEXT = new Set(['.json', '.jsonl', '.md', '.log', '.csv', '.svg']);
/** Figures of the clock. */
const TIMED = /"(seconds|imagesPerSecond)":\s*[\d.]+|[\d.,]+ (s|min|h|images\/s|images a second)\b/g;

const contentOf = async (path: string, root: string): Promise<string> => {
  const bytes = await readFile(path);
  if (!TEXT.has(extname(path))) return createHash('sha256').update(bytes).digest('hex');
  const text = bytes.toString('utf8').replaceAll(root, '@').replace(TIMED, 'TIME');
  if (!PASSING.has(basename(path))) return text;
  return isWhole(path, text) ? 'whole' : text;
};

const isWhole = (path: string, text: string): boolean => {
  if (extname(path) !== '.json') return text === '' || text.endsWith('\n');
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** The files of a result, but for temporary ones. */
export const resultOf = async (work: string, outputs: readonly string[], root: string): Promise<Result> => {
  const found = new Map<string, string>();
  const add = async (path: string): Promise<void> => {
    const name = relative(work, path).split(sep).join('/');
    if (!TEMPORARY.test(name)) found.set(name, await contentOf(path, root));
  };
  for (const output of outputs) {
    const path = join(work, output);
    const status = await stat(path).catch(() => null);
    if (status?.isFile()) await add(path);
    if (!status?.isDirectory()) continue;
    for (const entry of await readdir(path, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) await add(join(entry.parentPath, entry.name));
  }
  return found;
};

export interface ResultState {
  /** `before`: as if nothing had been done; `done`: all is there; `between`: some of both. */
  readonly is: 'before' | 'done' | 'between';
  /** Files that are neither what was there nor what was to come. */
  readonly broken: readonly string[];
}

/** @param optional - files that may be missing where all else is there. */
export const stateOf = (now: Result, before: Result, done: Result, optional?: RegExp): ResultState => {
  const broken = [...now].filter(([path, content]) => content !== before.get(path) && content !== done.get(path));
  const paths = new Set([...now.keys(), ...before.keys(), ...done.keys()]);
  const all = (expected: Result): boolean =>
    [...paths].every((path) => now.get(path) === expected.get(path) || (optional?.test(path) && !now.has(path)));
  return { is: all(done) ? 'done' : all(before) ? 'before' : 'between', broken: broken.map(([path]) => path) };
};
