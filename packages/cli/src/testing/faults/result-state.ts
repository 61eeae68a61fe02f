/** What a command that was broken off has left of its result: all of it, what was there before, or something between. */

import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join, relative, sep } from 'node:path';
import { decode as decodePng } from 'fast-png';
import { decodeNpy, decodeSafetensors } from 'latent-plane';
import { sha256Of } from '../../files/sha256.ts';
import { isTemporaryPath } from '../temporary-paths.ts';

export interface ResultFile {
  /** As far as it does not depend on the clock and the place. */
  readonly content: string;
  /** Whether who reads such files takes it for a whole one. */
  readonly parsable: boolean;
}

/** The files of a result by their relative paths. */
export type Result = ReadonlyMap<string, ResultFile>;

/** How far the work is, and how often it was tried: others each time, but always whole. */
const PASSING = new Set(['progress.json', 'attempts.json', 'workers.log']);
const TEXT = new Set(['.json', '.jsonl', '.md', '.log', '.csv', '.svg']);
/** Figures of the clock. */
const TIMED = /"(seconds|imagesPerSecond)":\s*[\d.]+|[\d.,]+ (s|min|h|images\/s|images a second)\b/g;

/** How the files of a result are read, by their extension. Each throws where one is not whole. */
const PARSERS: Readonly<Record<string, (bytes: Uint8Array, path: string) => unknown>> = {
  '.json': (bytes) => JSON.parse(decoder.decode(bytes)),
  '.jsonl': (bytes) => endedLines(decoder.decode(bytes)).map((line): unknown => JSON.parse(line)),
  '.md': (bytes) => endedLines(decoder.decode(bytes)),
  '.log': () => undefined,
  '.csv': (bytes) => endedLines(decoder.decode(bytes)),
  '.npy': decodeNpy,
  '.png': (bytes) => decodePng(bytes),
  '.safetensors': decodeSafetensors,
};
const decoder = new TextDecoder();

const endedLines = (text: string): string[] => {
  if (!text.endsWith('\n')) throw new Error('expected a line that ends');
  return text.slice(0, -1).split('\n');
};

const isParsable = (bytes: Uint8Array, path: string): boolean => {
  try {
    const read = PARSERS[extname(path)];
    read?.(bytes, path);
    return read !== undefined;
  } catch {
    return false;
  }
};

const fileOf = async (path: string, root: string): Promise<ResultFile> => {
  const bytes = await readFile(path);
  const parsable = isParsable(bytes, path);
  if (parsable && PASSING.has(basename(path))) return { content: 'whole', parsable };
  if (!TEXT.has(extname(path))) return { content: sha256Of(bytes), parsable };
  const text = decoder.decode(bytes).replaceAll(root, '@').replace(TIMED, 'TIME');
  return { content: extname(path) === '.csv' ? withoutSeconds(text) : text, parsable };
};

const withoutSeconds = (csv: string): string => {
  const rows = csv.split('\n').map((line) => line.split(','));
  const at = rows[0].indexOf('seconds');
  return rows.map((row) => row.filter((_, column) => column !== at).join()).join('\n');
};

/** The files of a result, but for temporary ones. */
export const resultOf = async (work: string, outputs: readonly string[], root: string): Promise<Result> => {
  const found = new Map<string, ResultFile>();
  const add = async (path: string): Promise<void> => {
    const name = relative(work, path).split(sep).join('/');
    if (!isTemporaryPath(name)) found.set(name, await fileOf(path, root));
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
  /** `before`: as if nothing had been done; `done`: all is there; `between`: some of both, or a step on the way. */
  readonly is: 'before' | 'done' | 'between';
  /** Files that are neither what was there nor what was to come. */
  readonly other: readonly string[];
  /** Those of them that nobody can parse. */
  readonly broken: readonly string[];
}

/** @param optional - files that may be missing, or left over, where all else is there. */
export const stateOf = (now: Result, before: Result, done: Result, optional?: RegExp): ResultState => {
  const isAsIn = (expected: Result, path: string): boolean => now.get(path)?.content === expected.get(path)?.content;
  const other = [...now.keys()].filter(
    (path) => !isAsIn(before, path) && !isAsIn(done, path) && optional?.test(path) !== true,
  );
  const paths = [...new Set([...now.keys(), ...before.keys(), ...done.keys()])];
  const isAll = (expected: Result): boolean =>
    paths.every(
      (path) => isAsIn(expected, path) || (optional?.test(path) === true && (!now.has(path) || !expected.has(path))),
    );
  return {
    is: isAll(done) ? 'done' : isAll(before) ? 'before' : 'between',
    other,
    broken: other.filter((path) => now.get(path)?.parsable === false),
  };
};
