/** Faults at the system's edge under every verb that writes; `npm run faults` tries some hundred more. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Dice } from '../../data/testing.ts';
import { createProgram } from '../../main.ts';
import { optionValue } from '../fuzz/option-values.ts';
import { verbsOf } from '../fuzz/program-shape.ts';
import { type FaultBench, openFaultBench } from './faults.ts';
import { READ_ONLY_LINES, SCENARIOS, type Scenario, WITHOUT_SCENARIO } from './scenarios.ts';
import { isKill, type Trial, trialName, trialsOf } from './trials.ts';

const SEED = 1;
const LONG_MS = 30 * 60_000;
const verbs = verbsOf(await createProgram());

let bench: FaultBench;
beforeAll(async () => {
  bench = await openFaultBench();
}, LONG_MS);
afterAll(() => bench.close());

/** One fault of the disk, the folder or the clock, and one kill. */
const twoOf = (scenario: Scenario, trials: readonly Trial[]): readonly Trial[] => {
  const dice = new Dice(SEED, `quick ${scenario.name}`, 0);
  const possible = trials.filter(({ type }) => bench.canFill || type !== 'full-disk');
  return [possible.filter((trial) => !isKill(trial)), possible.filter(isKill)].flatMap((kind) =>
    kind.length > 0 ? [dice.pick(kind)] : [],
  );
};

describe('the scenarios of writing', () => {
  it('name every verb of the program, as one that writes or as one that only reads', () => {
    const named = new Set([...SCENARIOS.map(({ verb }) => verb), ...Object.keys(READ_ONLY_LINES)]);
    expect([...named].sort()).toEqual(verbs.map(({ name }) => name).sort());
  });

  it('use every option that names what is written', () => {
    const unused = verbs.flatMap(({ name, options }) =>
      options
        .filter(({ long }) => optionValue(name, long)?.writes)
        .filter(({ long }) => !SCENARIOS.some(({ verb, line }) => verb === name && line.includes(`${long} `)))
        .map(({ long }) => `${name} ${long}`),
    );
    expect(unused).toEqual(Object.keys(WITHOUT_SCENARIO));
  });

  it.each(Object.entries(READ_ONLY_LINES))('%s changes nothing on the disk', async (_, line) => {
    const { write, rename, remove } = await bench.count(line);
    expect({ write, rename, remove }).toEqual({ write: 0, rename: 0, remove: 0 });
  });
});

describe('a fault at the system’s edge', () => {
  it.each(SCENARIOS.map((scenario): [string, Scenario] => [scenario.name, scenario]))(
    'leaves the result of %s whole or absent, says so, and the same line makes it whole',
    async (_, scenario) => {
      const prepared = await bench.prepare(scenario);
      const trials = twoOf(scenario, trialsOf(scenario, prepared.counts, SEED));
      const results = await Promise.all(trials.map((trial) => prepared.run(trial)));
      const violations = results.flatMap(({ trial, injected, violations }) =>
        violations.map(({ kind, detail }) => `${trialName(trial)} (${injected.join(', ')}): ${kind}: ${detail}`),
      );
      expect(violations).toEqual([]);
    },
    LONG_MS,
  );
});
