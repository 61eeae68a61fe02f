import { describe, expect, it } from 'vitest';
import { type Files, readFiles, utf8 } from './testing/sources.ts';

const PLANE = 32 * 32;

/** Images of one colour each: red is the number of the image, green 100, blue 200, or another. */
const records = (count: number, labels: (i: number) => readonly number[], blue = 200): Uint8Array =>
  Uint8Array.from(
    Array.from({ length: count }, (_, i) => [
      ...labels(i),
      ...[i, 100, blue].flatMap((value) => Array<number>(PLANE).fill(value)),
    ]).flat(),
  );
const one = (i: number): readonly number[] => [i % 2];
const two = (i: number): readonly number[] => [i % 2, i % 4];
const ten: Files = {
  'cifar-10-batches-bin/data_batch_1.bin': records(3, one),
  'cifar-10-batches-bin/data_batch_2.bin': records(2, one),
  'cifar-10-batches-bin/test_batch.bin': records(2, one, 201),
  'cifar-10-batches-bin/batches.meta.txt': utf8('airplane\nautomobile\n\n'),
  'cifar-10-batches-bin/readme.html': utf8('<html>'),
};

describe('CIFAR’s files', () => {
  it('are joined, test apart, with the names of the classes, planes become pixels', async () => {
    const { train, test, classNames, notes } = await readFiles(ten);
    expect([train.count, test.count, train.height, train.width, train.channels]).toEqual([5, 2, 32, 32, 3]);
    expect([[...train.labels], classNames, notes]).toEqual([[0, 1, 0, 0, 1], ['airplane', 'automobile'], []]);
    expect([...train.pixels.subarray(3 * PLANE, 3 * PLANE + 6)]).toEqual([1, 100, 200, 1, 100, 200]);
  });

  it('of two labels take the fine one, and the coarse one where a person says so', async () => {
    const hundred = {
      'train.bin': records(4, two),
      'test.bin': records(4, two, 201),
      'fine_label_names.txt': utf8('a\nb\nc\nd\n'),
    };
    const { train, classNames, notes } = await readFiles(hundred);
    expect([[...train.labels], classNames, notes]).toEqual([
      [0, 1, 2, 3],
      ['a', 'b', 'c', 'd'],
      ['of two labels the fine one counts (#labels=coarse)'],
    ]);
    const coarse = await readFiles(hundred, 'labels=coarse');
    expect([[...coarse.train.labels], coarse.classNames]).toEqual([
      [0, 1, 0, 1],
      ['0', '1'],
    ]);
  });

  it.each<[string, Uint8Array, string, RegExp]>([
    [
      'cut short',
      records(2, one).subarray(0, 5000),
      'cifar-length',
      /data_batch_1\.bin: expected a multiple of 3073 bytes.*got 5000/,
    ],
    [
      'a pointer',
      utf8('version https://git-lfs.github.com/spec/v1\n'),
      'not-data',
      /data_batch_1\.bin: .*Git LFS pointer/,
    ],
  ])('%s are refused', async (_, file, code, message) => {
    const failure = readFiles({ 'data_batch_1.bin': file });
    await expect(failure).rejects.toMatchObject({ code, kind: 'input' });
    await expect(failure).rejects.toThrow(message);
  });
});
