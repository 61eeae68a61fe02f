import { describe, expect, it, vi } from 'vitest';
import { writeArchive } from '../../files/archive.ts';
import { parseReadOptions } from './options.ts';
import { readEachImage, readImages } from './read.ts';
import { memoryFile } from './source.ts';
import { bmp, greyPng, jpegUpsideDown, ONE_COLOUR, ORANGE, rgbaPng } from './testing/picture-files.ts';
import { type Files, readFiles, utf8 } from './testing/sources.ts';

const flat = (value: number, width = 4, height = 4): Uint8Array => greyPng(width, height, () => value);
const classes: Files = Object.fromEntries(
  ['cat', 'dog'].flatMap((name, label) =>
    Array.from({ length: 10 }, (_, i) => [`${name}/${i}.png`, flat(100 * label + i)]),
  ),
);
const under = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`${folder}/${path}`, bytes]));

describe('pictures', () => {
  it.each(Object.keys(ONE_COLOUR))('in %s are decoded to their colour', async (name) => {
    const { train } = await readFiles({ [`1-${name}`]: ONE_COLOUR[name], [`2-${name}`]: ONE_COLOUR[name] });
    expect([train.height, train.width, train.channels]).toEqual([4, 8, 3]);
    // Coding by blocks rounds.
    const slack = /jpg|avif/.test(name) ? 2 : 0;
    for (const [i, value] of [...train.pixels].entries())
      expect(Math.abs(value - ORANGE[i % 3])).toBeLessThanOrEqual(slack);
  });

  it('are never turned over one by one: 1,000 white letters on black, of which 192 reach to their border', async () => {
    const side = 12;
    // Strokes; those of the first 192 cover most of the border.
    const letter = (i: number) => (x: number, y: number) => {
      const isBold = i < 192;
      const edge = x === 0 || y === 0 || x === side - 1 || y === side - 1;
      const stroke = (x * (1 + (i % 5)) + y * (1 + (i % 3)) + i) % 7 < 2;
      return (isBold && edge && (x + y + i) % 11 !== 0) || (!edge && stroke) ? 255 : 0;
    };
    const sources = Array.from({ length: 1000 }, (_, i) => greyPng(side, side, letter(i)));
    const path = (i: number): string => `${'ABCDEFGHIJ'[i % 10]}/${String(i).padStart(4, '0')}.png`;
    const { train, test, notes } = await readFiles(Object.fromEntries(sources.map((bytes, i) => [path(i), bytes])));
    const sum = (pixels: Uint8Array): number => pixels.reduce((total, value) => total + value, 0);
    let drawn = 0;
    for (let i = 0; i < 1000; i++)
      for (let p = 0; p < side * side; p++) drawn += letter(i)(p % side, Math.floor(p / side));
    expect(train.count + test.count).toBe(1000);
    expect(sum(train.pixels) + sum(test.pixels)).toBe(drawn);
    expect(notes.join()).not.toMatch(/light ground|invert/);
  });

  it('are told by their content, whatever their names say', async () => {
    const { train } = await readFiles({ 'a.jpg': ONE_COLOUR['a.png'], 'b.png': bmp(8) });
    expect([...train.pixels.subarray(0, 3)]).toEqual([...ORANGE]);
  });

  it('are turned as EXIF says', async () => {
    const top = async (orientation: number): Promise<number> => {
      const { train } = await readFiles({ 'a.jpg': jpegUpsideDown(orientation), 'b.jpg': jpegUpsideDown(orientation) });
      return Math.round(train.pixels[0] / 255);
    };
    expect([await top(1), await top(3)]).toEqual([0, 1]);
  });

  it('of folders have their names as classes, in the same order however they are listed', async () => {
    const { train, test, classNames, notes } = await readFiles(classes);
    expect([train.count, test.count, classNames, train.channels]).toEqual([18, 2, ['cat', 'dog'], 1]);
    expect(train.pixels[0]).toBe(train.labels[0] * 100 + (train.pixels[0] % 100));
    expect(notes[0]).toBe('each folder is a class: cat, dog (#label=none)');
    expect(await readFiles(Object.fromEntries(Object.entries(classes).reverse()))).toEqual(await readFiles(classes));
    expect((await readFiles(classes, 'label=none')).classNames).toEqual([]);
  });

  it.each<[string, Files]>([
    [
      'above the classes',
      { ...under('data/train', classes), ...under('data/test', { 'cat/x.png': flat(1), 'dog/x.png': flat(2) }) },
    ],
    [
      'below them',
      Object.fromEntries(
        ['cat', 'dog'].flatMap((name) => [
          ...Array.from({ length: 10 }, (_, i) => [`${name}/train/${i}.png`, flat(i)]),
          [`${name}/test/x.png`, flat(1)],
        ]),
      ),
    ],
  ])('in train and test %s have this split', async (_, files) => {
    const { train, test, classNames } = await readFiles(files);
    expect([train.count, test.count, classNames, [...test.labels]]).toEqual([20, 2, ['cat', 'dog'], [0, 1]]);
  });

  it('in a zip are the same as in a folder, and zips of train and test are the split', async () => {
    const zip = (files: Files): Promise<Uint8Array> => writeArchive(new Map(Object.entries(files)));
    const { train, classNames } = await readFiles(classes);
    const archived = await readFiles({
      'pets.zip': await zip({ ...under('pets', classes), '__MACOSX/pets/._a.png': utf8('x') }),
    });
    expect([archived.train, archived.classNames]).toEqual([train, classNames]);
    const split = await readFiles({
      'train.zip': await zip(classes),
      'test.zip': await zip({ 'cat/1.png': flat(1), 'dog/1.png': flat(2) }),
    });
    expect([split.train.count, split.test.count]).toEqual([20, 2]);
    await expect(readFiles({ 'a.zip': utf8('PK\x03\x04 and no more') })).rejects.toMatchObject({
      code: 'archive-damaged',
      kind: 'input',
    });
  });

  describe('that are transparent', () => {
    const drawn = (colour: readonly [number, number, number]): Uint8Array =>
      rgbaPng(colour, (i) => (i % 4 === 0 ? 0 : 255));
    const [white, black, yellow] = [drawn([255, 255, 255]), drawn([0, 0, 0]), drawn([255, 255, 0])];

    it('lie on the ground that keeps more contrast with what is opaque in all of them', async () => {
      const light = await readFiles({ 'a.png': white, 'b.png': white });
      expect([...light.train.pixels.subarray(0, 2)]).toEqual([0, 255]);
      expect(light.notes).toContain(
        '2 of 2 pictures are transparent in places: laid on black, since what is opaque in them is light on the whole (#ground=255 lays them on white)',
      );
      const dark = await readFiles({ 'a.png': black, 'b.png': black });
      expect([...dark.train.pixels.subarray(0, 2)]).toEqual([255, 0]);
      expect(dark.notes).toContain(
        '2 of 2 pictures are transparent in places: laid on white, since what is opaque in them is dark on the whole (#ground=0 lays them on black)',
      );
      expect([light, dark].flatMap(({ notes }) => notes).join()).not.toMatch(/blank|stand out/);
    });

    it('lie on the ground that is asked for, of which nothing more is said', async () => {
      const { train, notes } = await readFiles({ 'a.png': black, 'b.png': black }, 'ground=100');
      expect([...train.pixels.subarray(0, 2)]).toEqual([100, 0]);
      expect(notes.join()).not.toContain('transparent');
    });

    it('are named where they come out blank, the first three of them', async () => {
      const { notes } = await readFiles({ 'a.png': white, 'b.png': black, 'c.png': white, 'd.png': white });
      expect(notes).toContain('1 of 4 came out blank, all their pixels equal: b.png');
      const files = Object.fromEntries([...'abcde'].map((name) => [`${name}.png`, white]));
      expect((await readFiles(files, 'ground=255')).notes).toContain(
        '5 of 5 came out blank, all their pixels equal: a.png, b.png, c.png, and 2 more',
      );
    });

    it('are named where they hardly stand out: yellow in grey on white', async () => {
      const files = { 'a.png': black, 'b.png': black, 'c.png': yellow };
      const { notes } = await readFiles(files, 'channels=grey');
      expect(notes).toContain('1 of 3 hardly stand out from their ground: c.png (#ground=0)');
      expect((await readFiles(files)).notes.join()).not.toContain('stand out');
    });

    it('have opaque ones among them padded with the same ground', async () => {
      const files = { 'a.png': black, 'b.png': black, 'c.png': flat(9, 2, 2) };
      const { train, test } = await readFiles(files, 'size=4x4');
      const ink = [...train.pixels, ...test.pixels].filter((value) => value === 9);
      expect([train.count + test.count, ink.length]).toEqual([3, 4]);
      const padded = [train, test].flatMap(({ pixels, count }) =>
        Array.from({ length: count }, (_, i) => [...pixels.subarray(16 * i, 16 * i + 16)]),
      );
      expect(padded).toContainEqual([255, 255, 255, 255, 255, 9, 9, 255, 255, 9, 9, 255, 255, 255, 255, 255]);
    });
  });

  it('that are padded have the ground that they have themselves, unless options say another', async () => {
    const files = { 'a.png': flat(250, 4, 2), 'b.png': flat(240, 4, 2), 'c.png': flat(5, 4, 2) };
    const padding = async (options: string): Promise<readonly number[]> => {
      const { train } = await readFiles(files, `size=4x4,${options}`);
      return [...train.pixels.subarray(0, 4)];
    };
    expect(await padding('')).toEqual([255, 255, 255, 255]);
    expect(await padding('ground=0')).toEqual([0, 0, 0, 0]);
    const { notes } = await readFiles(files, 'size=4x4');
    expect(notes).toContain('padded with white, since the ground of the pictures is light (#ground=0)');
    expect(notes).toContain(
      'light ground in 3 of 3 images, dark in 0: all are kept as they are (#polarity=invert inverts all)',
    );
    const dark = await readFiles({ 'a.png': flat(9, 4, 2), 'b.png': flat(5, 4, 2) }, 'size=4x4');
    expect([...dark.train.pixels.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
  });

  it('are brought to the shape that the caller has for them, unless options say another', async () => {
    const files = { ...classes, 'dog/big.png': flat(9, 6, 3) };
    const source = { name: 'pets', files: Object.entries(files).map(([path, bytes]) => memoryFile(path, bytes)) };
    const pictureDefaults = { size: { height: 2, width: 3 }, fit: 'pad', channels: 'grey' } as const;
    const read = await readImages(source, {}, { pictureDefaults });
    expect([read.train.height, read.train.width, read.train.channels]).toEqual([2, 3, 1]);
    expect(read.notes.slice(1, 3)).toEqual([
      'pictures are brought to 2 x 3 (#size=HxW), shrunk where they are larger and padded (#fit=crop, #fit=stretch)',
      'pictures are taken in grey (#channels=colour)',
    ]);
    const said = parseReadOptions('size=5x5,fit=stretch,channels=colour');
    const other = await readImages(source, said, { pictureDefaults });
    expect([other.train.height, other.train.channels]).toEqual([5, 3]);
    expect(other.notes.join()).not.toContain('brought to');
  });

  it('of several sizes are refused with their counts, or brought to one', async () => {
    const mixed = { ...classes, 'dog/big.png': flat(9, 6, 3) };
    await expect(readFiles(mixed)).rejects.toMatchObject({
      code: 'sizes-mixed',
      got: '20 of 4 x 4, 1 of 3 x 6',
      hint: 'say to which size they are brought, and how: #size=4x4,fit=pad (or crop, stretch)',
    });
    const { train, notes } = await readFiles(mixed, 'size=4x4');
    expect([train.height, train.width, notes.some((text) => text.includes('#fit=crop'))]).toEqual([4, 4, true]);
    expect((await readFiles(mixed, 'size=2x2,fit=crop')).train.pixels.length).toBe(19 * 4);
  });

  it('in grey beside colour become colour, or all grey', async () => {
    const files = { 'a.png': ONE_COLOUR['a.png'], 'b.png': flat(7, 8, 4) };
    expect((await readFiles(files)).notes).toContain('1 of 2 pictures are grey and became colour (#channels=grey)');
    expect((await readFiles(files, 'channels=grey')).train.channels).toBe(1);
  });

  it('that are damaged are left out and named, with what is not decoded', async () => {
    const files = {
      ...classes,
      'cat/a.png': new Uint8Array(),
      'cat/b.png': utf8('nope'),
      'cat/c.jpg': Uint8Array.of(0xff, 0xd8, 0xff),
      'cat/d.svg': utf8('<svg/>'),
    };
    const { train, notes } = await readFiles(files);
    expect(train.count).toBe(18);
    expect(notes).toContain(
      '3 could not be read and were left out: cat/a.png (it is empty), cat/b.png (it is no picture), cat/c.jpg (it is cut short)',
    );
    expect(notes).toContain('1 of kinds that are not decoded were left out: cat/d.svg');
    await expect(readFiles({ 'a.png': utf8('<html>') })).rejects.toMatchObject({
      code: 'pictures-unreadable',
      got: 'a.png: an HTML page',
    });
  });

  it.each(Object.keys(ONE_COLOUR))(
    'in %s that are cut short are left out, and nothing is said but in notes',
    async (name) => {
      const log = vi.spyOn(console, 'log');
      const half = ONE_COLOUR[name].subarray(0, ONE_COLOUR[name].length - 6);
      const { notes } = await readFiles({ ...classes, [`cat/half-${name}`]: half });
      expect(notes.find((text) => text.includes('left out'))).toMatch(
        `1 could not be read and were left out: cat/half-${name}`,
      );
      expect(log).not.toHaveBeenCalled();
      log.mockRestore();
    },
  );

  it('beside folders of classes are refused by name', async () => {
    await expect(readFiles({ ...classes, 'stray.png': flat(3) })).rejects.toMatchObject({
      code: 'folders-mixed',
      got: '1 of 21 outside: stray.png',
    });
  });
});

describe('pictures one by one', () => {
  const source = (files: Files) => ({
    name: 'folder',
    files: Object.entries(files).map(([path, bytes]) => memoryFile(path, bytes)),
  });

  it('keep their names, sizes and channels; nothing is held out', async () => {
    const { images, isLabelled } = await readEachImage(
      source({ 'b/wide.png': flat(7, 9, 4), 'a.png': flat(1), 'c.bmp': bmp(8) }),
    );
    expect(
      images.map(({ name, image: { height, width, channels, count } }) => [name, height, width, channels, count]),
    ).toEqual([
      ['a.png', 4, 4, 1, 1],
      ['b/wide.png', 4, 9, 1, 1],
      ['c.bmp', 4, 8, 3, 1],
    ]);
    expect([...new Set(images[1].image.pixels)]).toEqual([7]);
    expect(isLabelled).toBe(false);
  });

  it('are inverted, brought to grey and left out as in a data set', async () => {
    const { images, notes } = await readEachImage(
      source({ 'a.png': ONE_COLOUR['a.png'], 'b.png': utf8('no picture') }),
      parseReadOptions('polarity=invert,channels=grey'),
    );
    const [red, green, blue] = ORANGE;
    expect(images[0].image.pixels[0]).toBe(255 - Math.round(0.299 * red + 0.587 * green + 0.114 * blue));
    expect(notes.join()).toContain('1 could not be read and were left out: b.png');
  });

  it('of other containers have their number within their split, and their labels', async () => {
    const rows = Array.from({ length: 12 }, (_, i) => [i % 3, i, i, i, i].join(',')).join('\n');
    const { images, isLabelled } = await readEachImage(
      source({ 'digits.csv': utf8(rows) }),
      parseReadOptions('label=first,size=2x2,range=bytes'),
    );
    expect(images.map(({ name }) => name)).toEqual(Array.from({ length: 12 }, (_, i) => String(i).padStart(2, '0')));
    expect([images[5].image.labels[0], [...images[5].image.pixels], isLabelled]).toEqual([2, [5, 5, 5, 5], true]);
  });
});
