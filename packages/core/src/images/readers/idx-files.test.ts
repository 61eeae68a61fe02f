import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodeIdxImages, encodeIdxLabels } from './idx.ts';
import { parseReadOptions } from './options.ts';
import { readImages } from './read.ts';
import { memoryFile } from './source.ts';
import { greyPng } from './testing/picture-files.ts';
import { npyFile } from './testing/sources.ts';

type Files = Readonly<Record<string, Uint8Array>>;

/** @param add - to every pixel, so that no image is one of another file. */
const images = (count: number, add = 0, height = 2, width = 3): Uint8Array =>
  encodeIdxImages({
    pixels: Uint8Array.from({ length: count * height * width }, (_, i) => (i % 251) + (i % 2 === 0 ? add : 0)),
    count,
    height,
    width,
  });
const labels = (count: number, from = 0, classes = 10): Uint8Array =>
  encodeIdxLabels(Uint8Array.from({ length: count }, (_, i) => from + (i % classes)));
const read = (files: Files, options = '') =>
  readImages(
    { name: 'folder', files: Object.entries(files).map(([path, bytes]) => memoryFile(path, bytes)) },
    parseReadOptions(options),
  );
const four: Files = {
  'train-images-idx3-ubyte': images(20),
  'train-labels-idx1-ubyte': labels(20),
  't10k-images-idx3-ubyte': images(10, 1),
  't10k-labels-idx1-ubyte': labels(10),
};

describe('IDX files', () => {
  it('are read raw, gzipped, and gzipped under a raw name, alike', async () => {
    const raw = await read(four);
    expect([raw.train.count, raw.test.count, raw.train.height, raw.train.width, raw.notes]).toEqual([20, 10, 2, 3, []]);
    const gzipped = Object.fromEntries(Object.entries(four).map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)]));
    const under = Object.fromEntries(Object.entries(four).map(([name, bytes]) => [name, gzipSync(bytes)]));
    expect(await read(gzipped)).toEqual(raw);
    expect(await read(under)).toEqual(raw);
    expect(await read({ ...four, ...gzipped })).toEqual(raw);
  });

  it('without names of their own are told by their first bytes', async () => {
    const { train, classNames } = await read({ 'a.dat': images(20), 'b.dat': labels(20, 0, 12) }, 'test=0.5');
    expect([train.count, classNames.length]).toEqual([10, 12]);
  });

  it('of one pair give a seeded share of each class for testing, and say so', async () => {
    const { train, test, notes } = await read({ 'images-idx3-ubyte': images(200), 'labels-idx1-ubyte': labels(200) });
    expect([train.count, test.count]).toEqual([180, 20]);
    expect([...test.labels].sort()).toEqual(Array.from({ length: 20 }, (_, i) => Math.floor(i / 2)));
    expect(notes).toEqual([
      'no test set among the files: 20 of 200 images (10 % of each class, seed 0) are held out for it (#test=SHARE, #seed=N)',
    ]);
    const other = await read({ 'images-idx3-ubyte': images(200), 'labels-idx1-ubyte': labels(200) }, 'seed=1');
    expect(other.test.pixels).not.toEqual(test.pixels);
  });

  it('of images alone have no classes', async () => {
    const { classNames, test } = await read({ 'train-images-idx3-ubyte': images(50) });
    expect([classNames, test.count]).toEqual([[], 5]);
  });

  const emnist = (variant: string, from: number, classes: number): Files => ({
    [`emnist-${variant}-train-images-idx3-ubyte`]: images(30),
    [`emnist-${variant}-train-labels-idx1-ubyte`]: labels(30, from, classes),
    [`emnist-${variant}-test-images-idx3-ubyte`]: images(26, 1),
    [`emnist-${variant}-test-labels-idx1-ubyte`]: labels(26, from, classes),
  });

  it('of EMNIST keep labels from 1 with their letters, and are turned upright', async () => {
    const { train, classNames, notes } = await read(emnist('letters', 1, 26));
    expect([classNames[1], classNames[26], train.labels[0], train.height, train.width]).toEqual(['A', 'Z', 1, 3, 2]);
    // 0 1 2 / 3 4 5 becomes 0 3 / 1 4 / 2 5.
    expect([...train.pixels.subarray(0, 6)]).toEqual([0, 3, 1, 4, 2, 5]);
    expect(notes[0]).toMatch(/turned upright \(#upright=no\)/);
    const asStored = await read(emnist('letters', 1, 26), 'upright=no');
    expect([[...asStored.train.pixels.subarray(0, 3)], asStored.notes]).toEqual([[0, 1, 2], []]);
  });

  it('of several data sets are refused, and one of them is taken by a part of its name', async () => {
    const both = { ...emnist('letters', 1, 26), ...emnist('digits', 0, 10) };
    await expect(read(both)).rejects.toMatchObject({ code: 'several-data-sets', got: 'emnist-digits, emnist-letters' });
    expect((await read(both, 'only=digits')).classNames.length).toBe(10);
  });

  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const withMagic = (file: Uint8Array, magic: number, littleEndian = false): Uint8Array => {
    const copy = file.slice();
    new DataView(copy.buffer).setUint32(0, magic, littleEndian);
    return copy;
  };
  it.each<[string, Uint8Array, RegExp]>([
    [
      'a Git LFS pointer',
      bytes('version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n'),
      /got a Git LFS pointer.*git lfs pull/,
    ],
    ['an HTML page', bytes('<!DOCTYPE html><title>404</title>'), /got an HTML page.*link of the file itself/],
    ['floats', withMagic(images(20), 0x0d03), /got IDX of floating-point numbers of four bytes in 3 dimensions/],
    ['a little-endian header', withMagic(images(20), 0x0803, true), /got little-endian IDX of unsigned bytes in 3/],
    ['labels', labels(20), /got an IDX labels file .*are two files swapped\?/],
  ])('name %s in place of images as what it is', async (_, content, message) => {
    const failure = read({ ...four, 'train-images-idx3-ubyte': content });
    await expect(failure).rejects.toMatchObject({ code: 'idx-magic', kind: 'input' });
    await expect(failure).rejects.toThrow(message);
  });

  it('are left for what else lies there only if that is more', async () => {
    const { notes } = await read({ ...four, 'notes.md': bytes('# notes') });
    expect(notes).toEqual([]);
  });
});

