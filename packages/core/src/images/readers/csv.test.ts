import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Files, readFiles, sumOf, utf8 } from './testing/sources.ts';

/** Lines of a label and four pixels. */
const lines = (count: number, line: (label: number, pixels: readonly number[]) => string, classes = 5): string =>
  Array.from({ length: count }, (_, i) => line(i % classes, [0, (i * 5) % 256, 255, 9])).join('\n');
const labelFirst = (count: number, delimiter = ','): string =>
  lines(count, (label, pixels) => [label, ...pixels].join(delimiter));
const header = 'label,pixel0,pixel1,pixel2,pixel3\n';
const read = (text: string, options = '', name = 'a.csv') => readFiles({ [name]: utf8(text) }, options);

describe('tables', () => {
  it('as Kaggle has them are read: a header, the label first', async () => {
    const { train, test, classNames, notes } = await read(header + labelFirst(50));
    expect([train.count, test.count, train.height, train.width, classNames.length]).toEqual([45, 5, 2, 2, 5]);
    expect([...train.pixels.subarray(0, 4)]).toEqual([0, 0, 255, 9]);
    expect(notes.slice(0, 3)).toEqual([
      'the first line names the columns (#header=no)',
      'the label is the column "label"',
      '4 numbers in an image were taken as 2 x 2 (#size=HxW)',
    ]);
  });

  it.each<[string, string, string]>([
    ['no header', labelFirst(50), ''],
    ['tabs', labelFirst(50, '\t'), ''],
    ['semicolons and a trailing one', `${lines(50, (label, pixels) => `${[label, ...pixels].join(';')};`)}`, ''],
    ['blanks, lined up', lines(50, (label, pixels) => `  ${[label, ...pixels].join('   ')} `), ''],
    ['the label last', lines(50, (label, pixels) => [...pixels, label].join(',')), ''],
    ['the label last, said', lines(50, (label, pixels) => [...pixels, label].join(',')), 'label=last'],
    ['line ends of Windows', labelFirst(50).replaceAll('\n', '\r\n'), ''],
    ['quotes', lines(50, (label, pixels) => [label, ...pixels].map((cell) => `"${cell}"`).join(',')), ''],
    [
      'one-hot labels behind',
      lines(50, (label, pixels) => [...pixels, ...[0, 1, 2, 3, 4].map((i) => Number(i === label))].join(' ')),
      '',
    ],
    [
      'one-hot labels before',
      lines(50, (label, pixels) => [...[0, 1, 2, 3, 4].map((i) => Number(i === label)), ...pixels].join(' ')),
      'label=first',
    ],
  ])('with %s give the same images and labels', async (_, text, options) => {
    const expected = await read(header + labelFirst(50));
    const { train, test, classNames } = await read(text, options);
    expect([train, test, classNames]).toEqual([expected.train, expected.test, expected.classNames]);
  });

  it('are read gzipped, and under another name', async () => {
    const expected = await read(labelFirst(50));
    expect(await readFiles({ 'a.csv.gz': gzipSync(utf8(labelFirst(50))) })).toEqual(expected);
    const wide = lines(30, (label, pixels) => [label, ...pixels, ...pixels, ...pixels, ...pixels].join(' '));
    expect((await readFiles({ 'digits.data': utf8(wide) })).train.width).toBe(4);
  });

  it('with labels as words name the classes', async () => {
    const words = ['cat', 'dog', 'bird'];
    const { classNames, train } = await read(lines(50, (label, pixels) => [words[label], ...pixels].join(','), 3));
    expect([classNames, classNames[train.labels[0]]]).toEqual([['bird', 'cat', 'dog'], 'cat']);
  });

  it('of training and test leave out what has no labels', async () => {
    const files: Files = {
      'train.csv': utf8(header + labelFirst(50)),
      'test.csv': utf8(`pixel0,pixel1,pixel2,pixel3\n${lines(10, (_, pixels) => pixels.join(','))}`),
      'sample_submission.csv': utf8('ImageId,Label\n1,0\n'),
    };
    const { train, test, notes } = await readFiles(files);
    expect([train.count, test.count]).toEqual([45, 5]);
    expect(notes).toContain('without labels, and left out: sample_submission.csv, test.csv (#only=TEXT)');
    const both = { ...files, 'test.csv': utf8(labelFirst(10)) };
    expect((await readFiles(both)).test.count).toBe(10);
  });

  it('of other shapes and values are read as a person says', async () => {
    const text = lines(50, (label) => [label, 70, 10, 20, 30, 40, 50].join(','));
    const { train } = await read(text, 'size=2x3');
    expect([train.height, train.width, [...train.pixels.subarray(0, 6)]]).toEqual([2, 3, [70, 10, 20, 30, 40, 50]]);
    const columns = await read(text, 'size=2x3&order=columns');
    expect([...columns.train.pixels.subarray(0, 6)]).toEqual([70, 20, 40, 10, 30, 50]);
    const colour = await read(text, 'size=1x2x3');
    expect([colour.train.channels, [...colour.train.pixels.subarray(0, 6)]]).toEqual([3, [70, 10, 20, 30, 40, 50]]);
    const planes = await read(text, 'size=1x2x3,colours=planes');
    expect([...planes.train.pixels.subarray(0, 6)]).toEqual([70, 20, 40, 10, 30, 50]);
  });

  it('of 0 to 16 are taken as 0 to 255, and it is said', async () => {
    const { train, test, notes } = await read(lines(20, (label) => [label, 0, 16, 8, 16].join(',')));
    expect(sumOf(train.pixels) + sumOf(test.pixels)).toBe(20 * (255 + 128 + 255));
    expect(notes).toContain('values from 0 to 16: 0 to 16 were taken as 0 to 255 (#range=bytes)');
  });

  it.each<[string, string, string, string, RegExp]>([
    [
      'no square',
      lines(5, (label, pixels) => [label, ...pixels, 1, 2].join(',')),
      '',
      'table-layout',
      /a\.csv: .*got 7 columns; say the size/,
    ],
    [
      'lines of two lengths',
      `${labelFirst(5)}\n1,2`,
      '',
      'table-columns',
      /a\.csv:6: expected 5 columns.*got 2; is the file cut short\?/,
    ],
    ['words among pixels', `${labelFirst(5)}\n1,2,x,4,5`, '', 'table-cell', /a\.csv:6:3: expected a number.*got "x"/],
    ['nothing', ' \n', '', 'table-empty', /an empty file/],
    ['a header alone', header, '', 'table-empty', /a header alone/],
    ['negative labels', labelFirst(5).replace(/^0/, '-1'), 'label=first', 'label-values', /label 0: .*got -1/],
    ['a page', '<!doctype html><p>', '', 'not-data', /got an HTML page/],
  ])('with %s are refused', async (_, text, options, code, message) => {
    const failure = read(text, options);
    await expect(failure).rejects.toMatchObject({ code, kind: 'input' });
    await expect(failure).rejects.toThrow(message);
  });

  it('has names of classes beside it, or with it in the one folder of an archive', async () => {
    const csv = utf8(Array.from({ length: 20 }, (_, i) => `${i % 2},0,${i},${i},255`).join('\n'));
    const names = utf8('even\nodd\n');
    const both: readonly Files[] = [
      { 'a.csv': csv, 'classes.txt': names },
      { 'set/a.csv': csv, 'set/classes.txt': names },
    ];
    for (const files of both) expect((await readFiles(files)).classNames).toEqual(['even', 'odd']);
    expect((await readFiles({ 'a.csv': csv, 'set/classes.txt': names })).classNames).toEqual(['0', '1']);
  });
});
