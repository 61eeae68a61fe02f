import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { writeArchive } from '../../files/archive.ts';
import { tarFile, tarOf } from '../../files/testing/tar-file.ts';
import { greyPng } from './testing/picture-files.ts';
import { type Files, npyFile, readFiles, utf8 } from './testing/sources.ts';

const gzipped = (bytes: Uint8Array): Uint8Array => new Uint8Array(gzipSync(bytes));

const IMAGE = 3 * 32 * 32;
/** A batch of CIFAR: of each image its label, then three planes of one value each. */
const batch = (from: number, count: number): Uint8Array => {
  const bytes = new Uint8Array(count * (IMAGE + 1));
  for (let i = 0; i < count; i++) {
    bytes[i * (IMAGE + 1)] = (from + i) % 10;
    bytes.fill(from + i, i * (IMAGE + 1) + 1, (i + 1) * (IMAGE + 1));
  }
  return bytes;
};
const NAMES = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];
/** The tree of CIFAR-10's archive. */
const cifar: Files = {
  ...Object.fromEntries([1, 2, 3, 4, 5].map((n) => [`data_batch_${n}.bin`, batch(10 * n, 10)])),
  'test_batch.bin': batch(100, 10),
  'batches.meta.txt': utf8(`${NAMES.join('\n')}\n\n`),
  'readme.html': utf8('<html>'),
};
const pictures: Files = Object.fromEntries(
  ['cat', 'dog'].flatMap((name, label) =>
    Array.from({ length: 10 }, (_, i) => [`${name}/${i}.png`, greyPng(4, 4, (x) => 100 * label + i + x)]),
  ),
);
const under = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`${folder}/${path}`, bytes]));

describe('archives', () => {
  it.each(['cifar-10-binary.tar.gz', 'cifar.tgz', 'cifar.tar'])(
    '%s with the tree of CIFAR-10 is read',
    async (name) => {
      const tree = tarFile([
        { path: 'cifar-10-batches-bin/', type: '5' },
        ...Object.entries(under('cifar-10-batches-bin', cifar)).map(([path, bytes]) => ({ path, bytes })),
      ]);
      const { container, train, test, classNames, notes } = await readFiles({
        [name]: /gz$/.test(name) ? gzipped(tree) : tree,
      });
      expect([container, classNames, notes]).toEqual(['cifar', NAMES, []]);
      expect([train.count, test.count, train.height, train.width, train.channels]).toEqual([50, 10, 32, 32, 3]);
      expect(Array.from(train.labels)).toEqual(Array.from({ length: 50 }, (_, i) => i % 10));
      expect([train.pixels[0], train.pixels[49 * IMAGE], test.pixels[0]]).toEqual([10, 59, 100]);
    },
  );

  it('of pictures in folders are the same as the folders, whichever kind they are', async () => {
    const { train, test, classNames } = await readFiles(pictures);
    const pets = under('pets', pictures);
    for (const [name, bytes] of [
      ['pets.zip', await writeArchive(new Map(Object.entries(pets)))],
      ['pets.tar', tarOf(pets)],
      ['pets.tgz', gzipped(tarOf(pets))],
      ['packed under a plain name.tar', gzipped(tarOf(pets))],
    ] as const) {
      const read = await readFiles({ [name]: bytes });
      expect([read.train, read.test, read.classNames], name).toEqual([train, test, classNames]);
    }
  });

  it('of training and test are the split, also of different kinds', async () => {
    const { train, test } = await readFiles({
      'train.tar.gz': gzipped(tarOf(pictures)),
      'test.zip': await writeArchive(new Map([['cat/1.png', pictures['cat/1.png']]])),
    });
    expect([train.count, test.count]).toEqual([20, 1]);
  });

  it('may hold arrays and gzipped files', async () => {
    const x = npyFile('|u1', [4, 2, 2], new Uint8Array(16).fill(200));
    const { train } = await readFiles({ 'a.tar': tarOf({ 'x.npy.gz': gzipped(x) }) });
    expect([train.count, train.pixels[0]]).toEqual([3, 200]);
  });

  it('with links say that these are left out', async () => {
    const parts = Object.entries(pictures).map(([path, bytes]) => ({ path, bytes }));
    const { notes, train } = await readFiles({ 'a.tar': tarFile([{ path: 'cat/link.png', type: '2' }, ...parts]) });
    expect(train.count).toBe(18);
    expect(notes).toContain('1 link or the like in a.tar was left out: cat/link.png');
  });

  it.each<[string, Uint8Array, string, RegExp]>([
    ['a.tar.gz', utf8('<!doctype html><title>Not found</title>'), 'not-data', /a zip or tar archive, got an HTML page/],
    ['a.zip', utf8('version https://git-lfs.github.com/spec/v1\n'), 'not-data', /Git LFS pointer/],
    ['a.tar', tarOf(pictures).subarray(0, 3000), 'archive-damaged', /a\.tar: .*cut short/],
    ['a.tgz', gzipped(tarOf(pictures)).subarray(0, 300), 'archive-damaged', /a\.tgz: .*cut short/],
    ['a.bin2', tarOf(pictures), 'not-data', /a tar archive.*ends in \.tar/],
    ['a.tar.xz', Uint8Array.of(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0), 'not-data', /an archive other than zip and tar/],
  ])('%s that is not what its name says is refused as what it is', async (name, bytes, code, message) => {
    await expect(readFiles({ [name]: bytes })).rejects.toMatchObject({ code, kind: 'input' });
    await expect(readFiles({ [name]: bytes })).rejects.toThrow(message);
  });
});