describe('a folder of several kinds of files', () => {
  const npy = npyFile(
    '|u1',
    [40, 2, 2],
    Uint8Array.from({ length: 160 }, (_, i) => i),
  );
  const pictures: Files = { 'pets/a/1.png': greyPng(2, 2, () => 7), 'pets/b/1.png': greyPng(2, 2, () => 9) };

  it('is read as the kind that has most bytes, which is told with the others', async () => {
    const { container, notes } = await read({ 'arrays/x.npy': npy, ...pictures });
    expect(container).toBe('npy');
    expect(notes[0]).toBe(
      'read as NumPy (.npy, .npz): arrays/x.npy; files of other kinds left out: 2 of pictures in folders (#container=pictures, #only=TEXT)',
    );
    expect((await read({ 'arrays/x.npy': npy, ...pictures }, 'container=pictures')).train.count).toBe(1);
  });

  it('of which hardly any is an image says so', async () => {
    const texts = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`${i}.txt`, Uint8Array.of(1)]));
    const { notes } = await read({ ...texts, ...pictures });
    expect(notes[0]).toBe('500 other files: 500 .txt, which are no images, were left out');
    expect((await read({ ...pictures, 'readme.txt': Uint8Array.of(1) })).notes.join()).not.toContain('readme');
    await expect(read({ ...texts, 'a.png': pictures['pets/a/1.png'] })).rejects.toMatchObject({
      code: 'too-few-images',
      got: '1, beside 500 other files: 500 .txt',
      at: { file: 'folder' },
    });
  });
});

describe('a folder that no container knows', () => {
  it('is refused with what lies there', async () => {
    await expect(read({ 'a.xyz': Uint8Array.of(1, 2, 3) })).rejects.toMatchObject({
      code: 'dataset-file-missing',
      got: '1 other file: a.xyz',
    });
    await expect(read({ 'a.xyz': new TextEncoder().encode('<html>') })).rejects.toMatchObject({
      code: 'not-data',
      got: 'an HTML page',
    });
  });

  const texts = (count: number, ending = 'txt'): Files =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}.${ending}`, Uint8Array.of(1)]));
  it.each<[string, Files, string]>([
    ['nothing', {}, 'no file'],
    ['a few', { 'b.md': Uint8Array.of(1), 'a/LICENSE': Uint8Array.of(1) }, '2 other files: a/LICENSE, b.md'],
    ['many of one kind', texts(500), '500 other files: 500 .txt'],
    [
      'many of several kinds',
      {
        ...texts(30),
        ...texts(9, 'json.gz'),
        ...texts(8, 'js'),
        ...texts(7, 'c'),
        ...texts(6, 'h'),
        Makefile: Uint8Array.of(1),
      },
      '61 other files: 30 .txt, 9 .json, 8 .js, 7 .c, 7 of other kinds',
    ],
  ])('is refused with kinds and counts of %s, and the page of what is read', async (_, files, got) => {
    const failure = read(files);
    await expect(failure).rejects.toMatchObject({ code: 'dataset-file-missing', kind: 'input', got });
    await expect(failure).rejects.toThrow(/docs\/images\.md/);
  });

  it('because none has the text that is asked for is refused with it', async () => {
    await expect(read(four, 'only=letters')).rejects.toMatchObject({ got: 'no file whose path holds "letters"' });
  });

  it('is named as a model, or an archive of another kind, where it is one', async () => {
    const saved = { 'fingerprint.pb': Uint8Array.of(1), 'saved_model.pb': Uint8Array.of(8, 1) };
    await expect(read(saved)).rejects.toMatchObject({ code: 'not-data', got: 'a model, or a part of one' });
    const failure = read({ 'images.rar': new TextEncoder().encode('Rar!\x1a\x07') });
    await expect(failure).rejects.toMatchObject({ code: 'not-data', got: expect.stringContaining('an archive other') });
  });

  it.each(['labell=first', 'label=middle', 'size=0x3', 'test=1', 'container='])('takes no option "%s"', (text) => {
    expect(() => parseReadOptions(text)).toThrow(/^data-option: /);
  });
});
