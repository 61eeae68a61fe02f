import { describe, expect, it } from 'vitest';
import { createRate } from './rate.ts';
import { createSpacing } from './spacing.ts';

/** Looks at a clock of its own for a minute; returns how often it looked and what share of the time that took. */
const minuteOf = async (costMs: number, everyMs: number, share: number) => {
  let now = 0;
  let [looks, spent] = [0, 0];
  const spacing = createSpacing({ everyMs: () => everyMs, share: () => share, now: () => now });
  while (now < 60_000) {
    if (spacing.due()) {
      await spacing.look(async () => {
        now += costMs;
        spent += costMs;
      });
      looks += 1;
    }
    now += 5;
  }
  return { looks, share: spent / now };
};

describe('createSpacing', () => {
  it('looks as often as is wanted where a look is cheap', async () => {
    const { looks } = await minuteOf(2, 500, 0.1);
    expect(looks).toBeGreaterThan(115);
    expect(looks).toBeLessThanOrEqual(120);
  });

  it('never takes more than its share, however dear a look is', async () => {
    for (const cost of [60, 400, 3000]) {
      const { share, looks } = await minuteOf(cost, 500, 0.1);
      expect(share).toBeLessThan(0.1 + cost / 60_000);
      expect(looks).toBeGreaterThan(1);
    }
  });
});

describe('createRate', () => {
  it('tells of the last seconds alone, and of nothing before there is a figure', () => {
    let now = 0;
    const rate = createRate(() => now);
    expect(rate.read()).toBeNull();
    const run = (ms: number, images: number): void => {
      for (const end = now + ms; now < end; ) {
        now += 10;
        rate.add(images);
      }
    };
    run(10_000, 1);
    expect(rate.read()).toBeCloseTo(100, 5);
    run(10_000, 5);
    expect(rate.read()).toBeCloseTo(500, 5);
    rate.restart();
    expect(rate.read()).toBeNull();
  });
});
