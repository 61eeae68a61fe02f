import { describe, expect, it } from 'vitest';
import { createWalk, isCrowded, WALK_SHARE } from './walk.ts';

describe('a walk on the plane', () => {
  it('asks for short slices while the cursor moves, and for none a moment after', () => {
    let time = 1000;
    const walk = createWalk({ now: () => time });
    expect(walk.sliceMs()).toBeNull();
    walk.moved();
    expect(walk.sliceMs()).toBeLessThan(1000 / 60);
    time += 299;
    expect(walk.sliceMs()).not.toBeNull();
    time += 1;
    expect(walk.sliceMs()).toBeNull();
  });

  it('rests so that work has its share of the time, and never long', () => {
    const walk = createWalk({ now: () => 0 });
    expect(10 / (10 + walk.restMs(10))).toBeCloseTo(WALK_SHARE);
    expect(walk.restMs(5000)).toBe(100);
  });

  it('is in the way only where training has every core', () => {
    expect(isCrowded(2, 2)).toBe(true);
    expect(isCrowded(1, 2)).toBe(false);
    expect(isCrowded(8, 16)).toBe(false);
    expect(isCrowded(1, 1)).toBe(true);
  });
});
