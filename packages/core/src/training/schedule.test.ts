import { expect, it } from 'vitest';
import { learningRateAt } from './schedule.ts';

it('a warm-up rises in equal steps to the rate, and the cosine falls to its final fraction', () => {
  const schedule = { type: 'warmup-cosine', learningRate: 1, warmupEpochs: 2, finalFraction: 0.1 } as const;
  const rates = Array.from({ length: 101 }, (_, step) => learningRateAt(schedule, step, 10, 10));
  expect(rates[0]).toBeCloseTo(1 / 20, 12);
  expect(rates[19]).toBeCloseTo(1, 12);
  expect(rates[60]).toBeCloseTo(0.55, 12);
  expect(rates[100]).toBeCloseTo(0.1, 12);
});

it('step decay multiplies every given number of epochs', () => {
  const schedule = { type: 'step-decay', learningRate: 1, factor: 0.5, everyEpochs: 2 } as const;
  expect([0, 19, 20, 39, 40].map((step) => learningRateAt(schedule, step, 10, 100))).toEqual([1, 1, 0.5, 0.5, 0.25]);
});
