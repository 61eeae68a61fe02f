/** That reading which takes long says how far it is, whatever container it is of. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { workError } from '../../errors.ts';
import { writeArchive } from '../../files/archive.ts';
import { tarOf } from '../../files/testing/tar-file.ts';
import { RandomStream } from '../../random/random.ts';
import { encodeIdxImages } from './idx.ts';
import { readImages } from './read.ts';
import { memoryFile, type ReadProgress } from './source.ts';
import { greyPng } from './testing/picture-files.ts';
import { npyFile, utf8 } from './testing/sources.ts';

const gzipped = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes));

/** Bytes that pack badly, so that packed files are large too. */
const random = (length: number): Uint8Array => {
  const words = new Uint32Array(length);
  new RandomStream(1, 'progress').fillUint32(words);
  return Uint8Array.from(words);
};
const COUNT = 5000;
const pixels = random(COUNT * 1024);
const idx = encodeIdxImages({ pixels, count: COUNT, height: 32, width: 32 });
const npy = npyFile('|u1', [4 * COUNT, 32, 32], random(4 * COUNT * 1024));
const lines = Array.from({ length: COUNT }, (_, i) => pixels.subarray(1024 * i, 1024 * (i + 1)).join(','));

const CASES: Readonly<Record<string, () => Promise<Uint8Array> | Uint8Array>> = {
  'a.csv': () => utf8(lines.join('\n')),
  'with-an-end.csv': () => utf8(`${lines.join('\n')}\n`),
  'a.csv.gz': () => gzipped(utf8(lines.join('\n'))),
  'train-images-idx3-ubyte.gz': () => gzipped(idx),
  'a.npy.gz': () => gzipped(npyFile('|u1', [COUNT, 32, 32], pixels)),
  'a.npz': () => writeArchive(new Map([['x.npy', npy]])),
  'a.zip': () => writeArchive(new Map([['x.npy', npy]])),
  'a.tar': () =>
    tarOf(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`${i}.png`, greyPng(8, 8, (x) => x + (i % 99))]))),
  'a.tgz': () => gzipped(tarOf({ 'x.npy': npy })),
};

const read = async (name: string, bytes: Uint8Array, onProgress: ReadProgress): Promise<void> => {
  await readImages({ name, files: [memoryFile(name, bytes)] }, {}, { onProgress });
};

describe('reading', () => {
  it.each(Object.keys(CASES))('%s tells how far it is, again and again, up to the whole', async (name) => {
    const told = new Map<string, number[]>();
    await read(name, await CASES[name](), (done, total, unit) => {
      const key = `${total} ${unit}`;
      told.set(key, [...(told.get(key) ?? []), done]);
    });
    expect(told.size).toBeGreaterThan(0);
    for (const [key, counts] of told) {
      expect(counts.length, key).toBeGreaterThan(2);
      expect(counts, key).toEqual([...counts].sort((a, b) => a - b));
      expect(`${counts.at(-1)}`, key).toBe(key.split(' ')[0]);
    }
  });

  it.each(Object.keys(CASES))('%s can be ended by who is told, with an error of theirs', async (name) => {
    const bytes = await CASES[name]();
    const end = read(name, bytes, () => {
      throw workError('superseded', { problem: 'other images were asked for meanwhile' });
    });
    await expect(end).rejects.toMatchObject({ code: 'superseded' });
  });

  it('of Parquet counts a group of rows at a time, then the pictures', async () => {
    const path = new URL('../../../fixtures/parquet/train-00000-of-00001.parquet', import.meta.url);
    const told: string[] = [];
    const onProgress: ReadProgress = (done, total, unit) => {
      told.push(unit === 'bytes' ? `${(done / total).toFixed(1)} of the bytes` : `${done} of ${total} files`);
    };
    await read('train-00000-of-00001.parquet', new Uint8Array(readFileSync(path)), onProgress);
    expect(told).toEqual(['0.6 of the bytes', '1.0 of the bytes', ...[1, 2, 3, 4, 5, 6].map((n) => `${n} of 6 files`)]);
  });

  it('of small packed files tells nothing of bytes', async () => {
    const units = new Set<string>();
    const small = gzipped(encodeIdxImages({ pixels: pixels.subarray(0, 1024 * 20), count: 20, height: 32, width: 32 }));
    await read('train-images-idx3-ubyte.gz', small, (_done, _total, unit) => void units.add(unit));
    expect([...units]).toEqual([]);
  });
});
