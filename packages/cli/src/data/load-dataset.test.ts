import { appendFile, mkdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encodeIdxImages, encodeIdxLabels, type IdxDatasetEntry, MNIST, sameData } from 'latent-plane';
import { identityOfEntry, mapFiles } from 'latent-plane/internal';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { identityOf } from '../runs/data.ts';
import { classCounts, pixelMoments } from './facts.ts';
import { datasetStatus, type LoadDatasetOptions, loadDataset, openDataset } from './load-dataset.ts';
import {
  byName,
  FILE_NAMES,
  fill,
  packedFiles,
  rawFiles,
  removeFolder,
  serve,
  temporaryFolder,
  tinyEntry,
} from './testing.ts';

let root: string;
let entry: IdxDatasetEntry;
let options: LoadDatasetOptions;

beforeEach(async () => {
  root = await temporaryFolder();
  entry = await tinyEntry();
  options = { cacheFolder: join(root, 'cache'), registry: [entry], retryDelayMs: 1 };
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await removeFolder(root);
});

const raw = rawFiles();
const folderWith = (files: Readonly<Record<string, Uint8Array>>): Promise<string> => fill(join(root, 'own'), files);

describe('mnist', () => {
  it('is loaded from the installed package, verified, without a network', async () => {
    const { dataset, where, verified } = await openDataset('mnist', { cacheFolder: join(root, 'cache'), mirrors: [] });
    expect(sameData(identityOfEntry(MNIST), identityOf(dataset))).toBe(true);
    expect([where, verified]).toEqual(['package', true]);
    const { train, test } = dataset;
    expect([train.count, train.height, train.width, test.count]).toEqual([60_000, 28, 28, 10_000]);
    // The counts of LeCun's files, known from the literature.
    expect(classCounts(train, 10)).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
    expect(classCounts(test, 10)).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    expect([...train.labels.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9]);
    const { mean, std } = pixelMoments(train);
    expect([mean.toFixed(4), std.toFixed(4)]).toEqual(['0.1307', '0.3081']);
  });

  it('is read without some of its classes, which a note tells', async () => {
    const notes: string[] = [];
    const { train, test, classNames } = await loadDataset('mnist#without=7', {
      ...{ cacheFolder: join(root, 'cache'), mirrors: [], onNote: (text) => notes.push(text) },
    });
    expect([train.count, test.count, classNames.length]).toEqual([60_000 - 6265, 10_000 - 1028, 10]);
    expect(classCounts(train, 10)[7]).toBe(0);
    expect(notes.join()).toContain('53735 of 60000 training images, 8972 of 10000 test images');
    await expect(loadDataset('mnist#size=8x8')).rejects.toThrow('polarity, classes, without, or nothing');
  });

  it('of a damaged package is refused, naming the file', async () => {
    const installed = await folderWith({
      ...byName(raw),
      [FILE_NAMES.testLabels]: raw.testLabels.map((byte) => byte ^ 1),
    });
    const damaged = loadDataset('tiny', { ...options, installedFolder: () => installed });
    await expect(damaged).rejects.toMatchObject({ kind: 'input', code: 'dataset-checksum' });
    await expect(damaged).rejects.toThrow(/t10k-labels-idx1-ubyte: expected SHA-256 .*install the packages again/);
  });

  it('is hashed once: a file whose size and time did not change is known again', async () => {
    const installed = await folderWith(byName(raw));
    const settings = { ...options, installedFolder: () => installed };
    const path = join(installed, FILE_NAMES.testLabels);
    const setTime = (seconds: number): Promise<void> => utimes(path, seconds, seconds);
    await setTime(1_000_000);
    expect((await datasetStatus(entry, settings)).verified).toBe(false);
    await loadDataset('tiny', settings);
    expect(await datasetStatus(entry, settings)).toEqual({ where: 'package', folder: installed, verified: true });

    const changed = raw.testLabels.map((byte, i) => (i === 8 ? 9 : byte));
    await writeFile(path, changed);
    await setTime(1_000_000);
    // Not hashed again, so the change passes: this is what the memory trades for speed.
    expect((await loadDataset('tiny', settings)).test.labels[0]).toBe(9);
    await setTime(1_000_001);
    await expect(loadDataset('tiny', settings)).rejects.toThrow(/^dataset-checksum/);
  });

  it('loads although the cache folder cannot be written', async () => {
    const installed = await folderWith(byName(raw));
    await writeFile(join(root, 'cache'), 'a file where the folder should be');
    const { verified } = await openDataset('tiny', { ...options, installedFolder: () => installed });
    expect(verified).toBe(true);
  });
});

