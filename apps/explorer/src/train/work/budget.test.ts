import { describe, expect, it } from 'vitest';
import { looksOf } from './budget.ts';

describe('looksOf', () => {
  it('gives the plane two thirds of what training leaves, and the rules one', () => {
    const budget = { planeMs: 500, findingsMs: 2000, trainingShare: 0.85 };
    expect(looksOf(budget, 'plane').share).toBeCloseTo(0.1);
    expect(looksOf(budget, 'findings').share).toBeCloseTo(0.05);
    expect([looksOf(budget, 'plane').everyMs, looksOf(budget, 'findings').everyMs]).toEqual([500, 2000]);
  });

  it('gives the rules all that is left where nobody sees the plane, which is never due', () => {
    const budget = { planeMs: null, findingsMs: 5000, trainingShare: 0.95 };
    expect(looksOf(budget, 'findings')).toEqual({ everyMs: 5000, share: expect.closeTo(0.05) });
    expect(looksOf(budget, 'plane')).toEqual({ everyMs: Number.POSITIVE_INFINITY, share: 0 });
  });
});
