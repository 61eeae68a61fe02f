import { describe, expect, it } from 'vitest';
import { rasterDrawing } from './raster.ts';
import type { Drawing } from './strokes.ts';

const GRID = 100;
/** A seven. */
const SEVEN: Drawing = [
  [
    { x: 10, y: 10 },
    { x: 80, y: 12 },
    { x: 40, y: 90 },
  ],
];

/** Of the pixels that are inked: extent and centre of mass, as shares of the picture. */
const shapeOf = (picture: Float32Array, width: number, height: number) => {
  const inked = Array.from(picture.keys()).filter((i) => picture[i] > 0.5);
  const mass = picture.reduce((sum, value) => sum + value, 0);
  const [xs, ys] = [inked.map((i) => (i % width) / width), inked.map((i) => Math.floor(i / width) / height)];
  const mean = (of: (i: number) => number): number => picture.reduce((sum, value, i) => sum + value * of(i), 0) / mass;
  return {
    wide: Math.max(...xs) - Math.min(...xs),
    high: Math.max(...ys) - Math.min(...ys),
    x: mean((i) => (i % width) + 0.5) / width,
    y: mean((i) => Math.floor(i / width) + 0.5) / height,
    ink: mass / (width * height),
  };
};

describe('a drawing as a picture', () => {
  it('is the same in every size: as large, as thick, with its mass in the same place', () => {
    const small = shapeOf(rasterDrawing(SEVEN, GRID, { width: 28, height: 28 }), 28, 28);
    for (const side of [32, 64, 128]) {
      const found = shapeOf(rasterDrawing(SEVEN, GRID, { width: side, height: side }), side, side);
      for (const key of ['wide', 'high', 'x', 'y'] as const)
        expect(Math.abs(found[key] - small[key])).toBeLessThan(0.05);
      expect(Math.abs(found.ink / small.ink - 1)).toBeLessThan(0.1);
    }
  });

  it('fits into a picture that is no square, in its proportions', () => {
    const picture = rasterDrawing(SEVEN, GRID, { width: 60, height: 30 });
    expect(picture).toHaveLength(1800);
    const { wide, high, x, y } = shapeOf(picture, 60, 30);
    expect(wide * 60).toBeLessThan(high * 30 + 2);
    expect(high).toBeLessThan(0.8);
    expect([x, y].every((share) => Math.abs(share - 0.5) < 0.04)).toBe(true);
  });

  it('is black without strokes', () => {
    expect(rasterDrawing([], GRID, { width: 4, height: 3 })).toEqual(new Float32Array(12));
  });
});
