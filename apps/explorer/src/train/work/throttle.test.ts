import { describe, expect, it } from 'vitest';
import { createThrottle, isCrowded, TRAINING_SHARE } from './throttle.ts';

describe('the throttle of a training', () => {
  it('asks for short slices while the cursor moves, and for none a moment after', () => {
    let time = 1000;
    const throttle = createThrottle({ now: () => time });
    expect(throttle.sliceMs()).toBeNull();
    throttle.moved();
    expect(throttle.sliceMs()).toBeLessThan(1000 / 60);
    time += 299;
    expect(throttle.sliceMs()).not.toBeNull();
    time += 1;
    expect(throttle.sliceMs()).toBeNull();
  });

  it('rests so that work has its share of the time, and never long', () => {
    const throttle = createThrottle({ now: () => 0 });
    expect(10 / (10 + throttle.restMs(10))).toBeCloseTo(TRAINING_SHARE);
    expect(throttle.restMs(5000)).toBe(100);
  });

  it('is needed only where training has every core', () => {
    expect(isCrowded(2, 2)).toBe(true);
    expect(isCrowded(1, 2)).toBe(false);
    expect(isCrowded(8, 16)).toBe(false);
    expect(isCrowded(1, 1)).toBe(true);
  });
});
