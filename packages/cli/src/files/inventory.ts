/**
 * The mark of a folder that a command wrote: which files, and their sums.
 *
 * In: `.latent-plane.json` of a folder. Out: the files that are ours by name, and what each was when it was written: one
 * that somebody changed is not.
 */
import { join } from 'node:path';
import { inputError, tryJsonAs } from 'latent-plane/internal';
import * as v from 'valibot';
import { diskFiles } from './file-system.ts';

export const INVENTORY_FILE = '.latent-plane.json';

/** Raised when an older program could misread a newer list. */
const FORMAT = 1;

const isWithin = (path: string): boolean =>
  path !== '' && !path.includes('\\') && path.split('/').every((name) => name !== '' && name !== '.' && name !== '..');

const schema = v.object({
  about: v.string(),
  format: v.literal(FORMAT),
  files: v.record(
    v.pipe(v.string(), v.check(isWithin)),
    v.object({
      by: v.string(),
      sha256: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))), v.minLength(1)),
    }),
  ),
});

export interface Written {
  /** The command. */
  readonly by: string;
  /** One; both while another version is put in its place. */
  readonly sha256: readonly string[];
}

/** By path within the folder, with slashes. */
export type Inventory = ReadonlyMap<string, Written>;

export const formatInventory = (inventory: Inventory): string =>
  `${JSON.stringify(
    {
      about: 'The files here that Latent Plane wrote. It replaces those that nobody changed, and no others.',
      format: FORMAT,
      files: Object.fromEntries([...inventory].sort(([a], [b]) => (a < b ? -1 : 1))),
    },
    null,
    1,
  )}\n`;

/** How every list begins. */
const HEAD = formatInventory(new Map()).split('"files"')[0];

/** Whether bytes are a list that a killed process had not written to its end. */
export const isUnfinishedInventory = (bytes: Uint8Array): boolean => {
  const text = new TextDecoder().decode(bytes);
  return tryJsonAs(bytes, schema) === null && (HEAD.startsWith(text) || text.startsWith(HEAD));
};

/** Null where the folder has none. @throws LatentError (input) `file-exists` where the file is none of ours. */
export const readInventory = async (folder: string): Promise<Inventory | null> => {
  const path = join(folder, INVENTORY_FILE);
  const bytes = await diskFiles.read(path);
  if (bytes === null) return null;
  const list = tryJsonAs(bytes, schema);
  if (list === null)
    throw inputError('file-exists', {
      at: { file: path },
      expected: 'the list that Latent Plane keeps of what it wrote there',
      got: 'another file',
      hint: 'name another folder',
    });
  return new Map(Object.entries(list.files));
};
