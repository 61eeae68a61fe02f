/** What came of many random networks, in words. */
import { layerDefinitions } from '../../layers/index.ts';
import type { Trial } from './trial.ts';

const countedBy = (names: readonly string[]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
};

const line = (title: string, counts: ReadonlyMap<string, number>): string =>
  `${title}: ${[...counts].map(([name, count]) => `${name} ${count}`).join(', ') || 'none'}`;

/** Networks that have a layer of the type, for every type of the list. */
export const networksByType = (trials: readonly Trial[]): ReadonlyMap<string, number> => {
  const counts = countedBy(
    trials.filter(({ refused }) => refused === null).flatMap(({ types }) => [...new Set(types)]),
  );
  return new Map(layerDefinitions.map(({ type }) => [type, counts.get(type) ?? 0]));
};

export const repeatCommand = (seed: number, index: number): string =>
  `npm run random-networks -- --seed ${seed} --only ${index}`;

/** @param seed - that all of them were drawn with. */
export const reportOf = (trials: readonly Trial[], seed: number): string => {
  const outcomes = trials.flatMap(({ formats }) => formats);
  const formats = [...new Set(outcomes.map(({ format }) => format))].map((name) => {
    const own = outcomes.filter(({ format }) => format === name);
    const there = own.filter(({ files }) => files !== null).length;
    return `${name} ${there} there and back, ${own.length - there} refused`;
  });
  const refused = trials.flatMap((trial) => trial.refused ?? []);
  const unspoiled = trials.filter((trial) => trial.refused !== null && !trial.isSpoiled).length;
  const faults = trials.flatMap((trial) => trial.faults.map((fault) => ({ ...fault, index: trial.index })));
  const faulty = trials.filter((trial) => trial.faults.length > 0).length;
  return [
    line('networks by layer type', networksByType(trials)),
    line('networks by loss and term', countedBy(trials.flatMap(({ losses }) => [...new Set(losses)]))),
    `formats: ${formats.join('; ') || 'none'}`,
    line('refused by code', countedBy(refused)),
    ...faults.map(({ index, step, detail }) => `fault in ${step}: ${detail}\n  ${repeatCommand(seed, index)}`),
    `${trials.length} networks: ${trials.length - refused.length} taken, ${refused.length} refused (${unspoiled} of them not spoiled on purpose), ${faulty} with faults`,
  ].join('\n');
};
