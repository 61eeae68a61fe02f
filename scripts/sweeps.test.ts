/** The sweep files of the project ask for what its models were trained with. */
import { readdirSync, readFileSync } from 'node:fs';
import { parseRunConfig, type RunConfig } from 'latent-plane';
import { nodeRuntime } from 'latent-plane/node';
import { expect, it } from 'vitest';
import { smallMnist } from '../packages/cli/src/runs/testing.ts';
import { planSweep } from '../packages/cli/src/sweep/plan.ts';
import { readSpec } from '../packages/cli/src/sweep/read-spec.ts';
import { ABLATIONS, ablationsSchema, at, RECORDS, readAs, SEEDS, seedsSchema } from './figures.ts';

/** Images that stand for those of a data set: jobs are told apart by them. */
const datasetFor = (argument: string) => smallMnist(argument === 'mnist' ? 3000 : 2900, 10);

const jobsOf = async (name: string) => {
  const path = `models/sweeps/${name}.yaml`;
  const spec = readSpec({ path, text: readFileSync(at(path), 'utf8') });
  return (await planSweep(spec, datasetFor, { runtime: nodeRuntime })).jobs;
};

/** What decides a training, the data aside. */
const facts = ({ network, recipe, threads, checkpointEvery, command, decoder }: RunConfig) => ({
  id: network.id,
  ...{ recipe, threads, checkpointEvery, command, decoder },
});

it('zoo.yaml asks for every shipped run, and for no other', async () => {
  const shipped = readdirSync(at('models/runs')).map((folder) => {
    const path = `models/runs/${folder}/config.json`;
    return facts(parseRunConfig(new Uint8Array(readFileSync(at(path))), path));
  });
  const asked = (await jobsOf('zoo')).map(({ config }) => facts(config));
  const key = ({ id, recipe }: ReturnType<typeof facts>): string => `${id} ${recipe.name}`;
  const sorted = (all: readonly ReturnType<typeof facts>[]) => [...all].sort((a, b) => key(a).localeCompare(key(b)));
  expect(sorted(asked)).toEqual(sorted(shipped));
});

it('seeds.yaml asks for the rows of the table, in its order', async () => {
  const rows = readAs(seedsSchema, SEEDS).map(({ network, recipe, seed }) => [network, recipe, seed]);
  const asked = (await jobsOf('seeds')).map(({ config: { network, recipe } }) => [
    network.id,
    recipe.name,
    recipe.seed,
  ]);
  expect(asked).toEqual(rows);
});

it('records.yaml asks for what was recorded', async () => {
  const recorded = readdirSync(at(RECORDS)).filter((file) => /-seed\d+\.json$/.test(file));
  const asked = (await jobsOf('records')).map(
    ({ config, choice }) => `${config.network.id}-${choice.dataset}-seed${config.recipe.seed}.json`,
  );
  expect([...asked].sort()).toEqual(recorded.sort());
});

it('ablations.yaml has the rows of the table, each with its words', async () => {
  const jobs = await jobsOf('ablations');
  const told = jobs.filter(({ choice }) => choice.what !== undefined).map(({ choice }) => choice.name);
  const rows = readAs(ablationsSchema, ABLATIONS).rows.map(({ name }) => name);
  expect(told).toEqual([...new Set(rows)]);
  // Those without words are stages of the row that follows.
  expect(jobs.filter(({ choice }) => choice.what === undefined).map(({ choice }) => choice.name)).toEqual([
    'AB 1',
    'AB 2',
  ]);
  expect(jobs.filter(({ after }) => after?.as === 'init')).toHaveLength(2);
});
