import { describe, expect, it } from 'vitest';
import { datasetSums, identityOfEntry, registeredEntry, sameData } from './identity.ts';
import { FASHION_MNIST, KMNIST, MNIST } from './registry.ts';
import type { Dataset, ImageSet } from './types.ts';

const set = (pixels: readonly number[], labels: readonly number[]): ImageSet => ({
  pixels: Uint8Array.from(pixels),
  labels: Uint8Array.from(labels),
  count: labels.length,
  height: 2,
  width: pixels.length / labels.length / 2,
  channels: 1,
});
const dataset: Pick<Dataset, 'train' | 'test'> = {
  train: set([1, 2, 3, 4, 5, 6, 7, 8], [0, 1]),
  test: set([9, 9, 9, 9], [1]),
};
const identity = async (data: Pick<Dataset, 'train' | 'test'>) => ({
  height: data.train.height,
  width: data.train.width,
  sha256: await datasetSums(data),
});

describe('sameData', () => {
  it('holds of equal images and labels, of nothing that differs in any part or in shape, and of nothing unknown', async () => {
    const one = await identity(dataset);
    expect(sameData(one, await identity({ ...dataset }))).toBe(true);
    for (const changed of [
      { ...dataset, train: set([1, 2, 3, 4, 5, 6, 7, 9], [0, 1]) },
      { ...dataset, train: set([1, 2, 3, 4, 5, 6, 7, 8], [1, 1]) },
      { ...dataset, test: set([9, 9, 9, 8], [1]) },
      { ...dataset, test: set([9, 9, 9, 9], [0]) },
    ])
      expect(sameData(one, await identity(changed))).toBe(false);
    expect(sameData(one, { ...one, height: one.width, width: one.height * 2 })).toBe(false);
    expect([sameData(null, null), sameData(undefined, undefined), sameData(one, null)]).toEqual([false, false, false]);
  });
});

describe('registeredEntry', () => {
  it('knows a data set by its sums under any name, and no other by a name', async () => {
    const mnist = identityOfEntry(MNIST);
    if (!mnist) throw new Error('MNIST has sums');
    expect(registeredEntry({ name: 'my-digits', source: '/home/somebody' }, mnist)).toBe(MNIST);
    const own = await identity(dataset);
    for (const { name } of [MNIST, FASHION_MNIST, KMNIST])
      expect(registeredEntry({ name, source: '/home/somebody' }, own)).toBeNull();
  });

  it('knows one whose sums nobody has by its source, which only checked files have', async () => {
    const own = await identity(dataset);
    expect(registeredEntry(KMNIST, own)).toBe(KMNIST);
    expect(registeredEntry({ ...KMNIST, source: '/home/kmnist' }, own)).toBeNull();
  });
});
