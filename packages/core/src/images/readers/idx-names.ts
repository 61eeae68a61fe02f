/**
 * What the names of IDX files say: images or labels, training or test, whose.
 *
 * `train-images-idx3-ubyte`, `t10k-labels.idx1-ubyte.gz`, `test-images-idx4-ubyte`, `emnist-letters-train-images-idx3-ubyte.gz`.
 */
import type { DatasetRole } from '../datasets/definition.ts';
import type { Split } from './container.ts';
import { plainName, type SourceFile } from './source.ts';

/** A file by its name. */
export interface IdxName {
  /** Null where the name says neither. */
  readonly kind: 'images' | 'labels' | null;
  readonly split: Split;
  /** What is left of the name: files of one data set have it in common. */
  readonly prefix: string;
}

/** Files that are IDX by their names. */
export const IDX_NAMES = /idx\d.?u?byte|[-_.]ubyte$|\.idx\d?$/;

const SPLITS: readonly (readonly [Split, RegExp])[] = [
  ['test', /(^|[-_.])(t10k|test|testing)(?=$|[-_.])/],
  ['validation', /(^|[-_.])(val|valid|validation)(?=$|[-_.])/],
  ['train', /(^|[-_.])(train|training)(?=$|[-_.])/],
];

/** What a name says. */
export const readIdxName = (file: Pick<SourceFile, 'path'>): IdxName => {
  const name = plainName(file);
  const kind = /images?(?![a-z])/.test(name) ? 'images' : /labels?(?![a-z])/.test(name) ? 'labels' : null;
  const [split, word] = SPLITS.find(([, pattern]) => pattern.test(name)) ?? ['all' as const, undefined];
  const bare = word === undefined ? name : name.replace(word, '');
  const prefix = bare
    .replace(/[-_.]?(images?|labels?)(?![a-z])/, '')
    .replace(/[-_.]?idx\d?.?u?byte|[-_.]ubyte$|\.idx\d?$/, '')
    .replace(/^[-_.]+|[-_.]+$/g, '');
  return { kind, split, prefix };
};

/** The usual names of a file; for messages. */
export const usualNames = (role: DatasetRole): string => {
  const stem = `${role.startsWith('train') ? 'train' : 't10k'}-${role.endsWith('Images') ? 'images' : 'labels'}`;
  const suffix = role.endsWith('Images') ? 'idx3-ubyte' : 'idx1-ubyte';
  return `${stem}-${suffix} or ${stem}.${suffix}, raw or with .gz`;
};
