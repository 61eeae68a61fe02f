import { describe, expect, it } from 'vitest';
import { naturalLog, normalQuantile } from './normal.ts';

describe('naturalLog', () => {
  it('agrees with this engine to 1e-15 relative from 2^-60 to 2^60', () => {
    // 1e-15: a few units in the last place, the engine's own error included.
    for (let i = -600; i <= 600; i++) {
      const x = 2 ** (i / 10) * 1.0123;
      expect(Math.abs(naturalLog(x) - Math.log(x))).toBeLessThanOrEqual(1e-15 * Math.max(1, Math.abs(Math.log(x))));
    }
  });

  it('is exactly 0 at 1', () => expect(naturalLog(1)).toBe(0));
});

describe('normalQuantile', () => {
  // Python 3.11, statistics.NormalDist().inv_cdf (the same algorithm with the C library's logarithm).
  it.each([
    [2 ** -33, -6.337957754553789],
    [1e-7, -5.199337582192817],
    [0.001, -3.090232306167813],
    [0.07, -1.4757910281791702],
    [0.075, -1.4395314709384557],
    [0.3, -0.5244005127080407],
    [0.5, 0],
    [0.6, 0.2533471031357998],
    [0.93, 1.4757910281791708],
    [0.999, 3.090232306167813],
    [1 - 2 ** -33, 6.337957754553789],
  ])('puts the quantile of %d at %d', (p, z) => {
    // 4e-15 relative: rounding in the polynomials, no error of the method shows.
    expect(Math.abs(normalQuantile(p) - z)).toBeLessThanOrEqual(4e-15 * Math.abs(z));
  });

  it('is odd around one half', () => {
    for (let i = 1; i < 512; i++) expect(normalQuantile(i / 1024)).toBe(-normalQuantile(1 - i / 1024));
  });
});
