import { RandomStream } from 'latent-plane/internal';
import { describe, expect, it } from 'vitest';
import { densityAt, densityOf, levelsEnclosing } from './density.ts';

const bounds = { min: [-4, -4], max: [4, 4] };
const COUNT = 40_000;
const codes = new Float32Array(2 * COUNT);
new RandomStream(5, 'density').fillNormal(codes, 1);

describe('the density of a unit Gaussian', () => {
  const density = densityOf(codes, bounds);
  const cell = (density.window.width / density.size) ** 2;
  const at = (x: number, y: number): number => densityAt(density, Float32Array.of(x, y))[0] / COUNT / cell;

  it('sums up to all codes', () => {
    // The blur repeats what lies at the very edge, where hardly a code does.
    expect(density.values.reduce((sum, value) => sum + value, 0) / COUNT).toBeCloseTo(1, 3);
  });

  it.each([
    [0, 0],
    [1, 0],
    [-0.7, 0.7],
    [0, 2],
  ])('is that of the formula at %s, %s', (x, y) => {
    // The kernel widens it a little, and a kernel holds some hundred codes.
    expect(at(x, y)).toBeGreaterThan((0.85 * Math.exp(-(x * x + y * y) / 2)) / (2 * Math.PI));
    expect(at(x, y)).toBeLessThan((1.15 * Math.exp(-(x * x + y * y) / 2)) / (2 * Math.PI));
  });

  it('has levels that enclose the shares they are named after', () => {
    const values = densityAt(density, codes);
    const shares = [0.9, 0.5, 0.1];
    levelsEnclosing(values, shares).forEach((level, i) => {
      const inside = values.filter((value) => value >= level).length / COUNT;
      expect(inside).toBeCloseTo(shares[i], 3);
    });
  });
});

it('no codes have no density, and no level', () => {
  const density = densityOf(new Float32Array(0), bounds);
  expect(Math.max(...density.values)).toBe(0);
  expect(levelsEnclosing(densityAt(density, new Float32Array(0)), [0.5])).toStrictEqual([0]);
});
