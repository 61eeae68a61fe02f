/** Files larger than one read takes: refused unread, with a step that leads on; those that can be packed are opened. */
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { openImages, readImages } from './read.ts';
import type { SourceFile } from './source.ts';

/** A file that is longer than what is written at its beginning; the rest is zeros, made as they are asked for. */
const longFile = (path: string, head: Uint8Array, size: number): SourceFile => ({
  name: path,
  path,
  size,
  read: (from, to) => {
    const bytes = new Uint8Array(Math.max(0, Math.min(to, size) - from));
    bytes.set(head.subarray(from, to));
    return Promise.resolve(bytes);
  },
  bytes: () => Promise.reject(new Error('it was read whole')),
});

const COUNT = 2_900_000;

const idxHead = (magic: number, ...fields: readonly number[]): Uint8Array => {
  const view = new DataView(new ArrayBuffer(4 + 4 * fields.length));
  [magic, ...fields].forEach((field, i) => {
    view.setUint32(4 * i, field);
  });
  return new Uint8Array(view.buffer);
};

const npyHead = (): Uint8Array => {
  const text = `{'descr': '|u1', 'fortran_order': False, 'shape': (${COUNT}, 28, 28), }`;
  return Uint8Array.from(`\x93NUMPY\x01\0v\0${text.padEnd(117)}\n`, (character) => character.charCodeAt(0));
};

const idxImages = () => longFile('train-images-idx3-ubyte', idxHead(2051, COUNT, 28, 28), 16 + COUNT * 784);
const npy = () => longFile('x.npy', npyHead(), 128 + COUNT * 784);

describe('a file larger than one read takes', () => {
  it.each<[string, () => SourceFile, RegExp]>([
    ['IDX', idxImages, /^idx-oversized: .*latent data pack train-images-idx3-ubyte --out PACK/],
    ['.npy', npy, /^file-oversized: .*latent data pack x\.npy --out PACK/],
    [
      '.csv',
      () => longFile('x.csv', new TextEncoder().encode('1,2,3,4,5\n'.repeat(100)), 2 ** 31),
      /save the images as \.npy/,
    ],
  ])('is refused with a step that leads on: %s', async (_, file, message) => {
    await expect(readImages({ name: 'big', files: [file()] }, {})).rejects.toThrow(message);
  });

  it('of more images than are read at once is opened to be packed, with its labels', async () => {
    const count = 1_000_001;
    const labels = longFile('train-labels-idx1-ubyte', idxHead(2049, count), 8 + count);
    const content = await labels.read(0, labels.size);
    const files = [
      longFile('train-images-idx3-ubyte', idxHead(2051, count, 1, 1), 16 + count),
      { ...labels, bytes: () => Promise.resolve(content) },
    ];
    const { train, test } = await openImages({ name: 'big', files }, {});
    expect(train.labels.length + test.labels.length).toBe(count);
  }, 120_000);
});

describe('a Parquet file that is none behind its first and last bytes', () => {
  it('is told as damaged, in words about the file', async () => {
    const bytes = new Uint8Array(400);
    bytes.set(new TextEncoder().encode('PAR1'));
    bytes.set(new TextEncoder().encode('PAR1'), 396);
    const files = [longFile('x.parquet', bytes, 400)];
    await expect(readImages({ name: 'x', files }, {})).rejects.toThrow(/^parquet: x\.parquet: expected a Parquet file/);
    await expect(readImages({ name: 'x', files }, {})).rejects.not.toThrow(/undefined/);
  });
});

describe('an entry of a zip', () => {
  it('beyond the limit is refused with a step that leads on', async () => {
    const { listArchive } = await import('../../files/archive.ts');
    const zip = zipSync({ 'x.npy': new Uint8Array(5000) });
    const [entry] = await listArchive(
      { name: 'x.npz', size: zip.length, read: async (a, b) => zip.subarray(a, b) },
      10,
    );
    await expect(entry.bytes(4000)).rejects.toThrow(/unpack the archive/);
  });
});
