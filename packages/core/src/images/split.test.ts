import { describe, expect, it } from 'vitest';
import { crc32 } from './checksum.ts';
import { epochOrder, mergeSets, splitIndices, splitSet, takeImages } from './split.ts';
import type { ImageSet } from './types.ts';

/** Image i has the pixels i, i and the label i % 10. */
const numbered = (count: number, first = 0): ImageSet => ({
  pixels: Uint8Array.from({ length: 2 * count }, (_, i) => first + (i >> 1)),
  labels: Uint8Array.from({ length: count }, (_, i) => (first + i) % 10),
  count,
  height: 1,
  width: 2,
  channels: 1,
});

// Golden orders: Philox and Fisher-Yates written a second time in Python 3.
describe('epochOrder', () => {
  it('gives the golden orders', () => {
    expect([...epochOrder(10, 1, 0, true)]).toEqual([8, 0, 2, 4, 5, 7, 9, 3, 1, 6]);
    expect([...epochOrder(10, 1, 1, true)]).toEqual([7, 9, 8, 2, 6, 4, 5, 1, 0, 3]);
    expect([...epochOrder(10, 42, 3, true)]).toEqual([2, 4, 8, 9, 3, 0, 6, 1, 5, 7]);
  });

  it('gives the golden order of 60,000', () => {
    const order = epochOrder(60_000, 1, 0, true);
    expect([...order.subarray(0, 4)]).toEqual([15813, 17338, 11881, 44321]);
    expect(crc32(new Uint8Array(order.buffer))).toBe(906706856);
    expect(new Set(order).size).toBe(60_000);
  });

  it('is the file order without shuffling', () => expect([...epochOrder(4, 1, 7, false)]).toEqual([0, 1, 2, 3]));
});

describe('splitIndices', () => {
  it('holds out the last images by default, as many as Keras does', () => {
    const { training, validation } = splitIndices(70_000, { fraction: 0.2 });
    expect([training.length, training[0], training[55_999]]).toEqual([56_000, 0, 55_999]);
    expect([validation.length, validation[0]]).toEqual([14_000, 56_000]);
  });

  it('holds out a golden seeded choice, both parts in file order', () => {
    const { training, validation } = splitIndices(10, { fraction: 0.3, from: 'shuffled', seed: 1 });
    // The permutation is 8 2 5 7 0 9 1 | 3 4 6.
    expect([...training]).toEqual([0, 1, 2, 5, 7, 8, 9]);
    expect([...validation]).toEqual([3, 4, 6]);
  });

  it.each([-0.1, 1, Number.NaN])('refuses a share of %d', (fraction) => {
    expect(() => splitIndices(10, { fraction })).toThrow(/^validation-split: /);
  });

  it('refuses a share that leaves nothing to train on', () => {
    expect(() => splitIndices(3, { fraction: 0.9 })).toThrow(/leaves none of 3 images/);
  });
});

describe('image sets', () => {
  it.each(['end', 'shuffled'] as const)('splitSet (%s) gives every image to one part, with its own label', (from) => {
    const { training, validation } = splitSet(numbered(50), { fraction: 0.2, from, seed: 5 });
    expect([training.count, validation.count]).toEqual([40, 10]);
    const merged = mergeSets(training, validation);
    const seen = new Set<number>();
    for (let i = 0; i < merged.count; i++) {
      expect(merged.pixels[2 * i + 1]).toBe(merged.pixels[2 * i]);
      expect(merged.labels[i]).toBe(merged.pixels[2 * i] % 10);
      seen.add(merged.pixels[2 * i]);
    }
    expect(seen.size).toBe(50);
  });

  it('mergeSets puts the training images first', () => {
    const merged = mergeSets(numbered(3), numbered(2, 3));
    expect([...merged.pixels]).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
    expect([...merged.labels]).toEqual([0, 1, 2, 3, 4]);
    expect(merged.count).toBe(5);
  });

  it('mergeSets refuses images of two sizes', () => {
    expect(() => mergeSets(numbered(2), { ...numbered(2), height: 2, width: 1 })).toThrow(/^idx-shape-mismatch: /);
  });

  it('takeImages copies in the order asked for', () => {
    const taken = takeImages(numbered(5), Uint32Array.of(4, 0, 4));
    expect([...taken.pixels]).toEqual([4, 4, 0, 0, 4, 4]);
    expect([...taken.labels]).toEqual([4, 0, 4]);
  });
});