describe('a named data set', () => {
  it('is fetched at first use through LATENT_PLANE_MIRROR, then loaded from the cache', async () => {
    const server = await serve();
    vi.stubEnv('LATENT_PLANE_MIRROR', `${server.base}/some/base/`);
    vi.stubEnv('LATENT_PLANE_CACHE', join(root, 'elsewhere'));
    const settings = { registry: [entry] };
    const { dataset, where, folder } = await openDataset('tiny', settings);
    expect([where, folder]).toEqual(['cache', join(root, 'elsewhere', 'tiny')]);
    expect(dataset.train.pixels).toEqual(raw.trainImages.subarray(16));
    expect(server.requests[0].path).toBe('/some/base/tiny/train-images-idx3-ubyte.gz');
    await server.close();
    expect(await loadDataset('tiny', settings)).toEqual(dataset);
  });

  it('is taken from several addresses in LATENT_PLANE_MIRROR in turn', async () => {
    const server = await serve();
    vi.stubEnv('LATENT_PLANE_MIRROR', `http://127.0.0.1:9/ ${server.base}`);
    expect((await loadDataset('tiny', options)).train.count).toBe(300);
    await server.close();
  });

  it('refuses a LATENT_PLANE_MIRROR that is no address', async () => {
    vi.stubEnv('LATENT_PLANE_MIRROR', 'ftp://example.org');
    await expect(loadDataset('tiny', options)).rejects.toMatchObject({ kind: 'input', code: 'mirror-address' });
  });

  it('is loaded from files placed in the cache by hand, without a network', async () => {
    await fill(join(root, 'cache', 'tiny'), byName(packedFiles(), '.gz'));
    expect((await loadDataset('tiny', { ...options, mirrors: [] })).test.count).toBe(50);
  });

  it('packed anew by somebody else is known by its content', async () => {
    const anew = Object.fromEntries(
      Object.entries(byName(raw)).map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes, { level: 1 })]),
    );
    await fill(join(root, 'cache', 'tiny'), anew);
    const alone = { ...options, fetch: false };
    expect((await loadDataset('tiny', alone)).train.pixels).toEqual(raw.trainImages.subarray(16));
    expect((await datasetStatus(entry, alone)).verified).toBe(true);

    await fill(join(root, 'cache', 'tiny'), { 't10k-images-idx3-ubyte.gz': gzipSync(raw.trainImages) });
    await expect(loadDataset('tiny', alone)).rejects.toMatchObject({ code: 'dataset-checksum' });
  });

  it('that is not at hand and may not be fetched is a work error that names the command', async () => {
    const failure = loadDataset('tiny', { ...options, fetch: false });
    await expect(failure).rejects.toMatchObject({ kind: 'work', code: 'dataset-absent' });
    await expect(failure).rejects.toThrow(/latent data tiny --fetch/);
  });

  it('with a damaged file in the cache is fetched again', async () => {
    const server = await serve();
    const settings = { ...options, mirrors: [server.base] };
    await loadDataset('tiny', settings);
    await truncate(join(root, 'cache', 'tiny', 'train-images-idx3-ubyte.gz'), 100);
    expect((await loadDataset('tiny', settings)).train.count).toBe(300);
    expect(server.requests.length).toBe(5);
    await server.close();
  });
});

