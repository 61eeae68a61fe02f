/**
 * The list of a bundle's files with their SHA-256, `data/files.json`: by it the page's service worker keeps data for
 * visits without a network, and notices when a server has newer ones.
 *
 * In: a bundle. Out: the list's bytes.
 */

import { sha256Of } from '../files/sha256.ts';

/** Bytes by relative path with forward slashes, all below `data/`. */
export type ExplorerData = ReadonlyMap<string, Uint8Array>;

/** Bytes of a path that a bundle leaves out until somebody asks for it; null for a path that it does not know. */
export type LaterData = (path: string) => Promise<Uint8Array> | null;

export const DATA_FOLDER = 'data/';
export const SUMS_FILE = `${DATA_FOLDER}files.json`;

/** A zoo is tens of megabytes, asked for at every visit. */
const known = new WeakMap<Uint8Array, string>();

const knownSum = (bytes: Uint8Array): string => {
  const sum = known.get(bytes) ?? sha256Of(bytes);
  known.set(bytes, sum);
  return sum;
};

/** `{"version":1,"files":{"index.json":"<64 digits>",...}}`, sorted by path. */
export const fileSums = (data: ExplorerData): Uint8Array => {
  const paths = [...data.keys()].filter((path) => path.startsWith(DATA_FOLDER)).sort();
  const files = paths.map((path) => [path.slice(DATA_FOLDER.length), knownSum(data.get(path) ?? new Uint8Array())]);
  return new TextEncoder().encode(`${JSON.stringify({ version: 1, files: Object.fromEntries(files) })}\n`);
};
