import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/index.ts';
import {
  axesPlane,
  codeLine,
  codesOfPlane,
  distancesToPlane,
  firstPlane,
  freePlane,
  planeAt,
  planeThrough,
  pointsOfCodes,
} from './code-plane.ts';
import type { Codes } from './codes.ts';
import { pathCodes } from './paths.ts';
import { codeComponents, principalPlane, shownPlane } from './principal.ts';
import { centralShare, dimensionQuantiles, quantileBounds, traversalCodes } from './traversal.ts';

const normal = (count: number, size: number, scales: readonly number[] = []): Codes => {
  const values = new Float32Array(count * size);
  new RandomStream(3, 'codes').fillNormal(values, 1);
  for (let i = 0; i < values.length; i++) values[i] *= scales[i % size] ?? 1;
  return { values, count, size };
};

const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.hypot(...Array.from(a, (value, d) => value - b[d]));

describe('a plane through a code space', () => {
  it('is the code space itself of codes of two numbers: the same arrays pass through', () => {
    const codes = normal(50, 2);
    const plane = firstPlane(2);
    expect(pointsOfCodes(plane, codes)).toBe(codes.values);
    expect(codesOfPlane(plane, codes.values)).toBe(codes.values);
    expect(distancesToPlane(plane, codes).every((value) => value === 0)).toBe(true);
  });

  it('is a line of codes of one number', () => {
    const codes: Codes = { values: Float32Array.of(-2, 0.5, 7), count: 3, size: 1 };
    expect(Array.from(pointsOfCodes(codeLine(), codes))).toEqual([-2, 0, 0.5, 0, 7, 0]);
    expect(Array.from(codesOfPlane(codeLine(), Float32Array.of(0.25, 9, -1, -9)))).toEqual([0.25, -1]);
  });

  it('of two dimensions has their values as coordinates, and holds the others', () => {
    const plane = axesPlane(4, [2, 0], [10, 11, 12, 13]);
    expect(plane.names).toEqual(['z3', 'z1']);
    expect(Array.from(codesOfPlane(plane, Float32Array.of(1, 2)))).toEqual([2, 11, 1, 13]);
    expect(Array.from(pointsOfCodes(plane, normal(1, 4)))).toEqual([2, 0].map((d) => normal(1, 4).values[d]));
  });

  it.each([
    ['a dimension that is not there', [0, 4]],
    ['one dimension twice', [1, 1]],
  ] as const)('refuses %s', (_, axes) => {
    expect(() => axesPlane(4, axes)).toThrow(expect.objectContaining({ code: 'code-plane', kind: 'input' }));
  });

  it('through three codes holds all three, and refuses codes on one line', () => {
    const { values } = normal(3, 8);
    const [a, b, c] = [values.subarray(0, 8), values.subarray(8, 16), values.subarray(16, 24)];
    const plane = planeThrough(a, b, c);
    for (const distanceOff of distancesToPlane(plane, { values, count: 3, size: 8 }))
      expect(distanceOff).toBeLessThan(1e-5);
    const back = codesOfPlane(plane, pointsOfCodes(plane, { values, count: 3, size: 8 }));
    expect(distance(back, values)).toBeLessThan(1e-5);
    expect(() => planeThrough(a, b, pathCodes(a, b, 3).subarray(8, 16))).toThrow(/one line/);
  });

  it('shows a code at its nearest point', () => {
    const plane = freePlane(normal(1, 5).values, [1, 2, 0, 0, 1], [0, 1, 1, -1, 0]);
    const codes = normal(20, 5);
    const points = pointsOfCodes(plane, codes);
    const nearest = codesOfPlane(plane, points);
    const distances = distancesToPlane(plane, codes);
    for (let i = 0; i < 20; i++) {
      const own = codes.values.subarray(i * 5, i * 5 + 5);
      const here = distance(own, nearest.subarray(i * 5, i * 5 + 5));
      expect(distances[i]).toBeCloseTo(here, 4);
      for (const [dx, dy] of [
        [0.1, 0],
        [-0.1, 0],
        [0, 0.1],
        [0, -0.1],
      ]) {
        const beside = codesOfPlane(plane, Float32Array.of(points[2 * i] + dx, points[2 * i + 1] + dy));
        expect(distance(own, beside)).toBeGreaterThan(here);
      }
    }
  });

  it.each([
    ['axes', axesPlane(6, [4, 1], [1, 1, 1, 1, 1, 1])],
    ['any directions', freePlane([1, 0, 2, 0, 3, 0], [1, 1, 0, 0, 0, 0], [0, 1, 1, 1, 0, 0])],
  ])('of %s moved to a code goes through it, and shows the others where they were', (_, plane) => {
    const codes = normal(30, 6);
    const code = codes.values.subarray(60, 66);
    const moved = planeAt(plane, code);
    expect(distancesToPlane(moved, codes)[10]).toBeLessThan(1e-5);
    expect(distance(pointsOfCodes(moved, codes), pointsOfCodes(plane, codes))).toBeLessThan(1e-4);
  });
});

