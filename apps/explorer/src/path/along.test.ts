import { describe, expect, it } from 'vitest';
import { anchorShares, codeAlong, codesAlong } from './along.ts';

const bent = [
  { x: 0, y: 0 },
  { x: 3, y: 0 },
  { x: 3, y: 1 },
];

describe('a path', () => {
  it('runs at one speed, however long its pieces are', () => {
    expect(anchorShares(bent)).toStrictEqual([0, 0.75, 1]);
    expect(codeAlong(bent, 0.375)).toStrictEqual({ x: 1.5, y: 0 });
    expect(codeAlong(bent, 0.875)).toStrictEqual({ x: 3, y: 0.5 });
  });

  it('begins at the first anchor and ends at the last', () => {
    expect(codeAlong(bent, 0)).toStrictEqual(bent[0]);
    expect(codeAlong(bent, 1)).toStrictEqual(bent[2]);
    expect(Array.from(codesAlong(bent, 5))).toStrictEqual([0, 0, 1, 0, 2, 0, 3, 0, 3, 1]);
  });

  it('without a length stays at its anchor, and without an anchor is nowhere', () => {
    const twice = [bent[1], bent[1]];
    expect(codeAlong(twice, 0.5)).toStrictEqual(bent[1]);
    expect(codeAlong([bent[1]], 1)).toStrictEqual(bent[1]);
    expect(codeAlong([], 0)).toBe(null);
  });
});
