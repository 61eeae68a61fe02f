import { describe, expect, it } from 'vitest';
import { codeLine, firstPlane } from './code-plane.ts';
import { shownPoints } from './shown-points.ts';

describe('codes as they are drawn', () => {
  it('are the codes themselves where these are two numbers', () => {
    const values = Float32Array.of(1, 2, 3, 4);
    expect(shownPoints(firstPlane(2), { values, count: 2, size: 2 })).toBe(values);
  });

  it('are stacked over a line as high as they are dense, and stay where they are along it', () => {
    // Two thirds of the codes in the lower half, one third in the upper.
    const count = 30_000;
    const values = Float32Array.from({ length: count }, (_, i) => (i % 3 === 2 ? 1 : 0) + ((i * 0.754877) % 1));
    const points = shownPoints(codeLine(), { values, count, size: 1 });
    expect(Array.from(values.keys()).every((i) => points[2 * i] === values[i])).toBe(true);
    const heights = (from: number): readonly number[] =>
      Array.from(values.keys()).flatMap((i) => (values[i] >= from && values[i] < from + 1 ? [points[2 * i + 1]] : []));
    const mean = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
    expect(Math.max(...heights(0))).toBeLessThan(1);
    expect(Math.min(...heights(0))).toBeGreaterThanOrEqual(0);
    // Spread evenly below its height: a mean of half of it.
    expect(mean(heights(0)) / mean(heights(1))).toBeCloseTo(2, 1);
  });

  it('of one place lie on each other along the line', () => {
    const points = shownPoints(codeLine(), { values: Float32Array.of(4, 4, 4), count: 3, size: 1 });
    expect([points[0], points[2], points[4]]).toEqual([4, 4, 4]);
    expect(new Set([points[1], points[3], points[5]]).size).toBe(3);
  });

  it('may be none', () => {
    expect(shownPoints(codeLine(), { values: new Float32Array(0), count: 0, size: 1 })).toHaveLength(0);
  });
});
