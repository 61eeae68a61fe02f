/** Damaged files of every container: read, or refused as wrong input that names a file. `LATENT_PLANE_MUTATIONS` asks for more. */
import { createHash } from 'node:crypto';
import { crc32, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { LatentError } from '../../errors.ts';
import { writeArchive } from '../../files/archive.ts';
import { tarOf } from '../../files/testing/tar-file.ts';
import { RandomStream } from '../../random/random.ts';
import { formatPack } from '../packs/manifest.ts';
import { encodeIdxImages, encodeIdxLabels } from './idx.ts';
import { matFile } from './testing/mat-file.ts';
import { ONE_COLOUR } from './testing/picture-files.ts';
import { type Files, npyFile, readFiles, utf8 } from './testing/sources.ts';

const CASES = Number(process.env.LATENT_PLANE_MUTATIONS ?? 100);
const COUNT = 12;
const pixels = Uint8Array.from({ length: COUNT * 16 }, (_, i) => (11 * i) % 256);
const labels = Uint8Array.from({ length: COUNT }, (_, i) => i % 3);
const table = Array.from({ length: COUNT }, (_, i) => [i % 3, ...pixels.subarray(16 * i, 16 * i + 16)].join(',')).join(
  '\n',
);

/** A shard of some of the images: pixels, labels, checksums. */
const shard = (from: number, to: number): Uint8Array => {
  const images = Array.from({ length: to - from }, (_, i) => pixels.subarray(16 * (from + i), 16 * (from + i + 1)));
  const checks = Buffer.alloc(4 * images.length);
  for (const [i, image] of images.entries()) checks.writeUInt32LE(crc32(image), 4 * i);
  return Uint8Array.from([...pixels.subarray(16 * from, 16 * to), ...labels.subarray(from, to), ...checks]);
};
const SUM = '0'.repeat(64);
const split = (file: string, from: number, to: number) => ({
  count: to - from,
  images: SUM,
  labels: createHash('sha256').update(labels.subarray(from, to)).digest('hex'),
  shards: [{ file, count: to - from }],
});
const pack: Files = {
  'pack.json': utf8(
    formatPack({
      name: 'some',
      licence: '',
      source: '',
      classNames: ['a', 'b', 'c'],
      height: 4,
      width: 4,
      channels: 1,
      labelBytes: 1,
      notes: [],
      train: split('train-00000.shard', 0, 8),
      test: split('test-00000.shard', 8, COUNT),
    }),
  ),
  'train-00000.shard': shard(0, 8),
  'test-00000.shard': shard(8, COUNT),
};

const VALID: readonly Files[] = [
  pack,
  {
    'train-images-idx3-ubyte': encodeIdxImages({ pixels, count: COUNT, height: 4, width: 4 }),
    'train-labels-idx1-ubyte': encodeIdxLabels(labels),
  },
  { 'x.npy': npyFile('|u1', [COUNT, 4, 4], pixels), 'y.npy': npyFile('|u1', [COUNT], labels) },
  {
    'a.npz': await writeArchive(
      new Map([
        ['x.npy', npyFile('|u1', [COUNT, 4, 4], pixels)],
        ['y.npy', npyFile('|u1', [COUNT], labels)],
      ]),
    ),
  },
  { 'a.csv': utf8(table) },
  { 'a.csv.gz': new Uint8Array(gzipSync(utf8(table))) },
  { 'a.mat': matFile([{ name: 'X', dims: [COUNT, 16], values: pixels }]) },
  { 'a.mat': matFile([{ name: 'X', dims: [COUNT, 16], values: pixels }], { packed: true }) },
  { 'data_batch_1.bin': new Uint8Array(2 * 3073) },
  ...Object.entries(ONE_COLOUR).map(([name, bytes]) => ({
    [`1-${name}`]: bytes,
    [`2-${name}`]: bytes,
    [`3-${name}`]: bytes,
  })),
  { 'a.tar': tarOf(Object.fromEntries(Object.entries(ONE_COLOUR).map(([name, bytes]) => [`cat/${name}`, bytes]))) },
  { 'a.tgz': new Uint8Array(gzipSync(tarOf({ 'x.npy': npyFile('|u1', [COUNT, 4, 4], pixels) }))) },
  { 'a.zip': await writeArchive(new Map(Object.entries(ONE_COLOUR).map(([name, bytes]) => [`cat/${name}`, bytes]))) },
];

/** A file with something wrong in it. */
const damage = (bytes: Uint8Array, roll: (below: number) => number): Uint8Array => {
  const copy = bytes.slice();
  const at = roll(copy.length);
  const changes: readonly (() => Uint8Array)[] = [
    () => copy.subarray(0, at),
    () => Uint8Array.from([...copy.subarray(0, at), ...copy.subarray(at + 1 + roll(32))]),
    () => Uint8Array.from([...copy, ...copy.subarray(0, at)]),
    () => copy.fill([0, 255, 32][roll(3)], at, at + roll(64)),
    () => copy.map((byte, i) => (i === at || i === roll(64) ? byte ^ (1 << roll(8)) : byte)),
    () => copy.map((byte, i) => (i < 64 && roll(8) === 0 ? roll(256) : byte)),
  ];
  return changes[roll(changes.length)]();
};

describe('a pack', () => {
  it('is read where nothing is damaged', async () => {
    const { train, test } = await readFiles(pack);
    expect([...train.pixels, ...test.pixels]).toEqual([...pixels]);
    expect([...train.labels, ...test.labels]).toEqual([...labels]);
  });
});

describe(`${CASES} damaged files`, () => {
  it('are read, or refused as wrong input that names a file', async () => {
    const outcomes = { read: 0, refused: 0 };
    const before = process.memoryUsage().rss;
    for (let index = 0; index < CASES; index++) {
      const words = new Uint32Array(512);
      new RandomStream(20_261_129, 'mutations', index).fillUint32(words);
      let next = 0;
      const roll = (below: number): number => (below === 0 ? 0 : words[next++ % words.length] % below);
      const files = VALID[index % VALID.length];
      const names = Object.keys(files);
      const name = names[roll(names.length)];
      try {
        const { train, test } = await readFiles({ ...files, [name]: damage(files[name], roll) });
        expect(train.pixels.length, `case ${index}`).toBe(train.count * train.height * train.width * train.channels);
        expect(test.pixels.length, `case ${index}`).toBe(test.count * test.height * test.width * test.channels);
        outcomes.read++;
      } catch (error) {
        if (!(error instanceof LatentError)) throw new Error(`case ${index}, ${name}`, { cause: error });
        expect(error.kind, `case ${index}, ${name}: ${error.message}`).toBe('input');
        outcomes.refused++;
      }
    }
    expect(outcomes.read).toBeGreaterThan(CASES / 10);
    expect(outcomes.refused).toBeGreaterThan(CASES / 10);
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(1024);
  });
});
