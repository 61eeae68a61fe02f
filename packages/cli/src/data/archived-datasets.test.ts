/** Data sets known by name that come in an archive: the published entries, over small archives made here. */
import { createHash } from 'node:crypto';
import { readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type ArchiveDatasetEntry, CIFAR_10, EMNIST, encodeIdxImages, encodeIdxLabels } from 'latent-plane';
import { writeArchive } from 'latent-plane/internal';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tarOf } from '../../../core/src/files/testing/tar-file.ts';
import { digestOf } from './cache.ts';
import { datasetStatus, type LoadDatasetOptions, loadDataset, openDataset } from './load-dataset.ts';
import { fill, removeFolder, serve, type TestServer, temporaryFolder, wellBehaved } from './testing.ts';

const gzip = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes));
const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

/** The published entry, with length and checksum of another archive. */
const madeUp = (entry: ArchiveDatasetEntry, bytes: Uint8Array): ArchiveDatasetEntry => ({
  ...entry,
  mirrors: ['http://127.0.0.1:9/'],
  file: { ...entry.file, bytes: bytes.length, checksum: { type: 'md5', hex: md5(bytes) } },
});

const SIDE = 28;
/** Pictures with a bright top row as they are stored: in the first column. The second pixel is the number of the picture. */
const pictures = (count: number, from: number): Uint8Array => {
  const pixels = new Uint8Array(count * SIDE * SIDE);
  for (let i = 0; i < count; i++) {
    for (let row = 0; row < SIDE; row++) pixels[i * SIDE * SIDE + row * SIDE] = 200;
    pixels[i * SIDE * SIDE + 1] = from + i;
  }
  return encodeIdxImages({ pixels, count, height: SIDE, width: SIDE });
};

/** The files of one choice, as they lie in the archive. */
const filesOf = (id: string, firstLabel: number, lastLabel: number): readonly (readonly [string, Uint8Array])[] => {
  const count = lastLabel - firstLabel + 1;
  const labels = encodeIdxLabels(Uint8Array.from({ length: count }, (_, i) => firstLabel + i));
  return [
    [`gzip/emnist-${id}-mapping.txt`, new TextEncoder().encode('0 48\n1 49\n')],
    [`gzip/emnist-${id}-train-images-idx3-ubyte.gz`, gzip(pictures(count, 0))],
    [`gzip/emnist-${id}-train-labels-idx1-ubyte.gz`, gzip(labels)],
    [`gzip/emnist-${id}-test-images-idx3-ubyte.gz`, gzip(pictures(count, 100))],
    [`gzip/emnist-${id}-test-labels-idx1-ubyte.gz`, gzip(labels)],
  ];
};

const emnistZip = await writeArchive(
  new Map([
    ...filesOf('balanced', 0, 46),
    ...filesOf('byclass', 0, 61),
    ...filesOf('bymerge', 0, 46),
    ...filesOf('digits', 0, 9),
    ...filesOf('letters', 1, 26),
    ...filesOf('mnist', 0, 9),
  ]),
);
const IMAGE = 3 * 32 * 32;
const batch = (from: number): Uint8Array => {
  const bytes = new Uint8Array(10 * (IMAGE + 1));
  for (let i = 0; i < 10; i++) bytes.fill(from + i, i * (IMAGE + 1), (i + 1) * (IMAGE + 1)).set([i], i * (IMAGE + 1));
  return bytes;
};
const cifarTar = gzip(
  tarOf({
    'cifar-10-batches-bin/batches.meta.txt': new TextEncoder().encode(`${CIFAR_10.classNames.join('\n')}\n\n`),
    ...Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`cifar-10-batches-bin/data_batch_${n}.bin`, batch(10 * n)])),
    'cifar-10-batches-bin/test_batch.bin': batch(100),
    'cifar-10-batches-bin/readme.html': new TextEncoder().encode('<html></html>'),
  }),
);
const FILES = { 'gzip.zip': emnistZip, 'cifar-10-binary.tar.gz': cifarTar };

let root: string;
let server: TestServer;
let options: LoadDatasetOptions;

beforeEach(async () => {
  root = await temporaryFolder();
  server = await serve(wellBehaved, FILES);
  vi.stubEnv('LATENT_PLANE_MIRROR', `${server.base}/mirror/`);
  options = {
    cacheFolder: join(root, 'cache'),
    registry: [madeUp(CIFAR_10, cifarTar), ...EMNIST.map((entry) => madeUp(entry, emnistZip))],
    retryDelayMs: 1,
  };
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await removeFolder(root);
});

