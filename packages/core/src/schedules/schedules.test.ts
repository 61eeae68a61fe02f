import { describe, expect, it } from 'vitest';
import { checkAgainst } from '../registry/validation.ts';
import { learningRateAt, schedules, scheduleWords } from './index.ts';

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

it('a held rate stays until the last epochs, and falls over those alone', () => {
  const schedule = {
    type: 'hold-cosine',
    learningRate: 1,
    warmupEpochs: 2,
    decayEpochs: 4,
    finalFraction: 0.1,
  } as const;
  const rates = Array.from({ length: 101 }, (_, step) => learningRateAt(schedule, step, 10, 10));
  expect(rates[9]).toBeCloseTo(0.5, 12);
  expect(new Set(rates.slice(20, 61))).toEqual(new Set([1]));
  expect(rates[80]).toBeCloseTo(0.55, 12);
  expect(rates[100]).toBeCloseTo(0.1, 12);
});

it('a rate that is to fall for longer than the run falls from the warm-up on', () => {
  const shared = { learningRate: 1, warmupEpochs: 2, finalFraction: 0.1 } as const;
  for (const step of [0, 20, 47, 99])
    expect(learningRateAt({ type: 'hold-cosine', decayEpochs: 50, ...shared }, step, 10, 10)).toBe(
      learningRateAt({ type: 'warmup-cosine', ...shared }, step, 10, 10),
    );
});

it('each cycle of a cosine with restarts begins at the full rate, and the last one ends low', () => {
  const schedule = {
    type: 'cosine-restarts',
    learningRate: 1,
    warmupEpochs: 1,
    cycles: 3,
    finalFraction: 0.1,
  } as const;
  const rates = Array.from({ length: 101 }, (_, step) => learningRateAt(schedule, step, 10, 10));
  expect([rates[10], rates[40], rates[70]]).toEqual([1, 1, 1]);
  expect(rates[25]).toBeCloseTo(0.55, 12);
  expect(rates[39]).toBeLessThan(0.11);
  expect(rates[100]).toBeCloseTo(0.1, 12);
});

describe.each(schedules.entries)(
  'the schedule $type',
  ({ label, doc, formula, fields, defaults, schema, spansRun }) => {
    it('reads its defaults back from JSON, and says what it and its fields are', () => {
      expect(checkAgainst(schema, JSON.parse(JSON.stringify(defaults)), { code: 'a', at: { subject: 'b' } })).toEqual(
        defaults,
      );
      for (const words of [label, doc, formula, ...Object.values(fields).flatMap((field) => [field.label, field.doc])])
        expect(words).toMatch(/\S/);
      expect(scheduleWords(defaults)).toContain(String(defaults.learningRate));
      expect(scheduleWords(defaults)).not.toMatch(/undefined|NaN|\[object|\b1 epochs/);
    });

    it.each([
      [1, 1],
      [7, 3],
      [235, 20],
    ])(
      'gives a rate above 0 and up to its highest at every step of %i batches x %i epochs',
      (stepsPerEpoch, epochs) => {
        const rates = Array.from({ length: stepsPerEpoch * epochs }, (_, step) =>
          learningRateAt(defaults, step, stepsPerEpoch, epochs),
        );
        // Cosines round a little past the highest.
        expect(rates.filter((rate) => !(rate > 0 && rate <= defaults.learningRate * (1 + 1e-12)))).toEqual([]);
        expect(Math.max(...rates)).toBeCloseTo(defaults.learningRate, 12);
      },
    );

    it('says rightly whether it depends on how long the run is', () => {
      const rates = (epochs: number) =>
        Array.from({ length: 60 }, (_, step) => learningRateAt(defaults, step, 10, epochs));
      expect(JSON.stringify(rates(6)) !== JSON.stringify(rates(60))).toBe(spansRun);
    });
  },
);
