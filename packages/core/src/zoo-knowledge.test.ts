/**
 * That the core knows nothing of the zoo: no size of its images, no number of its classes, no name of its networks or of
 * their data, outside the zoo's own files and the registry of data sets.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DATASETS } from './images/index.ts';
import { networks } from './network/index.ts';

const ROOT = import.meta.dirname;

/** What may know: the zoo, the registry, tests. */
const KNOWING = /^network\/zoo\/|^images\/(registry\.ts$|datasets\/)|\.test\.ts$|(^|\/)testing\/|\.generated\.ts$/;

const escaped = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\-]/g, '\\$&');

/** A network's name is a word that is nothing else; `classifier` is also a kind of network. */
const NAMES = networks.filter(({ id, kind }) => id !== kind).map(({ id }) => escaped(id));

const SIGNS: Readonly<Record<string, RegExp>> = {
  'the size of an image': /\b(28|784)\b/,
  'the number of images': /\b(60[_,]000|70[_,]000)\b/,
  'the number of classes': /\bten (classes|digits)\b|\bArray\(10\)|\blength: 10\b|class(es)? 0\.\.9\b/i,
  'the size of a code': /\btwo numbers\b/i,
  'a data set': new RegExp(`${DATASETS.map(({ name }) => escaped(name)).join('|')}|handwritten|DIGIT_NAMES`, 'i'),
  'a network': new RegExp(`(?<![\\w-])(${NAMES.join('|')})(?![\\w-])`),
};

/** Files that may show a sign, and why. */
const ALLOWED: readonly (readonly [file: string, sign: string, reason: string])[] = [
  ['index.ts', 'a data set', 'exports what the registry holds'],
  ['images/readers/idx.ts', 'a data set', 'names the source of the file format'],
  ['images/readers/idx-files.ts', 'a data set', 'says which files are read'],
  ['images/readers/csv.ts', 'a data set', 'says which files are read'],
  ['images/readers/npy.ts', 'a data set', 'says which files are read'],
  ['images/readers/cifar.ts', 'a data set', 'says which files are read'],
  ['images/readers/idx-names.ts', 'a data set', 'names files that people have'],
  ['images/readers/emnist.ts', 'a data set', 'files of others that are stored transposed'],
  ['diagnosis/findings/diagonal-code.ts', 'the size of a code', 'a correlation is one of two numbers, of however many'],
];

const sourcesOf = async (): Promise<readonly string[]> => {
  const entries = await readdir(ROOT, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((file) => !KNOWING.test(file))
    .sort();
};

/** `file:line: sign: text` of every sign in a text. */
const signsIn = (file: string, text: string): readonly { readonly sign: string; readonly at: string }[] =>
  text.split('\n').flatMap((line, i) =>
    Object.entries(SIGNS)
      .filter(([, pattern]) => pattern.test(line))
      .map(([sign]) => ({ sign, at: `${file}:${i + 1}: ${sign}: ${line.trim()}` })),
  );

describe('the core', () => {
  it('knows nothing of the zoo outside its files, but where there is a reason', async () => {
    const files = await sourcesOf();
    expect(files.length).toBeGreaterThan(200);
    const found: string[] = [];
    const needed = new Set<string>();
    for (const file of files) {
      for (const { sign, at } of signsIn(file, await readFile(join(ROOT, file), 'utf8'))) {
        const isAllowed = ALLOWED.some(([allowed, which]) => allowed === file && which === sign);
        if (isAllowed) needed.add(`${file}: ${sign}`);
        else found.push(at);
      }
    }
    expect(found).toEqual([]);
    // What is allowed and not there any more leaves the list.
    expect(ALLOWED.map(([file, sign]) => `${file}: ${sign}`).filter((entry) => !needed.has(entry))).toEqual([]);
  });

  it.each([
    ['const SIDE = 28;', 'the size of an image'],
    ['/** Class index 0..9, of ten classes. */', 'the number of classes'],
    ['requires a code of two numbers', 'the size of a code'],
    ["loadDataset('mnist')", 'a data set'],
    ["findNetwork('vae-1')", 'a network'],
  ])('would be caught with `%s`', (line, sign) => {
    expect(signsIn('x.ts', line).map((found) => found.sign)).toContain(sign);
  });

  it('is not blamed for other numbers and names', () => {
    for (const line of ['2 ** 28n', 'a1b2-28f', '`my-vae-10`', 'x.dense-12', 'digits of a number'])
      expect(signsIn('x.ts', line).filter(({ sign }) => sign !== 'the size of an image')).toEqual([]);
  });
});

describe('the registry of data sets', () => {
  it('names classifiers that are networks of the zoo and take its images', () => {
    const named = DATASETS.filter(({ classifier }) => classifier !== null);
    expect(named.length).toBeGreaterThan(0);
    for (const { classifier, classNames } of named) {
      const network = networks.find(({ id }) => id === classifier);
      expect(network?.kind).toBe('classifier');
      const last = network?.kind === 'classifier' ? network.layers.at(-1) : undefined;
      expect(last).toMatchObject({ type: 'dense', units: classNames.length });
    }
  });
});
