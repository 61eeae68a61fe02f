import { describe, expect, it } from 'vitest';
import { NAME_HEIGHT, placeNames } from './name-places.ts';

describe('names of classes', () => {
  it('stand at their places where there is room', () => {
    const names = [
      { left: 100, top: 100, width: 22 },
      { left: 130, top: 100, width: 22 },
    ];
    expect(placeNames(names, 400)).toEqual(names.map(({ left, top }) => ({ left, top })));
  });

  it('never cover each other, and keep within the plane', () => {
    const names = Array.from({ length: 30 }, (_, i) => ({ left: 5 + (i % 6) * 60, top: 3 + (i % 5) * 9, width: 70 }));
    const placed = placeNames(names, 360).flatMap((at, i) => (at ? [{ ...at, width: names[i].width }] : []));
    expect(placed.length).toBeGreaterThan(5);
    placed.forEach((a, i) => {
      expect(a.left - a.width / 2).toBeGreaterThanOrEqual(0);
      expect(a.left + a.width / 2).toBeLessThanOrEqual(360);
      expect(a.top - NAME_HEIGHT / 2).toBeGreaterThanOrEqual(0);
      for (const b of placed.slice(i + 1))
        expect(Math.abs(a.left - b.left) >= (a.width + b.width) / 2 || Math.abs(a.top - b.top) >= NAME_HEIGHT).toBe(
          true,
        );
    });
  });

  it('of equal places stand around them, the first in the middle; those without room are left out', () => {
    const [first, second] = placeNames(
      Array.from({ length: 2 }, () => ({ left: 200, top: 200, width: 40 })),
      400,
    );
    expect(first).toEqual({ left: 200, top: 200 });
    expect(Math.hypot((second?.left ?? 0) - 200, (second?.top ?? 0) - 200)).toBeLessThan(45);
    const many = placeNames(
      Array.from({ length: 40 }, () => ({ left: 200, top: 200, width: 60 })),
      400,
    );
    expect(many.filter((at) => at === null).length).toBeGreaterThan(20);
  });
});
