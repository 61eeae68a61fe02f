import { describe, expect, it } from 'vitest';
import { coarseStride, type LabelPoints, refineMap } from './refine.ts';

/** Labels a plane 0..1 x 0..1 by a rule, and counts. */
const labeller = (size: number, rule: (x: number, y: number) => number): LabelPoints & { seen: Set<number> } => {
  const seen = new Set<number>();
  const label: LabelPoints = async (points) => {
    for (const point of points) {
      expect(seen.has(point)).toBe(false);
      seen.add(point);
    }
    const at = (point: number): number => rule((point % size) / (size - 1), Math.floor(point / size) / (size - 1));
    return { labels: Uint8Array.from(points, at), confidence: new Float32Array(points.length).fill(0.9) };
  };
  return Object.assign(label, { seen });
};
const full = (size: number, rule: (x: number, y: number) => number): number[] =>
  Array.from({ length: size * size }, (_, i) => rule((i % size) / (size - 1), Math.floor(i / size) / (size - 1)));

const stripes = (x: number, y: number): number => Math.floor(4 * (x + y + 0.1 * Math.sin(9 * x))) % 10;
const disc = (x: number, y: number): number => ((x - 0.43) ** 2 + (y - 0.61) ** 2 < 0.05 ? 3 : 7);

describe('refineMap', () => {
  it('takes labels above 255, and gives bytes where none is', async () => {
    const wide: LabelPoints = async (points) => ({
      labels: Uint16Array.from(points, (point) => (point % 20 < 9 ? 254 : 40_000)),
      confidence: new Float32Array(points.length),
    });
    const { labels } = await refineMap(20, wide);
    expect(labels).toEqual(Uint16Array.from({ length: 400 }, (_, point) => (point % 20 < 9 ? 254 : 40_000)));
    const narrow = await refineMap(20, async (points) => ({
      labels: new Uint16Array(points.length).fill(255),
      confidence: new Float32Array(points.length),
    }));
    expect(narrow.labels).toEqual(new Uint8Array(400).fill(255));
  });

  it.each([2, 3, 33, 100, 257])(
    'equals the full mesh of %i a side where borders are longer than a cell',
    async (size) => {
      for (const rule of [stripes, disc]) {
        const map = await refineMap(size, labeller(size, rule));
        expect([...map.labels]).toEqual(full(size, rule));
      }
    },
  );

  it('follows a border into a cell whose corners agree', async () => {
    // A spike that enters the coarse cells between their points, from a region that is seen.
    const spike = (x: number, y: number): number => (x < 0.3 || (Math.abs(y - 0.505) < 0.004 && x < 0.8) ? 1 : 0);
    const map = await refineMap(401, labeller(401, spike), { stride: 8 });
    expect([...map.labels]).toEqual(full(401, spike));
  });

  it('misses an island inside one cell, as stated', async () => {
    const island = (x: number, y: number): number => ((x - 0.507) ** 2 + (y - 0.507) ** 2 < 1e-5 ? 1 : 0);
    const map = await refineMap(401, labeller(401, island), { stride: 8 });
    expect(map.labels.every((label) => label === 0)).toBe(true);
  });

  it('costs twice as much for twice the side, not four times', async () => {
    const cost = async (size: number): Promise<number> =>
      (await refineMap(size, labeller(size, disc), { stride: coarseStride(size) })).evaluated;
    const [small, large] = [await cost(400), await cost(1600)];
    expect(large / small).toBeLessThan(4);
    expect(large).toBeLessThan(0.01 * 1600 * 1600);
  });

  it('cuts where confidence changes, and fills between corners', async () => {
    const ramp: LabelPoints = async (points) => ({
      labels: new Uint8Array(points.length),
      confidence: Float32Array.from(points, (point) => (point % 65) / 64),
    });
    const map = await refineMap(65, ramp, { stride: 16, confidenceStep: 0.3 });
    expect(map.evaluated).toBe(25);
    for (let i = 0; i < 65; i++) expect(map.confidence[7 * 65 + i]).toBeCloseTo(i / 64, 6);
    expect((await refineMap(65, ramp, { stride: 16, confidenceStep: 0.2 })).evaluated).toBeGreaterThan(25);
  });

  it('refuses a mesh of one point', async () => {
    await expect(refineMap(1, labeller(1, disc))).rejects.toThrow(/mesh-size/);
  });
});
