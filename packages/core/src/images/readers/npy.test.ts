import { describe, expect, it } from 'vitest';
import { writeArchive } from '../../files/archive.ts';
import { type Files, npyFile, readFiles, sumOf, utf8 } from './testing/sources.ts';

const bytes = (length: number, add = 0): Uint8Array => Uint8Array.from({ length }, (_, i) => (7 * i + add) % 256);
const npz = async (arrays: Files): Promise<Files> => ({
  'data.npz': await writeArchive(new Map(Object.entries(arrays).map(([name, file]) => [`${name}.npy`, file]))),
});
const u1 = (...dims: readonly number[]): Uint8Array =>
  npyFile('|u1', dims, bytes(dims.reduce((product, dim) => product * dim, 1)));
/** Other numbers, so that no test image is one of the training images. */
const u1Test = (...dims: readonly number[]): Uint8Array =>
  npyFile(
    '|u1',
    dims,
    bytes(
      dims.reduce((product, dim) => product * dim, 1),
      1,
    ),
  );
const classes = (count: number): BigInt64Array => BigInt64Array.from({ length: count }, (_, i) => BigInt(i % 5));

describe('NumPy’s arrays', () => {
  it('named as Keras names them are read with their split, nothing guessed', async () => {
    const keras = await npz({
      x_train: u1(20, 3, 4),
      y_train: npyFile('<i8', [20], classes(20)),
      x_test: u1Test(10, 3, 4),
      y_test: npyFile('<i8', [10], classes(10)),
    });
    const { train, test, classNames, notes } = await readFiles(keras);
    expect([train.count, test.count, train.height, train.width, train.channels]).toEqual([20, 10, 3, 4, 1]);
    expect(train.pixels).toEqual(bytes(240));
    expect([classNames, [...test.labels], notes]).toEqual([
      ['0', '1', '2', '3', '4'],
      [0, 1, 2, 3, 4, 0, 1, 2, 3, 4],
      [],
    ]);
  });

  it('named as MedMNIST names them join validation to training, in colour', async () => {
    const labels = (count: number): Uint8Array => npyFile('|u1', [count, 1], Uint8Array.from(classes(count), Number));
    const med = await npz({
      train_images: u1(20, 3, 4, 3),
      val_images: u1(5, 3, 4, 3),
      test_images: u1Test(10, 3, 4, 3),
      train_labels: labels(20),
      val_labels: labels(5),
      test_labels: labels(10),
    });
    const { train, test, notes } = await readFiles(med);
    expect([train.count, test.count, train.channels, notes]).toEqual([
      25,
      10,
      3,
      [
        'light ground in 24 of 35 images, dark in 11: all are kept as they are (#polarity=invert inverts all)',
        '5 images for validation are joined to the training images',
      ],
    ]);
  });

  it('labels that are words are classes, the same ones in both sets', async () => {
    const letters = (words: readonly string[], width: number): Uint32Array =>
      Uint32Array.from(words.flatMap((word) => Array.from({ length: width }, (_, i) => word.codePointAt(i) ?? 0)));
    const words = await npz({
      x_train: u1(6, 3, 4),
      y_train: npyFile('<U4', [6], letters(['wolf', 'ant', 'élan', 'ant', 'wolf', 'élan'], 4)),
      x_test: u1Test(2, 3, 4),
      y_test: npyFile('|S4', [2], utf8('wolfant\0')),
      file_names: npyFile('|S1', [6], utf8('abcdef')),
      extra: npyFile('|O', [1], Uint8Array.of(0)),
    });
    const { train, test, classNames, notes } = await readFiles(words);
    expect([classNames, [...train.labels], [...test.labels], notes]).toEqual([
      ['ant', 'wolf', 'élan'],
      [1, 0, 2, 0, 1, 2],
      [1, 0],
      ['left out, no numbers: file_names (text), extra (Python objects)'],
    ]);
    expect((await readFiles(words, 'label=none')).classNames).toEqual([]);
  });

  it('square images of a column-major array are told from MATLAB’s order', async () => {
    const { train, test, notes } = await readFiles({
      'x.npy': npyFile('|u1', [6, 3, 3], bytes(54), { fortran: true }),
    });
    expect([train.count + test.count, train.height, train.width]).toEqual([6, 3, 3]);
    expect(notes[0]).toMatch(/taken as images, rows, columns \(#axes=hwcn\)/);
  });

  const values = bytes(10 * 2 * 2 * 3);
  const inOrder = npyFile('|u1', [10, 2, 2, 3], values);
  const at = (n: number, h: number, w: number, c: number): number => values[((n * 2 + h) * 2 + w) * 3 + c];
  const arranged = (order: (place: (index: readonly number[]) => number) => number[]): Uint8Array =>
    Uint8Array.from(order(([n, h, w, c]) => at(n, h, w, c)));
  const each = (sizes: readonly number[], value: (...index: number[]) => number): number[] =>
    sizes
      .reduce<number[][]>(
        (list, size) => list.flatMap((index) => Array.from({ length: size }, (_, i) => [...index, i])),
        [[]],
      )
      .map((index) => value(...index));

  it.each<[string, Uint8Array, string]>([
    [
      '[n, 3, h, w]',
      npyFile(
        '|u1',
        [10, 3, 2, 2],
        arranged((place) => each([10, 3, 2, 2], (n, c, h, w) => place([n, h, w, c]))),
      ),
      '',
    ],
    [
      '[h, w, 3, n]',
      npyFile(
        '|u1',
        [2, 2, 3, 10],
        arranged((place) => each([2, 2, 3, 10], (h, w, c, n) => place([n, h, w, c]))),
      ),
      'axes=hwcn',
    ],
    [
      'Fortran order',
      npyFile(
        '|u1',
        [10, 2, 2, 3],
        arranged((place) => each([3, 2, 2, 10], (c, w, h, n) => place([n, h, w, c]))),
        { fortran: true },
      ),
      'axes=nhwc',
    ],
    ['[n, k] in pixels', npyFile('|u1', [10, 12], values), ''],
    [
      '[n, k] in planes',
      npyFile(
        '|u1',
        [10, 12],
        arranged((place) => each([10, 3, 2, 2], (n, c, h, w) => place([n, h, w, c]))),
      ),
      'colours=planes',
    ],
    ['version 2 of the format', npyFile('|u1', [10, 2, 2, 3], values, { version: 2 }), ''],
  ])('have the same pixels as %s', async (_, file, options) => {
    const expected = await readFiles({ 'images.npy': inOrder });
    const { train, test } = await readFiles({ 'images.npy': file }, options);
    expect([train.pixels, test.pixels, train.channels]).toEqual([expected.train.pixels, expected.test.pixels, 3]);
  });

  const floats = Float32Array.from({ length: 40 }, (_, i) => (i % 5) / 4);
  it.each<[string, Uint8Array, string, number, RegExp]>([
    [
      'floats 0 to 1',
      npyFile('<f4', [10, 2, 2], floats),
      '',
      8 * (0 + 64 + 128 + 191 + 255),
      /0 to 1 were taken times 255/,
    ],
    [
      'floats -1 to 1',
      npyFile(
        '<f8',
        [10, 2, 2],
        Float64Array.from(floats, (value) => 2 * value - 1),
      ),
      '',
      8 * (0 + 64 + 128 + 191 + 255),
      /-1 to 1 were taken as 0 to 255/,
    ],
    [
      'truth values',
      npyFile(
        '|b1',
        [10, 2, 2],
        Uint8Array.from({ length: 40 }, (_, i) => i % 2),
      ),
      '',
      20 * 255,
      /times 255/,
    ],
    [
      '0 to 16',
      npyFile(
        '<f8',
        [10, 2, 2],
        Float64Array.from({ length: 40 }, (_, i) => (i % 2) * 16),
      ),
      '',
      20 * 255,
      /0 to 16 were taken as 0 to 255/,
    ],
    [
      '0 to 16 that a person calls bytes',
      npyFile(
        '<i4',
        [10, 2, 2],
        Int32Array.from({ length: 40 }, (_, i) => (i % 2) * 16),
      ),
      'range=bytes',
      20 * 16,
      /no test set/,
    ],
    [
      '16 bits',
      npyFile(
        '<u2',
        [10, 2, 2],
        Uint16Array.from({ length: 40 }, (_, i) => (i % 2) * 65535),
      ),
      '',
      20 * 255,
      /0 to 65535 were taken/,
    ],
  ])('of %s become bytes, and it is said', async (_, file, options, sum, note) => {
    const { train, test, notes } = await readFiles({ 'images.npy': file }, options);
    expect(sumOf(train.pixels) + sumOf(test.pixels)).toBe(sum);
    expect(notes[0]).toMatch(note);
  });

  it('take labels as one-hot rows, and none where a person says so', async () => {
    const oneHot = npyFile(
      '<f4',
      [10, 5],
      Float32Array.from({ length: 50 }, (_, i) => Number(i % 5 === Math.floor(i / 5) % 5)),
    );
    const { classNames, notes } = await readFiles({ 'X.npy': u1(10, 2, 2), 'y.npy': oneHot });
    expect([classNames.length, notes[0]]).toEqual([5, 'labels are one-hot rows: the place of the 1 is the class']);
    const several = npyFile(
      '|u1',
      [10, 5],
      Uint8Array.from({ length: 50 }, () => 1),
    );
    await expect(readFiles({ 'X.npy': u1(10, 2, 2), 'y.npy': several })).rejects.toMatchObject({
      code: 'label-values',
    });
    expect((await readFiles({ 'X.npy': u1(10, 2, 2), 'y.npy': several }, 'label=none')).classNames).toEqual([]);
  });

  it.each<[string, Files, string, string, RegExp]>([
    ['no square', { 'x.npy': u1(10, 6) }, '', 'image-size', /x\.npy: .*got 6; say height and width: #size=/],
    ['another size than is said', { 'x.npy': u1(10, 6) }, 'size=2x2', 'image-size', /expected 2 x 2 x 1 numbers/],
    ['five axes', { 'x.npy': u1(2, 2, 2, 2, 2) }, '', 'array-shape', /got \[2, 2, 2, 2, 2\]/],
    ['four channels', { 'x.npy': u1(10, 2, 2, 4) }, '', 'array-shape', /1 \(grey\) or 3/],
    ['no image', { 'x.npy': u1(0, 2, 2) }, '', 'array-shape', /at least one image/],
    [
      'fewer labels',
      { 'x.npy': u1(10, 2, 2), 'y.npy': u1(9) },
      '',
      'count-mismatch',
      /y\.npy: expected 10 labels.*got 9/,
    ],
    [
      'negative labels',
      { 'x.npy': u1(2, 2, 2), 'y.npy': npyFile('|i1', [2], Int8Array.of(1, -1)) },
      '',
      'label-values',
      /label 1: .*got -1/,
    ],
    [
      'a value that is no number',
      { 'x.npy': npyFile('<f4', [1, 2, 2], Float32Array.of(0, 1, Number.NaN, 0)) },
      '',
      'not-finite',
      /value 2: expected numbers, got NaN/,
    ],
    [
      'values of no range',
      { 'x.npy': npyFile('<f4', [1, 2, 2], Float32Array.of(-5, 1, 0, 900)) },
      '',
      'values-range',
      /from -5 to 900; .*#range=/,
    ],
    [
      'a pickle’s objects alone',
      { 'x.npy': npyFile('|O', [2], Uint8Array.of(0)) },
      '',
      'arrays-unclear',
      /no array of numbers/,
    ],
    ['half a file', { 'x.npy': u1(10, 2, 2).subarray(0, 90) }, '', 'npy-size', /x\.npy/],
    [
      'a pointer',
      { 'x.npz': utf8('version https://git-lfs.github.com/spec/v1\n') },
      '',
      'not-data',
      /x\.npz: .*Git LFS pointer/,
    ],
    [
      'half an archive',
      { 'x.npz': Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0) },
      '',
      'archive-damaged',
      /x\.npz: the archive is damaged/,
    ],
  ])('with %s are refused', async (_, files, options, code, message) => {
    const failure = readFiles(files, options);
    await expect(failure).rejects.toMatchObject({ code, kind: 'input' });
    await expect(failure).rejects.toThrow(message);
  });
});
