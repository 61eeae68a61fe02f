import { describe, expect, it } from 'vitest';
import { matFile } from './testing/mat-file.ts';
import { type Files, readFiles, utf8 } from './testing/sources.ts';

const COUNT = 20;
const bytes = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (7 * i) % 256);
const ten = Float64Array.from({ length: COUNT }, (_, i) => 1 + (i % 10));
const house = (options: Parameters<typeof matFile>[1] = {}, count = COUNT): Files[string] =>
  matFile(
    [
      { name: 'X', dims: [2, 4, 3, count], values: bytes(24 * count) },
      { name: 'y', dims: [count, 1], values: ten.slice(0, count) },
    ],
    options,
  );

describe('MATLAB’s files', () => {
  it('of house numbers are read: images last, 10 for the digit 0, each said', async () => {
    const { train, test, classNames, notes } = await readFiles({ 'train_32x32.mat': house() }, 'test=0.5');
    expect([train.count, test.count, train.height, train.width, train.channels]).toEqual([10, 10, 2, 4, 3]);
    expect(classNames).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(notes.slice(0, 2)).toEqual([
      'the axes [2, 4, 3, 20] were taken as rows, columns, channels, images (#axes=nhwc)',
      'label 10 stands for the digit 0 (#ten=ten)',
    ]);
    const kept = await readFiles({ 'a.mat': house() }, 'ten=ten');
    expect(kept.classNames.length).toBe(11);
  });

  it('have the first axis run fastest', async () => {
    const { train } = await readFiles({ 'a.mat': house(), 'b_test.mat': house() });
    const value = (row: number, column: number, channel: number): number =>
      (7 * (row + 2 * column + 8 * channel)) % 256;
    const expected = [0, 1].flatMap((row) =>
      [0, 1, 2, 3].flatMap((column) => [0, 1, 2].map((channel) => value(row, column, channel))),
    );
    expect([...train.pixels.subarray(0, 24)]).toEqual(expected);
  });

  it('are read alike packed, big-endian, and beside a structure, which is named', async () => {
    const plain = await readFiles({ 'a.mat': house() });
    expect(await readFiles({ 'a.mat': house({ packed: true }) })).toEqual(plain);
    expect(await readFiles({ 'a.mat': house({ little: false }) })).toEqual(plain);
    const { notes, ...rest } = await readFiles({ 'a.mat': house({ structure: true }) });
    expect(notes.at(-2)).toBe('left out, no numbers: info');
    expect(rest.train).toEqual(plain.train);
  });

  it('for training and for test are told by their names', async () => {
    const { train, test, notes } = await readFiles({ 'train_32x32.mat': house(), 'test_32x32.mat': house({}, 10) });
    expect([train.count, test.count, notes.length]).toEqual([20, 10, 4]);
    expect(notes.at(-1)).toBe('10 of 10 test images also stand among the training images');
  });

  it('of rows of numbers run down columns, or along rows where a person says so', async () => {
    const rows = matFile([
      {
        name: 'X',
        dims: [COUNT, 4],
        values: Uint8Array.from({ length: 4 * COUNT }, (_, i) => 60 * Math.floor(i / COUNT)),
      },
    ]);
    expect([...(await readFiles({ 'a.mat': rows })).train.pixels.subarray(0, 4)]).toEqual([0, 120, 60, 180]);
    expect([...(await readFiles({ 'a.mat': rows }, 'order=rows')).train.pixels.subarray(0, 4)]).toEqual([
      0, 60, 120, 180,
    ]);
  });

  it.each<[string, Uint8Array, string, RegExp]>([
    ['version 7.3', utf8(`MATLAB 7.3 MAT-file${' '.repeat(200)}`), 'mat-version', /a\.mat: .*HDF5; save it with -v7/],
    ['half a file', house().subarray(0, 300), 'mat-damaged', /a\.mat: /],
    ['a packed half', house({ packed: true }).subarray(0, 200), 'mat-damaged', /a\.mat: /],
    ['a page', utf8('<html></html>'), 'not-data', /a\.mat: .*an HTML page/],
    ['another file', new Uint8Array(300), 'mat-magic', /a\.mat: expected a \.mat file of version 5/],
  ])('with %s are refused', async (_, file, code, message) => {
    const failure = readFiles({ 'a.mat': file });
    await expect(failure).rejects.toMatchObject({ code, kind: 'input' });
    await expect(failure).rejects.toThrow(message);
  });
});
