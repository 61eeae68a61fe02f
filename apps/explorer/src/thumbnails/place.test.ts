import { describe, expect, it } from 'vitest';
import { createPlacer, MANY } from './place.ts';

/** A grid of 50 x 50 codes over the unit square. */
const codes = Float32Array.from({ length: 5000 }, (_, i) => {
  const point = i >> 1;
  return ((i % 2 === 0 ? point % 50 : Math.floor(point / 50)) + 0.5) / 50;
});
const points = { codes, labels: new Uint8Array(2500) };
const place = createPlacer(points, 500, 2500);
const SIDE = 600;

describe('pictures on the plane', () => {
  it('are none while many images are in view', () => {
    const { thumbnails, inView } = place({ minX: 0, minY: 0, width: 1, height: 1 }, SIDE);
    expect(inView).toBe(2000);
    expect(inView).toBeGreaterThan(MANY);
    expect(thumbnails).toStrictEqual([]);
  });

  it('stand on their codes, none over another, and only those in view that have pictures', () => {
    const window = { minX: 0, minY: 0.1, width: 0.3, height: 0.3 };
    const { edge, thumbnails, inView } = place(window, SIDE);
    // Ten rows of fifteen lie above the part without pictures.
    expect(inView).toBe(150);
    expect(thumbnails.length).toBeGreaterThan(30);
    for (const [i, a] of thumbnails.entries()) {
      expect(a.index).toBeGreaterThanOrEqual(500);
      expect(a.left + edge / 2).toBeCloseTo(((codes[2 * a.index] - 0) / 0.3) * SIDE, 3);
      for (const b of thumbnails.slice(i + 1))
        expect(Math.max(Math.abs(a.left - b.left), Math.abs(a.top - b.top))).toBeGreaterThanOrEqual(edge);
    }
  });

  it('are larger where few are in view, and all of them are shown', () => {
    const { edge, thumbnails, inView } = place({ minX: 0.5, minY: 0.5, width: 0.08, height: 0.08 }, SIDE);
    expect(edge).toBe(56);
    expect(inView).toBe(16);
    expect(thumbnails).toHaveLength(16);
  });

  it('stay who they are while the plane is moved a little', () => {
    const at = (minX: number) =>
      place({ minX, minY: 0.5, width: 0.2, height: 0.2 }, SIDE).thumbnails.map(({ index }) => index);
    const before = new Set(at(0.5));
    const after = at(0.504);
    expect(after.filter((index) => before.has(index)).length).toBeGreaterThan(0.7 * after.length);
  });

  it('are none where the page has no pictures', () => {
    expect(createPlacer(points, 10, 10)({ minX: 0, minY: 0, width: 1, height: 1 }, SIDE).inView).toBe(0);
  });
});
