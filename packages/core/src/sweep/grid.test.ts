import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { findNetwork } from '../network/index.ts';
import { recipeOf } from '../runs/index.ts';
import { expandSweep, sweepChoiceSchema } from './grid.ts';
import { checkSweepSpec, type SweepSpec } from './spec.ts';
import { quartileSummary } from './statistics.ts';

const spec = (value: unknown): SweepSpec => {
  const checked = checkSweepSpec(value);
  if (checked.faults) throw new Error(JSON.stringify(checked.faults));
  return checked.spec;
};

describe('expandSweep', () => {
  it('crosses lists and ranges, seeds fastest', () => {
    const cells = expandSweep(
      spec({ networks: ['dense-1', 'vae-1'], epochs: [1, 2], seeds: { from: 1, to: 3, step: 1 } }),
    );
    expect(cells).toHaveLength(12);
    expect(cells.slice(0, 4)).toEqual([
      { network: 'dense-1', epochs: 1, seed: 1 },
      { network: 'dense-1', epochs: 1, seed: 2 },
      { network: 'dense-1', epochs: 1, seed: 3 },
      { network: 'dense-1', epochs: 2, seed: 1 },
    ]);
  });

  it('takes a value for a list of one, and a value said twice once', () => {
    expect(expandSweep(spec({ networks: 'dense-1', seeds: [4, 4] }))).toEqual([{ network: 'dense-1', seed: 4 }]);
  });

  it('draws the same from the same seed, within the bounds, and the same for every network', () => {
    const asked = { networks: ['dense-1', 'vae-1'], learningRate: { logUniform: [1e-4, 1e-2] }, samples: 50 };
    const rates = expandSweep(spec(asked)).map(({ learningRate }) => learningRate ?? 0);
    expect(rates).toEqual(expandSweep(spec(asked)).map(({ learningRate }) => learningRate));
    expect(rates.slice(0, 50)).toEqual(rates.slice(50));
    expect(Math.min(...rates)).toBeGreaterThanOrEqual(1e-4);
    expect(Math.max(...rates)).toBeLessThanOrEqual(1e-2);
    // Half of a log-uniform distribution lies below the geometric middle; 50 draws miss it by less than 15 (4 sigma).
    expect(Math.abs(rates.slice(0, 50).filter((rate) => rate < 1e-3).length - 25)).toBeLessThan(15);
    const other = expandSweep(spec({ ...asked, sampleSeed: 2 }));
    expect(other[0].learningRate).not.toBe(rates[0]);
  });

  it('takes fields under their former names, in rows too, and draws for them what it drew before', () => {
    const drawn = { weightAveraging: { uniform: [0.5, 0.9] }, samples: 2 };
    const asked = { networks: 'dense-1', restart: { uniform: [0, 1000] }, ...drawn };
    const choices = [
      { network: 'dense-1', initializationIndex: 451, emaDecay: 0.879635419045 },
      { network: 'dense-1', initializationIndex: 494, emaDecay: 0.779936741851 },
    ];
    expect(expandSweep(spec(asked))).toEqual(choices);
    const { networks, restart, ...common } = asked;
    expect(expandSweep(spec({ ...common, runs: [{ networks, restart }] }))).toEqual(choices);
    expect(
      checkSweepSpec({ networks, runs: [{ restart: 1, initializationIndex: 2 }, { restart: -1 }] }).faults,
    ).toEqual([
      { path: ['runs', 0, 'restart'], expected: '`initializationIndex` alone, which it is called now', got: 'restart' },
      { path: ['runs', 1, 'restart'], expected: 'whole numbers from 0 to 1000, or none', got: '-1' },
    ]);
    expect(v.parse(sweepChoiceSchema, { network: 'dense-1', significantBits: 8 })).toEqual({
      network: 'dense-1',
      weightPrecision: 8,
    });
  });

  it('draws whole numbers for whole-number fields, as likely by decade as they are asked for', () => {
    const asked = { networks: 'dense-1', batchSize: { logUniform: [1, 10_000] }, samples: 200 };
    const sizes = expandSweep(spec(asked)).map(({ batchSize }) => batchSize ?? 0);
    expect(sizes.every(Number.isInteger)).toBe(true);
    expect(new Set(sizes).size).toBe(200);
    // Uniform draws have one in a hundred below 100. Here each is drawn once, so that the small ones run out.
    expect(sizes.filter((size) => size < 100).length).toBeGreaterThan(40);
  });

  it('draws no training twice, and says where there are not enough', () => {
    const epochs = { uniform: [1, 4] };
    const drawn = expandSweep(spec({ networks: 'dense-1', epochs, samples: 4 })).map((choice) => choice.epochs);
    expect([...drawn].sort()).toEqual([1, 2, 3, 4]);
    expect(() => expandSweep(spec({ networks: 'dense-1', epochs, samples: 5 }))).toThrow(
      'field "samples": expected at most 4, since epochs has as many different values, got 5',
    );
    const together = expandSweep(spec({ networks: 'dense-1', epochs, seeds: { uniform: [1, 2] }, samples: 8 }));
    expect(new Set(together.map((choice) => `${choice.epochs} ${choice.seed}`)).size).toBe(8);
  });

  it('varies any field of a recipe, and fields within them; `none` leaves one out', () => {
    const elastic = { type: 'elastic', strength: 1, cell: 7 };
    const cells = expandSweep(
      spec({
        networks: 'dense-1',
        schedule: ['constant', 'warmup-cosine'],
        'optimizer.beta1': 0.8,
        weightDecay: ['none', 0.05],
        augmentation: [[elastic], 'none'],
      }),
    );
    expect(cells).toHaveLength(8);
    expect(cells[0]).toEqual({
      network: 'dense-1',
      schedule: 'constant',
      'optimizer.beta1': 0.8,
      augmentation: [elastic],
      weightDecay: null,
    });
    const recipes = cells.map((choice) => recipeOf(findNetwork('dense-1'), choice));
    expect(recipes.map(({ schedule }) => schedule.type)).toContain('warmup-cosine');
    expect(recipes.every(({ optimizer }) => optimizer?.beta1 === 0.8 && optimizer.beta2 === 0.999)).toBe(true);
    expect(recipes.map(({ weightDecay = null, augmentation = null }) => [augmentation, weightDecay])).toContainEqual([
      [elastic],
      0.05,
    ]);
  });

  it('takes a list of augmentations for one value', () => {
    const elastic = { type: 'elastic', strength: 1, cell: 7 };
    expect(expandSweep(spec({ networks: 'dense-1', augmentation: [elastic] }))).toEqual([
      { network: 'dense-1', augmentation: [elastic] },
    ]);
  });

  it('draws numbers within a field, and none of what may be none otherwise', () => {
    const drawn = expandSweep(
      spec({ networks: 'dense-1', 'schedule.finalFraction': { uniform: [0, 1] }, patience: ['none', 3], samples: 2 }),
    );
    expect(drawn.map(({ patience }) => patience)).toEqual([null, null, 3, 3]);
    expect(new Set(drawn.map((choice) => choice['schedule.finalFraction'])).size).toBe(2);
  });

  it('refuses a distribution without samples, samples of nothing, and more than 100,000 trainings', () => {
    expect(() => expandSweep(spec({ networks: 'dense-1', epochs: { uniform: [1, 5] } }))).toThrow('samples: N');
    expect(() => expandSweep(spec({ networks: 'dense-1', samples: 3 }))).toThrow('nothing is drawn');
    expect(() =>
      expandSweep(spec({ networks: ['dense-1', 'vae-1'], seeds: { from: 1, to: 90_000, step: 1 } })),
    ).toThrow('at most 100000 trainings, got 180000');
  });
});

