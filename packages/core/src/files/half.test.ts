import { describe, expect, it } from 'vitest';
import { halfToNumber, numberToHalf } from './half.ts';

describe('numberToHalf', () => {
  it('inverts halfToNumber for every number of half precision', () => {
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = halfToNumber(bits);
      if (Number.isNaN(value)) expect(halfToNumber(numberToHalf(value))).toBeNaN();
      // Both zeros are one number here; the sign of the second is kept.
      else expect(numberToHalf(value)).toBe(bits);
    }
  });

  it('rounds to the nearest, ties to even', () => {
    const next = 1 + 2 ** -10;
    expect(halfToNumber(numberToHalf(1 + 2 ** -11))).toBe(1);
    expect(halfToNumber(numberToHalf(1 + 3 * 2 ** -11))).toBe(1 + 2 ** -9);
    expect(halfToNumber(numberToHalf(1 + 2 ** -11 + 2 ** -20))).toBe(next);
    expect(halfToNumber(numberToHalf(-0.1))).toBeCloseTo(-0.1, 4);
    expect(halfToNumber(numberToHalf(65519))).toBe(65504);
    expect(halfToNumber(numberToHalf(65520))).toBe(Number.POSITIVE_INFINITY);
    expect(halfToNumber(numberToHalf(2 ** -25))).toBe(0);
    expect(halfToNumber(numberToHalf(1.5 * 2 ** -24))).toBe(2 ** -23);
    expect(halfToNumber(numberToHalf(2 ** -14 - 2 ** -26))).toBe(2 ** -14);
  });
});
