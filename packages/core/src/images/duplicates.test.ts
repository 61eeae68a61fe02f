import { describe, expect, it } from 'vitest';
import { realMnist } from '../codes/testing/mnist.ts';
import { RandomStream } from '../random/random.ts';
import { countShared, sharedWords } from './duplicates.ts';
import { greyPng } from './readers/testing/picture-files.ts';
import { readFiles } from './readers/testing/sources.ts';
import type { ImageSet } from './types.ts';

const setOf = (pixels: Uint8Array, size: number): ImageSet => ({
  pixels,
  labels: new Uint8Array(pixels.length / size),
  count: pixels.length / size,
  height: 1,
  width: size,
  channels: 1,
});
const random = (count: number, size: number, name: string): Uint8Array => {
  const words = new Uint32Array(count * size);
  new RandomStream(1, name).fillUint32(words);
  return Uint8Array.from(words);
};

describe('countShared', () => {
  it.each([[3], [4], [13], [64]])('finds the test images that were put among %d-number training images', (size) => {
    const test = random(100, size, 'test');
    const train = random(1000, size, 'train');
    expect(countShared(setOf(train, size), setOf(test, size))).toBe(0);
    for (const image of [0, 7, 99])
      for (const place of [1, 500 + image]) train.set(test.subarray(image * size, (image + 1) * size), place * size);
    // Place 1 has the last of them; 500, 507 and 599 one each.
    expect(countShared(setOf(train, size), setOf(test, size))).toBe(3);
  });

  it('counts each of test images that are alike, and blank ones in time that grows with their number alone', () => {
    const blank = (count: number): ImageSet => setOf(new Uint8Array(count * 64), 64);
    expect(countShared(blank(50_000), blank(10_000))).toBe(10_000);
    expect(countShared(setOf(random(10, 64, 'train'), 64), blank(10))).toBe(0);
  });

  it('tells images apart that differ in one number, wherever they lie in memory', () => {
    const bytes = new Uint8Array(17).fill(9);
    const unaligned = setOf(bytes.subarray(1), 8);
    expect(countShared(unaligned, setOf(new Uint8Array(8).fill(9), 8))).toBe(1);
    expect(countShared(unaligned, setOf(new Uint8Array(8).fill(9).fill(8, 7), 8))).toBe(0);
  });

  it('is told by the readers where there are any, and not where there are none', async () => {
    const picture = (value: number): Uint8Array => greyPng(4, 4, (x) => value + x);
    const train = { 'train/a/1.png': picture(10), 'train/b/2.png': picture(20) };
    const both = await readFiles({ ...train, 'test/a/1.png': picture(10), 'test/b/3.png': picture(30) });
    expect(both.notes).toContain('1 of 2 test images also stands among the training images');
    const none = await readFiles({ ...train, 'test/a/1.png': picture(40), 'test/b/3.png': picture(30) });
    expect(none.notes.join()).not.toContain('among the training images');
  });

  it('of MNIST finds none', async () => {
    const { train, test } = realMnist();
    // 0.05 s on two cores of 2020; other machines are ten times slower.
    const before = performance.now();
    expect(countShared(train, test)).toBe(0);
    expect(performance.now() - before).toBeLessThan(2000);
  });
});

describe('sharedWords', () => {
  it('says how many of how many', () => {
    expect(sharedWords(12, { count: 10_000 })).toBe('12 of 10,000 test images also stand among the training images');
  });
});