describe('a folder', () => {
  const dotted = (name: string): string => name.replace(/-(idx\d-ubyte)/, '.$1');

  it.each<[string, () => Record<string, Uint8Array>]>([
    ['raw files', () => byName(raw)],
    ['gzipped files', () => byName(packedFiles(), '.gz')],
    [
      'dotted names',
      () => Object.fromEntries(Object.entries(byName(raw)).map(([name, bytes]) => [dotted(name), bytes])),
    ],
    [
      'test- instead of t10k-',
      () =>
        Object.fromEntries(Object.entries(byName(raw)).map(([name, bytes]) => [name.replace('t10k', 'test'), bytes])),
    ],
    ['raw files called .gz', () => byName(raw, '.gz')],
  ])('with %s is loaded', async (_, files) => {
    const dataset = await loadDataset(await folderWith(files()), { ...options, registry: [] });
    expect(dataset.name).toBe('own');
    expect(dataset.train.pixels).toEqual(raw.trainImages.subarray(16));
    expect(dataset.test.labels).toEqual(raw.testLabels.subarray(8));
  });

  it('whose files are a registered data set, byte for byte, gets its name and licence', async () => {
    const own = await folderWith(byName(packedFiles(), '.gz'));
    const { dataset, where, verified } = await openDataset(own, options);
    expect([dataset.name, dataset.licence, where, verified]).toEqual(['tiny', entry.licence, 'folder', true]);
    const changed = raw.testImages.map((byte, i) => (i === 20 ? byte ^ 1 : byte));
    await writeFile(join(own, `${FILE_NAMES.testImages}.gz`), gzipSync(changed));
    expect(await openDataset(own, options)).toMatchObject({
      dataset: { name: 'own', licence: 'not stated' },
      verified: false,
    });
  });

  it('holds a registered data set in whatever container, number by number', async () => {
    const csv = (images: Uint8Array, labels: Uint8Array): Uint8Array =>
      new TextEncoder().encode(
        [...labels.subarray(8)]
          .map((label, i) => [label, ...images.subarray(16 + 64 * i, 80 + 64 * i)].join(','))
          .join('\n'),
      );
    const own = await folderWith({
      'tiny_train.csv': csv(raw.trainImages, raw.trainLabels),
      'tiny_test.csv': csv(raw.testImages, raw.testLabels),
    });
    const { dataset, verified, notes } = await openDataset(own, options);
    expect([dataset.name, verified, dataset.classNames]).toEqual(['tiny', true, entry.classNames]);
    expect(dataset.train.pixels).toEqual(raw.trainImages.subarray(16));
    expect(notes[0]).toBe('the label was taken to be the first column (#label=last)');
  });

  it('may hold pictures, those among them whose decoder is WebAssembly', async () => {
    const orange = new Uint8Array(Buffer.from('UklGRh4AAABXRUJQVlA4TBEAAAAvB8AAAAdQsiJXpv+BiOh/AAA=', 'base64'));
    const own = await folderWith({ 'a.webp': orange, 'b.webp': orange });
    const { train, classNames } = await loadDataset(own, options);
    expect([train.height, train.width, ...train.pixels.subarray(0, 3), classNames.length]).toEqual([
      4, 8, 200, 100, 50, 0,
    ]);
    // A file is a source of its own, and one picture too few to train on.
    await expect(loadDataset(join(own, 'a.webp'), options)).rejects.toMatchObject({ code: 'too-few-images' });
  });

  it('of any classes numbers them, unless classes.txt names them all', async () => {
    const letters = encodeIdxLabels(Uint8Array.from({ length: 300 }, (_, i) => i % 12));
    const folder = await folderWith({ ...byName(raw), [FILE_NAMES.trainLabels]: letters });
    expect((await loadDataset(folder, options)).classNames).toEqual(Array.from({ length: 12 }, (_, i) => String(i)));
    await writeFile(join(folder, 'classes.txt'), 'abcdefghij'.split('').join('\n'));
    await expect(loadDataset(folder, options)).rejects.toMatchObject({
      code: 'idx-label-range',
      kind: 'input',
      message: expect.stringMatching(
        /label 10: .* got 10; .*classes\.txt 12 lines, that of label 0 first, or leave it out$/,
      ),
    });
    await writeFile(join(folder, 'classes.txt'), 'abcdefghijkl'.split('').join('\n'));
    const { classNames, train } = await loadDataset(folder, options);
    expect([classNames.length, classNames[11], train.labels[11]]).toEqual([12, 'l', 11]);
    await rm(join(folder, 'classes.txt'));
    await mkdir(join(folder, 'classes.txt'));
    await expect(loadDataset(folder, options)).rejects.toMatchObject({ code: 'not-a-file', kind: 'input' });
  });

  it('has as many classes as its highest label asks for, of two bytes too', async () => {
    const wide = encodeIdxLabels(Uint16Array.from({ length: 300 }, (_, i) => (i === 7 ? 299 : i % 3)));
    const folder = await folderWith({ ...byName(raw), [FILE_NAMES.trainLabels]: wide });
    const { classNames, train, test } = await loadDataset(folder, options);
    expect([classNames.length, train.labels[7], test.labels instanceof Uint8Array]).toEqual([300, 299, true]);
    const few = encodeIdxLabels(Uint8Array.from({ length: 300 }, (_, i) => i % 3));
    const fewTest = encodeIdxLabels(Uint8Array.from({ length: 50 }, (_, i) => i % 2));
    const small = await folderWith({ ...byName(raw), [FILE_NAMES.trainLabels]: few, [FILE_NAMES.testLabels]: fewTest });
    expect((await loadDataset(small, options)).classNames).toEqual(['0', '1', '2']);
  });

  it('may have no labels at all, but not those of one part alone', async () => {
    const { [FILE_NAMES.trainLabels]: trainLabels, [FILE_NAMES.testLabels]: _, ...images } = byName(raw);
    const bare = await folderWith(images);
    const { classNames, train, test } = await loadDataset(bare, options);
    expect([classNames, train.count, test.count, Math.max(...train.labels)]).toEqual([[], 300, 50, 0]);
    const half = await folderWith({ ...images, [FILE_NAMES.trainLabels]: trainLabels });
    await expect(loadDataset(half, options)).rejects.toMatchObject({
      code: 'dataset-file-missing',
      message: expect.stringContaining('t10k-labels'),
    });
  });

  it('without a test set holds images out and says so, and takes options behind #', async () => {
    const own = await folderWith({
      'train-images-idx3-ubyte': raw.trainImages,
      'train-labels-idx1-ubyte': raw.trainLabels,
    });
    const told: string[] = [];
    const { dataset, notes } = await openDataset(own, { ...options, onNote: (text) => told.push(text) });
    expect([dataset.train.count, dataset.test.count]).toEqual([270, 30]);
    expect(told).toEqual(notes.map((text) => `note: own: ${text}`));
    expect((await loadDataset(`${own}#test=0.5`, options)).test.count).toBe(150);
    await expect(loadDataset(`${own}#tset=0.5`, options)).rejects.toMatchObject({ code: 'data-option', kind: 'input' });
  });

  it('may hold images that are not 28x28', async () => {
    const own = await folderWith(byName(rawFiles(20, 10, 13)));
    expect(await loadDataset(own, options)).toMatchObject({ train: { height: 13, width: 13 }, test: { count: 10 } });
  });

  it.each<[string, (files: Record<string, Uint8Array>) => Record<string, Uint8Array>, string, RegExp]>([
    [
      'images and labels swapped',
      (files) => ({ ...files, [FILE_NAMES.trainImages]: raw.trainLabels, [FILE_NAMES.trainLabels]: raw.trainImages }),
      'idx-magic',
      /own\/train-images-idx3-ubyte: expected an IDX images file \(magic 2051\), got an IDX labels file/,
    ],
    [
      'the test labels beside the training images',
      (files) => ({ ...files, [FILE_NAMES.trainLabels]: raw.testLabels }),
      'idx-count-mismatch',
      /train-images-idx3-ubyte holds 300 images, .*train-labels-idx1-ubyte 50 labels/,
    ],
    [
      'test images of another size',
      (files) => ({
        ...files,
        [FILE_NAMES.testImages]: encodeIdxImages({ pixels: new Uint8Array(50 * 9), count: 50, height: 3, width: 3 }),
      }),
      'idx-shape-mismatch',
      /8 x 8 pixels, .*t10k-images-idx3-ubyte of 3 x 3/,
    ],
    [
      'a truncated file',
      (files) => ({ ...files, [FILE_NAMES.testImages]: raw.testImages.subarray(0, 1000) }),
      'idx-truncated',
      /t10k-images-idx3-ubyte: the header asks for 3216 bytes, the file has 1000/,
    ],
    [
      'a truncated gzip file',
      (files) => ({ ...files, [FILE_NAMES.testImages]: packedFiles().testImages.subarray(0, 1000) }),
      'gzip-damaged',
      /t10k-images-idx3-ubyte: .*fetch the file again/,
    ],
    [
      'a file missing',
      ({ [FILE_NAMES.testLabels]: _gone, ...files }) => files,
      'dataset-file-missing',
      /own: expected t10k-labels-idx1-ubyte or t10k-labels\.idx1-ubyte, raw or with \.gz; got neither/,
    ],
  ])('with %s is refused, naming the file', async (_, change, code, message) => {
    const failure = loadDataset(await folderWith(change(byName(raw))), options);
    await expect(failure).rejects.toMatchObject({ kind: 'input', code });
    await expect(failure).rejects.toThrow(message);
  });

  it('with a folder in a file’s place is refused', async () => {
    const own = await folderWith(byName(mapFiles(raw, (bytes) => bytes)));
    await removeFolder(join(own, FILE_NAMES.trainLabels));
    await mkdir(join(own, FILE_NAMES.trainLabels));
    await expect(loadDataset(own, options)).rejects.toMatchObject({ kind: 'input', code: 'dataset-file-missing' });
  });

  it('with a file of more than 1 GiB is refused unread', async () => {
    const own = await folderWith(byName(raw));
    await truncate(join(own, FILE_NAMES.trainImages), 2 ** 30 + 21); // sparse: takes no room on the disk
    await expect(loadDataset(own, options)).rejects.toMatchObject({ kind: 'input', code: 'idx-oversized' });
  });

  it.each([
    ['neither a name nor a path', 'nowhere'],
    ['a name of a property of every object', 'constructor'],
    ['an empty argument', ''],
  ])('cannot be %s', async (_, argument) => {
    const failure = loadDataset(argument, options);
    await expect(failure).rejects.toMatchObject({ kind: 'input', code: 'dataset-unknown' });
    await expect(failure).rejects.toThrow(/expected tiny or a folder or file of images/);
  });

  it('cannot be a file of nothing that is known', async () => {
    await appendFile(join(root, 'file'), 'x');
    await expect(loadDataset(join(root, 'file'), options)).rejects.toThrow(
      /^dataset-file-missing: .*file: expected files of images .* got 1 other file: file/,
    );
    expect(await readFile(join(root, 'file'), 'utf8')).toBe('x');
  });
});
