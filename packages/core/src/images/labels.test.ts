import { describe, expect, it } from 'vitest';
import { datasetSums } from './identity.ts';
import { highestLabel, isLabelled, joinLabels, labelBytes, narrowLabels, numberedClasses } from './labels.ts';
import { sliceSet, takeImages } from './split.ts';
import type { ImageSet } from './types.ts';

const setOf = (labels: ImageSet['labels']): ImageSet => ({
  pixels: Uint8Array.from(labels, (_, i) => i),
  labels,
  count: labels.length,
  height: 1,
  width: 1,
  channels: 1,
});

describe('labels', () => {
  it('are as narrow as they can be, and joined as wide as they must', () => {
    expect(narrowLabels([1, 255])).toEqual(Uint8Array.of(1, 255));
    expect(narrowLabels(Uint16Array.of(1, 255))).toEqual(Uint8Array.of(1, 255));
    expect(narrowLabels([1, 256])).toEqual(Uint16Array.of(1, 256));
    expect(joinLabels(Uint8Array.of(9), Uint8Array.of(8))).toEqual(Uint8Array.of(9, 8));
    expect(joinLabels(Uint8Array.of(9), Uint16Array.of(300))).toEqual(Uint16Array.of(9, 300));
  });

  it('number the classes that nobody named, from 0 to the highest of all sets', () => {
    expect(numberedClasses(Uint8Array.of(2, 0), Uint8Array.of(3))).toEqual(['0', '1', '2', '3']);
    expect(numberedClasses(new Uint8Array(0))).toEqual([]);
    expect(highestLabel([], [4, 65_535])).toBe(65_535);
    expect([isLabelled({ classNames: [] }), isLabelled({ classNames: ['a'] })]).toEqual([false, true]);
  });

  it('are the same bytes for checksums wherever they come from', async () => {
    expect(labelBytes(Uint8Array.of(1, 2))).toEqual(Uint8Array.of(1, 2));
    expect(labelBytes(Uint16Array.of(1, 2))).toEqual(Uint8Array.of(1, 2));
    expect(labelBytes(Uint16Array.of(1, 0x0203))).toEqual(Uint8Array.of(1, 0, 3, 2));
    const sums = (labels: ImageSet['labels']) => datasetSums({ train: setOf(labels), test: setOf(labels) });
    expect(await sums(Uint16Array.of(1, 2))).toEqual(await sums(Uint8Array.of(1, 2)));
    expect(await sums(Uint16Array.of(1, 258))).not.toEqual(await sums(Uint8Array.of(1, 2)));
  });

  it('stay with their images where these are chosen', () => {
    const set = setOf(Uint16Array.of(5, 400, 65_535));
    expect(takeImages(set, Uint32Array.of(2, 0)).labels).toEqual(Uint16Array.of(65_535, 5));
    expect(sliceSet(set, 1, 3).labels).toEqual(Uint16Array.of(400, 65_535));
  });
});
