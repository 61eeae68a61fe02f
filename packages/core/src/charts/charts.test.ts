import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/index.ts';
import { stackedCodes } from './code-line.ts';
import { codeDensity, densityPixels } from './density.ts';
import { scatterPicture } from './plane-pictures.ts';

const normal = (count: number): Float32Array => {
  const values = new Float32Array(count);
  new RandomStream(2, 'codes').fillNormal(values, 1);
  return values;
};

describe('codes of one number', () => {
  const codes = normal(2000);
  const labels = Uint8Array.from(codes, (_, i) => i % 3);
  const { points, bounds, radius } = stackedCodes(codes, labels, [-2, 2]);
  const inside = Array.from(codes.keys()).filter((i) => Math.abs(codes[i]) <= 2);

  it('stand upon each other, each in the column of its code, as high as there are images', () => {
    const columns = new Map<number, { readonly height: number; readonly label: number }[]>();
    for (const i of inside) {
      const [x, height] = [points[2 * i], points[2 * i + 1]];
      expect(Math.abs(x - codes[i])).toBeLessThanOrEqual(2 / 76 + 1e-6);
      columns.set(x, [...(columns.get(x) ?? []), { height, label: labels[i] }]);
    }
    expect(columns.size).toBeLessThanOrEqual(76);
    for (const column of columns.values()) {
      const sorted = column.sort((a, b) => a.height - b.height);
      expect(sorted.map(({ height }) => height)).toEqual(sorted.map((_, i) => i + 0.5));
      // Classes do not alternate within a column.
      expect(sorted.map(({ label }) => label)).toEqual(sorted.map(({ label }) => label).sort());
    }
    const tallest = Math.max(...[...columns.values()].map(({ length }) => length));
    expect(bounds.max[1]).toBe(Math.ceil(1.06 * tallest));
    expect(radius).toBeCloseTo((0.8 * 520) / 76 / 2, 6);
  });

  it('beyond what is shown are not in the picture', () => {
    for (const i of codes.keys()) if (!inside.includes(i)) expect(points[2 * i]).toBeGreaterThan(1e6);
  });

  it('that are all one are one column', () => {
    const one = stackedCodes(new Float32Array(5).fill(0.5), new Uint8Array(5), [0.5, 0.5]);
    expect(Array.from(one.points)).toEqual([0.5, 0.5, 0.5, 1.5, 0.5, 2.5, 0.5, 3.5, 0.5, 4.5]);
  });
});

describe('a density', () => {
  const points = normal(4000);
  const bounds = { min: [-1, -2], max: [1, 2] };
  const density = codeDensity(points, bounds);

  it('counts every image within the bounds once, in its cell', () => {
    let within = 0;
    const expected = new Uint32Array(density.counts.length);
    for (let i = 0; i < points.length; i += 2) {
      const [column, row] = [40 * (points[i] + 1), 20 * (2 - points[i + 1])].map(Math.floor);
      if (Math.abs(points[i]) > 1 || Math.abs(points[i + 1]) > 2) continue;
      within += 1;
      expected[row * 80 + column] += 1;
    }
    expect(density.counts.reduce((sum, count) => sum + count, 0)).toBe(within);
    expect(density.counts).toEqual(expected);
  });

  it('is white where there is none, and the darker the more there are', () => {
    const { pixels } = densityPixels(density);
    const light = (i: number): number => pixels[4 * i] + pixels[4 * i + 1] + pixels[4 * i + 2];
    const byCount = new Map(Array.from(density.counts, (count, i) => [count, light(i)] as const));
    const lights = [...byCount].sort(([a], [b]) => a - b).map(([, value]) => value);
    expect(lights[0]).toBe(3 * 255);
    expect(lights).toEqual([...lights].sort((a, b) => b - a));
  });
});

describe('points of codes off their plane', () => {
  const codes = normal(200);
  const options = { id: 'x', classNames: [], places: [] };
  const points = { codes, labels: new Uint8Array(100), bounds: { min: [-3, -3], max: [3, 3] }, of: 'all images' };

  it('are in groups that pale with the distance, the nearest drawn last, and the words say so', () => {
    const distances = Float32Array.from({ length: 100 }, (_, i) => i);
    const { options: plot, subtitle } = scatterPicture({ ...points, distances }, options);
    expect(subtitle).toContain('strongest up to 5, palest from 94');
    expect(plot.marks).toHaveLength(6 + 1);
  });

  it('are all alike where none is off it', () => {
    const { options: plot, subtitle } = scatterPicture({ ...points, distances: new Float32Array(100) }, options);
    expect(subtitle).not.toContain('off the plane');
    expect(plot.marks).toHaveLength(2);
  });
});
