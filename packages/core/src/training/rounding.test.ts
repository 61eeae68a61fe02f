import { expect, test } from 'vitest';
import { roundedWeights } from './rounding.ts';

test('eight significant bits of numbers written out', () => {
  const values = Float32Array.of(1, 1.001, 1.00390625, -1.9999, 3, 0.1, 0, Number.POSITIVE_INFINITY);
  // Steps of 1/128 between 1 and 2; 0.1 lies between 204/2048 and 205/2048.
  expect([...roundedWeights(values, 8)]).toEqual([1, 1, 1.0078125, -2, 3, 205 / 2048, 0, Number.POSITIVE_INFINITY]);
});

test('no number moves by more than half a step of its last digit, and twice is once', () => {
  const values = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i) * 10 ** ((i % 9) - 6));
  const rounded = roundedWeights(values, 9);
  values.forEach((value, i) => {
    expect(Math.abs(rounded[i] - value)).toBeLessThanOrEqual(Math.abs(value) * 2 ** -9);
  });
  expect(roundedWeights(rounded, 9)).toEqual(rounded);
  expect(roundedWeights(values, 24)).toEqual(values);
});