describe('checkSweepSpec', () => {
  it('names each fault with its path', () => {
    const { faults } = checkSweepSpec({ networks: ['dense-1', 'nope'], epoch: 3, seeds: [1, -2] });
    expect(faults?.map(({ path, got }) => [path, got])).toEqual([
      [['networks', 1], '"nope"'],
      [['epoch'], 'epoch; did you mean "epochs"?'],
      [['seeds', 1], '-2'],
    ]);
  });
  it('takes a range of whole numbers without a step for one of all of them, and asks for the step of others', () => {
    const seeds = (value: unknown) => expandSweep(spec({ networks: 'dense-1', seeds: value })).map(({ seed }) => seed);
    expect(seeds({ from: 3, to: 6 })).toEqual([3, 4, 5, 6]);
    expect(seeds({ from: 0, to: 4, step: 2 })).toEqual([0, 2, 4]);
    const expected = (fields: object) => checkSweepSpec({ networks: 'dense-1', ...fields }).faults?.[0].expected;
    expect(expected({ learningRate: { from: 0.001, to: 0.01 } })).toMatch(
      /^a `step` or a `count` beside `from` and `to`: numbers above 0/,
    );
    expect(expected({ validationSplit: { from: 0, to: 0.5 } })).toMatch(/^a `step` or a `count`/);
    expect(expected({ epochs: { from: 1 } })).toMatch(/^a range \{from, to, step\} or .*: whole numbers from 1/);
    expect(expected({ shuffle: { from: 1 } })).toBe('true, false, or both');
  });
  it('calls numbers that are none by their names', () => {
    const got = (learningRate: unknown) => checkSweepSpec({ networks: 'dense-1', learningRate }).faults?.[0].got;
    expect(got(Number.NaN)).toBe('NaN');
    expect(got([1e-3, Number.POSITIVE_INFINITY])).toBe('Infinity');
    expect(got({ from: Number.NEGATIVE_INFINITY, to: Number.NaN })).toBe('{"from":-Infinity,"to":NaN}');
    expect(got('NaN')).toBe('"NaN"');
  });
  it('says what a setting of the recipe takes', () => {
    const { faults } = checkSweepSpec({
      networks: 'dense-1',
      schedule: 'steep',
      weightDecay: [0.1, -1],
      bestBy: 'luck',
      'schedule.cycles': 0,
    });
    expect(faults?.map(({ path, expected }) => `${path.join('.')}: ${expected}`)).toEqual([
      'schedule: types (constant, warmup-cosine, hold-cosine, cosine-restarts, step-decay), or objects with a type',
      'weightDecay.1: numbers from 0 to 10, or none',
      'bestBy: batch-loss, training-loss, or none',
      'schedule.cycles: whole numbers from 1 to 1000',
    ]);
  });
  it('asks for networks, and refuses what is no mapping', () => {
    expect(checkSweepSpec({ seeds: 1 }).faults).toMatchObject([{ expected: 'a field `networks`, or `runs`' }]);
    expect(checkSweepSpec([1]).faults).toHaveLength(1);
    expect(checkSweepSpec(null).faults).toHaveLength(1);
  });
});

describe('quartileSummary', () => {
  it('is the median, the ends, and quartiles by linear interpolation', () => {
    expect(quartileSummary([4, 1, 3, 2])).toEqual({ count: 4, median: 2.5, lowest: 1, highest: 4, interquartile: 1.5 });
    expect(quartileSummary([7])).toEqual({ count: 1, median: 7, lowest: 7, highest: 7, interquartile: 0 });
    expect(quartileSummary([])).toBeNull();
  });
});