describe('principal components of codes', () => {
  it.each([3, 40, 200])('of %d numbers find the directions of largest variance', (size) => {
    const scales = Array.from({ length: size }, (_, d) => (d === 1 ? 9 : d === 2 ? 5 : 1 / (d + 1)));
    const codes = normal(3000, size, scales);
    const { directions, variances, totalVariance } = codeComponents(codes, 2);
    expect(directions[0][1]).toBeCloseTo(1, 2);
    expect(directions[1][2]).toBeCloseTo(1, 2);
    expect(Math.sqrt(variances[0])).toBeCloseTo(9, 0);
    expect(totalVariance).toBeGreaterThan(variances[0] + variances[1]);
    expect(shownPlane(codes).names).toEqual(['component 1', 'component 2']);
  });

  it('are not there of codes that vary along one line: their first dimensions are shown, and asking for a plane fails', () => {
    const values = new Float32Array(300).map((_, i) => (i % 3 === 0 ? i : 2));
    const codes = { values, count: 100, size: 3 };
    expect(shownPlane(codes).axes).toEqual([0, 1]);
    expect(() => principalPlane(codes)).toThrow(/vary in 1 of 3 directions/);
  });
});

describe('ways through a code space', () => {
  it('meet both ends to the bit', () => {
    const { values } = normal(2, 16);
    for (const kind of ['straight', 'sphere'] as const) {
      const path = pathCodes(values.subarray(0, 16), values.subarray(16), 7, kind);
      expect(path.subarray(0, 16)).toEqual(values.subarray(0, 16));
      expect(path.subarray(96)).toEqual(values.subarray(16));
    }
  });

  it('along the sphere keep the length that both ends have, by equal angles', () => {
    const path = pathCodes([2, 0, 0], [0, 2, 0], 4, 'sphere');
    for (let i = 0; i < 4; i++) {
      expect(Math.hypot(...path.subarray(3 * i, 3 * i + 3))).toBeCloseTo(2, 6);
      expect(Math.atan2(path[3 * i + 1], path[3 * i])).toBeCloseTo((i * Math.PI) / 6, 6);
    }
  });

  it('are straight where no sphere is told: between opposite codes, and from zero', () => {
    for (const [a, b] of [
      [
        [1, 0],
        [-1, 0],
      ],
      [
        [0, 0],
        [1, 1],
      ],
      [
        [1, 2],
        [2, 4],
      ],
    ])
      expect(pathCodes(a, b, 5, 'sphere')).toEqual(pathCodes(a, b, 5));
  });
});

describe('traversals and bounds', () => {
  it('change one dimension at a time', () => {
    const codes = traversalCodes(
      [1, 2, 3],
      [
        { dimension: 2, values: [8, 9] },
        { dimension: 0, values: [-1, -2] },
      ],
    );
    expect(Array.from(codes)).toEqual([1, 2, 8, 1, 2, 9, -1, 2, 3, -2, 2, 3]);
  });

  it('go over the quantiles of the data, as NumPy has them', () => {
    const codes: Codes = { values: Float32Array.of(4, 0, 1, 0, 3, 0, 10, 0), count: 4, size: 2 };
    expect(dimensionQuantiles(codes, 0, [0, 0.25, 0.5, 1])).toEqual([1, 2.5, 3.5, 10]);
  });

  it('between quantiles leave a few far points out, whose share of the extent is told', () => {
    const points = normal(1000, 2).values.slice();
    points[0] = 1000;
    const bounds = quantileBounds(points, [0.01, 0.99]);
    expect(bounds.max[0]).toBeLessThan(4);
    expect(centralShare(points, { min: [-4, -4], max: [1000, 4] })).toBeLessThan(0.01);
    expect(centralShare(new Float32Array(10), { min: [0, 0], max: [0, 0] })).toBe(1);
  });
});
