import { describe, expect, it } from 'vitest';
import { countsByClass, csvOf, markedOf, marksWithin, meanError, sortedByError, thinned } from './select.ts';

const square = [
  { x: 0, y: 0 },
  { x: 1, y: 0 },
  { x: 1, y: 1 },
  { x: 0, y: 1 },
];
const codes = Float32Array.of(0.5, 0.5, 2, 2, 0.1, 0.9, 0.5, -0.1);

describe('a region', () => {
  it('marks the codes within it and no others', () => {
    expect(markedOf(marksWithin(codes, square))).toStrictEqual([0, 2]);
  });

  it('may be hollow: what its corner cuts out is not marked', () => {
    const dented = [...square.slice(0, 3), { x: 0.5, y: 0.2 }, square[3]];
    expect(markedOf(marksWithin(codes, dented))).toStrictEqual([]);
  });

  it('of two corners holds nothing', () => {
    expect(markedOf(marksWithin(codes, square.slice(0, 2)))).toStrictEqual([]);
  });

  it('is thinned to as many corners as are allowed, the first kept', () => {
    const many = Array.from({ length: 1000 }, (_, i) => ({ x: i, y: 0 }));
    const kept = thinned(many, 120);
    expect(kept).toHaveLength(120);
    expect(kept[0]).toStrictEqual(many[0]);
    expect(thinned(square, 120)).toBe(square);
  });
});

describe('the chosen', () => {
  const errors = Float32Array.of(0.25, Number.NaN, 0.5, 0.125);

  it('are sorted by error either way, the unknown last, and averaged without them', () => {
    expect(sortedByError([0, 1, 2, 3], errors, -1)).toStrictEqual([2, 0, 3, 1]);
    expect(sortedByError([0, 1, 2, 3], errors, 1)).toStrictEqual([3, 0, 2, 1]);
    expect(sortedByError([2, 0], null, 1)).toStrictEqual([2, 0]);
    expect(meanError([0, 1, 2], errors)).toBe(0.375);
    expect(meanError([1], errors)).toBe(null);
  });

  it('are counted class by class', () => {
    expect(countsByClass(Uint8Array.of(2, 0, 2, 1), [0, 2, 3], 4)).toStrictEqual([0, 1, 2, 0]);
  });

  it('become CSV: indices within their split, every number as exact as it is held', () => {
    const points = { codes, labels: Uint8Array.of(7, 1, 2, 3) };
    expect(csvOf([0, 1, 2], points, { train: 2, test: 2 }, errors)).toBe(
      'index,split,label,z1,z2,error\n0,train,7,0.5,0.5,0.25\n1,train,1,2,2,\n0,test,2,0.1,0.9,0.5\n',
    );
    for (const line of csvOf([0, 2, 3], points, { train: 4, test: 0 }, errors).trim().split('\n').slice(1)) {
      const [index, split, , x, y] = line.split(',');
      expect(split).toBe('train');
      expect([Math.fround(Number(x)), Math.fround(Number(y))]).toStrictEqual([
        codes[2 * Number(index)],
        codes[2 * Number(index) + 1],
      ]);
    }
  });

  it('of a file that was opened among the test images count from its first', () => {
    const points = { codes, labels: Uint8Array.of(7, 1, 2, 3), first: 60_000 };
    expect(csvOf([3], points, { train: 0, test: 4 }, null)).toBe('index,split,label,z1,z2,error\n3,test,3,0.5,-0.1,\n');
  });
});