describe('cifar-10', () => {
  it('is fetched, checked and read out of its archive', async () => {
    const { dataset, where, verified, folder, notes } = await openDataset('cifar-10', options);
    expect([where, verified, folder, notes]).toEqual(['cache', true, join(root, 'cache', 'cifar-10'), []]);
    const { train, test, classNames, name, licence } = dataset;
    expect([name, licence, classNames]).toEqual(['cifar-10', CIFAR_10.licence, CIFAR_10.classNames]);
    expect([train.count, test.count, train.height, train.width, train.channels]).toEqual([50, 10, 32, 32, 3]);
    expect([...train.labels.subarray(0, 3), train.pixels[0], test.pixels[0]]).toEqual([0, 1, 2, 10, 100]);
    expect(server.requests.map(({ path }) => path)).toEqual(['/mirror/cifar-10/cifar-10-binary.tar.gz']);
    // Known again: nothing is asked for.
    expect((await loadDataset('cifar-10', options)).train).toEqual(train);
    expect(server.requests.length).toBe(1);
  });

  it('goes on where an earlier attempt stopped', async () => {
    await fill(join(root, 'cache', 'cifar-10'), { 'cifar-10-binary.tar.gz.part': cifarTar.subarray(0, 500) });
    expect((await loadDataset('cifar-10', options)).train.count).toBe(50);
    expect(server.requests.map(({ range }) => range)).toEqual(['bytes=500-']);
  });

  it('with another MD5 is not taken', async () => {
    const other = cifarTar.map((byte, i) => (i === 400 ? byte ^ 1 : byte));
    const wrong = await serve(wellBehaved, { 'cifar-10-binary.tar.gz': other });
    const failure = loadDataset('cifar-10', { ...options, mirrors: [wrong.base] });
    await expect(failure).rejects.toMatchObject({ kind: 'work', code: 'dataset-unavailable' });
    await expect(failure).rejects.toThrow(
      /sent a file with MD5 [0-9a-f]{8}\.\., expected [0-9a-f]{8}\.\..*place cifar-10-binary\.tar\.gz in .*cifar-10 by hand/,
    );
    expect(await readdir(join(root, 'cache', 'cifar-10'))).toEqual([]);
    await wrong.close();
  });

  it('that was damaged in the cache is fetched again, and refused where it may not be', async () => {
    await loadDataset('cifar-10', options);
    const path = join(root, 'cache', 'cifar-10', 'cifar-10-binary.tar.gz');
    await truncate(path, 300);
    const failure = loadDataset('cifar-10', { ...options, fetch: false });
    await expect(failure).rejects.toMatchObject({ kind: 'input', code: 'dataset-checksum' });
    await expect(failure).rejects.toThrow(/expected MD5 [0-9a-f]{32}, got another file/);
    expect((await loadDataset('cifar-10', options)).test.count).toBe(10);
    expect((await stat(path)).size).toBe(cifarTar.length);
  });

  it('can be inverted, and nothing else said of it', async () => {
    const { train } = await loadDataset('cifar-10#polarity=invert', options);
    expect(train.pixels[0]).toBe(245);
    await expect(loadDataset('cifar-10#size=8x8', options)).rejects.toMatchObject({ code: 'data-option' });
  });
});

describe('EMNIST', () => {
  it.each<[string, number, number, string, string]>([
    ['emnist-balanced', 47, 47, '0', 't'],
    ['emnist-byclass', 62, 62, '0', 'z'],
    ['emnist-bymerge', 47, 47, '0', 't'],
    ['emnist-digits', 10, 10, '0', '9'],
    ['emnist-letters', 26, 27, 'A', 'Z'],
    ['emnist-mnist', 10, 10, '0', '9'],
  ])(
    '%s is read out of the archive of all, upright, with names of classes',
    async (name, count, classes, first, last) => {
      const { dataset, where, verified } = await openDataset(name, options);
      const { train, test, classNames } = dataset;
      expect([where, verified, dataset.name]).toEqual(['cache', true, name]);
      expect([train.count, test.count, classNames.length]).toEqual([count, count, classes]);
      expect([classNames[train.labels[0]], classNames[train.labels[count - 1]]]).toEqual([first, last]);
      expect(classNames).toEqual(EMNIST.find((entry) => entry.name === name)?.classNames);
      // The bright column is a row on top, and the mark beside it lies below.
      expect([...train.pixels.subarray(0, SIDE)]).toEqual(Array<number>(SIDE).fill(200));
      expect([train.pixels[SIDE * SIDE + SIDE], test.pixels[SIDE]]).toEqual([1, 100]);
      expect(server.requests.map(({ path }) => path)).toEqual(['/mirror/emnist/gzip.zip']);
    },
  );

  it('is fetched once for all its choices', async () => {
    await loadDataset('emnist-letters', options);
    for (const entry of options.registry ?? [])
      expect((await datasetStatus(entry, options)).where, entry.name).toBe(
        entry.folder === 'emnist' ? 'cache' : 'absent',
      );
    for (const { name } of EMNIST) await loadDataset(name, { ...options, fetch: false });
    expect(server.requests.length).toBe(1);
  });

  it('is not taken for the data sets whose names it has in it', async () => {
    // MNIST comes with the package, and asks for nothing.
    const mnist = await openDataset('mnist', { cacheFolder: join(root, 'cache'), fetch: false });
    expect([mnist.where, mnist.dataset.train.count]).toEqual(['package', 60_000]);
    expect((await datasetStatus(EMNIST[5], options)).where).toBe('absent');
  });
});

describe('digestOf', () => {
  it('is that of the whole file, of more than a piece', async () => {
    const bytes = new Uint8Array(3_000_001).map((_, i) => i % 251);
    await writeFile(join(root, 'a'), bytes);
    expect(await digestOf(join(root, 'a'), 'md5')).toBe(md5(bytes));
    expect(await digestOf(join(root, 'a'), 'sha256')).toBe(
      createHash('sha256')
        .update(await readFile(join(root, 'a')))
        .digest('hex'),
    );
  });
});
