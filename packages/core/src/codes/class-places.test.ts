import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/index.ts';
import { classPlaces } from './class-places.ts';

/** `perBlob` codes around each centre, class = index of the centre. */
const blobs = (centres: readonly (readonly [number, number])[], perBlob: number, std: number) => {
  const codes = new Float32Array(centres.length * perBlob * 2);
  new RandomStream(1, 'blobs').fillNormal(codes, std);
  const labels = Uint8Array.from({ length: centres.length * perBlob }, (_, i) => i % centres.length);
  labels.forEach((label, i) => {
    codes[2 * i] += centres[label][0];
    codes[2 * i + 1] += centres[label][1];
  });
  return { codes, labels };
};
const bounds = { min: [-1, -1], max: [2, 2] };

describe('classPlaces', () => {
  it('places the hundred classes with most images where there are more', () => {
    const labels = Uint16Array.from({ length: 900 }, (_, i) => (i < 600 ? 1000 + (i % 100) : i));
    const codes = Float32Array.from({ length: 1800 }, (_, i) => ((i * 37) % 100) / 100);
    const found = classPlaces(codes, labels, bounds).map(({ label }) => label);
    expect(found.sort()).toEqual(Array.from({ length: 100 }, (_, i) => 1000 + i));
  });

  it('puts the place of a class into its blob, and calls a lone blob pure', () => {
    const centres = [
      [0, 0],
      [1, 0],
      [0.5, 1],
    ] as const;
    const { codes, labels } = blobs(centres, 500, 0.08);
    const places = classPlaces(codes, labels, bounds);
    expect(places.map(({ label }) => label).sort()).toStrictEqual([0, 1, 2]);
    for (const { label, x, y, purity } of places) {
      expect(Math.hypot(x - centres[label][0], y - centres[label][1])).toBeLessThan(0.16);
      expect(purity).toBe(1);
    }
  });

  it('keeps the places of classes that share one blob apart', () => {
    const { codes, labels } = blobs(
      [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      2000,
      0.4,
    );
    const places = classPlaces(codes, labels, bounds);
    for (const a of places) {
      for (const b of places) {
        if (a !== b) expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(0.05 * 3);
      }
    }
  });

  it('prefers the pure part of a class to the part it shares', () => {
    const half = blobs(
      [
        [0, 0],
        [0, 0],
      ],
      1000,
      0.05,
    );
    const pure = blobs([[1, 1]], 1000, 0.05);
    const codes = Float32Array.from([...half.codes, ...pure.codes]);
    const labels = Uint8Array.from([...half.labels, ...pure.labels]);
    const place = classPlaces(codes, labels, bounds).find(({ label }) => label === 0);
    expect(place?.x).toBeGreaterThan(0.8);
  });

  it('leaves out a class without images, and finds one even where all codes are equal', () => {
    const places = classPlaces(new Float32Array(20).fill(0.5), new Uint8Array(10).fill(7), {
      min: [0.5, 0.5],
      max: [0.5, 0.5],
    });
    expect(places).toStrictEqual([{ label: 7, x: 0.5, y: 0.5, purity: 1 }]);
  });
});
