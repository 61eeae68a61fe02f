/** Random networks of all layer types; `npm run random-networks` tries 500. */
import { beforeAll, describe, expect, it } from 'vitest';
import { drawNetwork } from './draw-network.ts';
import { networksByType, repeatCommand, reportOf } from './report.ts';
import { type Trial, tryNetwork } from './trial.ts';

const NETWORKS = 25;
const SEED = 1;

describe(`${NETWORKS} random networks`, () => {
  const trials: Trial[] = [];
  beforeAll(async () => {
    for (let index = 0; index < NETWORKS; index++) trials.push(await tryNetwork(SEED, index));
  });

  it('go through file, summary, training, inference and formats, or are refused with words that name the place', () => {
    const faults = trials.flatMap(({ index, faults: found }) =>
      found.map(({ step, detail }) => `${step}: ${detail}\n${repeatCommand(SEED, index)}`),
    );
    expect(faults).toEqual([]);
  });

  it('are mostly taken, and have a layer of every type among them', () => {
    const taken = trials.filter(({ refused }) => refused === null);
    expect(taken.length / NETWORKS).toBeGreaterThan(0.8);
    for (const [type, count] of networksByType(trials)) expect(count, type).toBeGreaterThan(0);
  });

  it('are counted in a report that ends with how many there were', () => {
    expect(reportOf(trials, SEED)).toMatch(/^25 networks: \d+ taken, \d+ refused \(.*\), 0 with faults$/m);
  });
});

describe('drawNetwork', () => {
  it('gives the same network for the same seed and index, and others for others', () => {
    const text = (seed: number, index: number) => JSON.stringify(drawNetwork(seed, index));
    expect(text(3, 4)).toBe(text(3, 4));
    expect(text(3, 5)).not.toBe(text(3, 4));
    expect(text(4, 4)).not.toBe(text(3, 4));
  });
});
