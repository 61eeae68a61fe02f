import { describe, expect, it } from 'vitest';
import { ranks, sequentialColour, sequentialColours } from './sequential.ts';

const luminance = (hex: string): number =>
  [0.2126, 0.7152, 0.0722].reduce(
    (sum, weight, i) => sum + weight * (Number.parseInt(hex.slice(1 + 2 * i, 3 + 2 * i), 16) / 255) ** 2.2,
    0,
  );

describe('the sequential colours', () => {
  it.each(['light', 'dark'] as const)('lead evenly away from a %s ground', (scheme) => {
    const steps = Array.from({ length: 11 }, (_, i) => luminance(sequentialColour(i / 10, scheme)));
    const towards = scheme === 'light' ? -1 : 1;
    for (let i = 1; i < steps.length; i++) expect(towards * (steps[i] - steps[i - 1])).toBeGreaterThan(0);
  });

  it('hold out-of-range values at the ends, and are grey for what is unknown', () => {
    const colours = Array.from(sequentialColours(Float32Array.of(-5, 0, 1, 9, Number.NaN), 0, 1, 'dark'));
    const [under, low, high, over, unknown] = [0, 3, 6, 9, 12].map((at) => colours.slice(at, at + 3));
    expect(under).toStrictEqual(low);
    expect(over).toStrictEqual(high);
    expect(low).not.toStrictEqual(high);
    expect(new Set(unknown).size).toBe(1);
  });
});

it('ranks run from 0 to 1 in the order of the values', () => {
  expect(Array.from(ranks(Float32Array.of(30, -1, 7)))).toStrictEqual([1, 0, 0.5]);
});
