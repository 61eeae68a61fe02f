import { RandomStream } from 'latent-plane/internal';
import { describe, expect, it } from 'vitest';
import { proximityBy } from './neighbours.ts';
import { createWholeSearch, measureSpacing, nearestAmongWhole } from './whole-neighbours.ts';

const [count, size] = [500, 20];
const values = new Float32Array(count * size);
new RandomStream(1, 'whole').fillNormal(values, 1);
const points = {
  codes: new Float32Array(2 * count),
  labels: Uint8Array.from({ length: count }, (_, i) => i % 3),
  whole: { values, count, size },
};
const apart = (code: Float32Array, i: number): number =>
  Math.sqrt(code.reduce((sum, value, d) => sum + (value - values[i * size + d]) ** 2, 0));

describe('the images nearest to a code of many numbers', () => {
  const code = new Float32Array(size);
  new RandomStream(2, 'cursor').fillNormal(code, 1);
  const sorted = Array.from({ length: count }, (_, i) => i).sort((a, b) => apart(code, a) - apart(code, b));

  it('are those at the smallest distance over all its numbers', () => {
    const nearest = nearestAmongWhole(points, 0, count)(code, 12);
    expect(nearest.map(({ index }) => index)).toEqual(sorted.slice(0, 12));
    for (const { index, distance } of nearest) expect(distance).toBeCloseTo(apart(code, index), 4);
    const among = nearestAmongWhole(points, 100, 130)(code, 5).map(({ index }) => index);
    expect(among).toEqual(sorted.filter((i) => i >= 100 && i < 130).slice(0, 5));
  });

  it('say which classes are near, and how far the nearest is', () => {
    const { shares, distance } = createWholeSearch(points, 3).at(code);
    const near = sorted.slice(0, 50);
    expect(shares).toHaveLength(3);
    shares.forEach((share, label) => {
      expect(share).toBeCloseTo(near.filter((i) => i % 3 === label).length / 50, 9);
    });
    expect(distance).toBeCloseTo(apart(code, sorted[0]), 4);
  });

  it('are no distance away from a code that was rounded for an address', () => {
    const own = values.slice(0, size).map((value) => Number(value.toPrecision(7)));
    expect(createWholeSearch(points, 3).at(own).distance).toBe(0);
  });

  it('lie as far apart as images do from each other, or farther', async () => {
    const search = createWholeSearch(points, 3);
    const spacing = await new Promise<number>((resolve) => measureSpacing(search, count, resolve));
    const own = Array.from({ length: count }, (_, i) => search.spacing(i)).sort((a, b) => a - b);
    expect(spacing).toBeGreaterThan(own[Math.floor(0.7 * count)]);
    expect(spacing).toBeLessThanOrEqual(own[count - 1]);
    expect([
      proximityBy(spacing, spacing),
      proximityBy(1.2 * spacing, spacing),
      proximityBy(2 * spacing, spacing),
    ]).toEqual(['on', 'near', 'off']);
  });
});
