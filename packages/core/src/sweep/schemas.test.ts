/**
 * Keeps docs/schemas/ what the definitions say: `npx vitest run packages/core/src/sweep/schemas.test.ts -u` writes them
 * anew.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import {
  formatNetworkFile,
  networkFileJsonSchema,
  networks,
  parseNetworkFile,
  parseRecipeFile,
  recipeFileJsonSchema,
} from '../network/index.ts';
import { checkSweepSpec, sweepFileJsonSchema } from './spec.ts';
import { follows } from './testing/json-schema.ts';

const schemas = { network: networkFileJsonSchema(), recipe: recipeFileJsonSchema(), sweep: sweepFileJsonSchema() };

test.each(Object.entries(schemas))('docs/schemas/%s.schema.json is what the definitions say', async (name, schema) => {
  await expect(`${JSON.stringify(schema, null, 1)}\n`).toMatchFileSnapshot(
    `../../../../docs/schemas/${name}.schema.json`,
  );
});

const accepts = (read: () => unknown): boolean => {
  try {
    read();
    return true;
  } catch {
    return false;
  }
};

describe('the schema of networks', () => {
  it.each(networks.flatMap((network) => (network.kind === 'autoencoder' ? [[network.id, network] as const] : [])))(
    'takes %s as it is written',
    (_id, network) => {
      const { documented, best } = network.recipes;
      for (const recipe of [documented, best])
        expect(follows(schemas.network, parse(formatNetworkFile(network, recipe, { data: 'mnist' })))).toBe(true);
    },
  );

  const whole = 'inputShape: [4]\nencoder: [{type: dense, units: 2}]\ndecoder: [{type: dense, units: 4}]\n';
  it.each([
    ['', true],
    ['loss: mse', true],
    ['loss: {reconstruction: {type: mse, reduction: sum}}', true],
    ['loss: {type: mse}', true],
    ['recipe: {schedule: constant, epochs: 3, patience: null, optimizer: null}', true],
    ['recipe: {learningRate: 0.1, schedule.learningRate: 0.1}', false],
    ['recipe: {epochs: 0}', false],
    ['recipe: {epochs: null}', false],
    ['recipe: {name: best}', false],
    ['id: Mine', false],
    ['dataset: mnist', false],
    ['loss: {type: none}', false],
    ['loss: {reconstruction: bce, terms: [{type: kl, beta: 2}]}', false],
    ['loss: cross-entropy', false],
  ])('and the reader agree on %s', (line, isGood) => {
    const text = `${whole}${line}\n`;
    expect([follows(schemas.network, parse(text)), accepts(() => parseNetworkFile(text, 'x.yaml'))]).toEqual([
      isGood,
      isGood,
    ]);
  });

  it.each([
    ['flatten', true],
    ['{type: flatten}', true],
    ['batch-normalization', true],
    ['{type: max-pooling2d, poolSize: 3}', true],
    ['{type: conv2d, filters: 3, kernelSize: 3, name: a, inputs: [input]}', true],
    ['{type: conv2d, filters: 3}', false],
    ['{type: conv2d, filters: 3, kernelSize: [3]}', false],
    ['{type: dense, units: 0}', false],
    ['{type: dense, units: 2, activation: reluu}', false],
    ['dense', false],
    ['{units: 2}', false],
  ])('knows whether %s is a layer', (layer, isGood) => {
    const text = whole.replace('{type: dense, units: 2}', layer);
    expect(follows(schemas.network, parse(text))).toBe(isGood);
  });
});

describe('the schema of recipes', () => {
  it.each([
    ['epochs: 3\nname: best', true],
    ['schedule.warmupEpochs: 2', true],
    ['augmentation: [{type: elastic, strength: 1, cell: 7}]', true],
    ['epoch: 3', false],
    ['batchSize: 1.5', false],
    ['schedule: never', false],
  ])('and the reader agree on %s', (text, isGood) => {
    expect([follows(schemas.recipe, parse(text)), accepts(() => parseRecipeFile(text, 'r.yaml'))]).toEqual([
      isGood,
      isGood,
    ]);
  });
});

describe('the schema of sweeps', () => {
  const folder = fileURLToPath(new URL('../../../../models/sweeps/', import.meta.url));
  it.each(readdirSync(folder).filter((name) => name.endsWith('.yaml')))('takes %s', (name) => {
    expect(follows(schemas.sweep, parse(readFileSync(join(folder, name), 'utf8')))).toBe(true);
  });

  it.each([
    [
      'networks: [dense-1, nets/mine.yaml]\nseeds: {from: 1, to: 5}\nschedule: [constant, {type: constant, learningRate: 0.1}]',
      true,
    ],
    ['networks: a.yaml\nlearningRate: {logUniform: [0.001, 0.1]}\nsamples: 3\npatience: [3, none]', true],
    ['runs: [{name: A, network: {from: a.yaml, fields: {"encoder[0].units": [1, 2]}}}]', true],
    ['networks: none', false],
    ['seeds: 1', false],
    ['networks: dense-1\nepochs: 0', false],
    ['networks: dense-1\nepoch: 3', false],
    ['runs: [{nam: A, networks: dense-1}]', false],
  ])('and the reader agree on %s', (text, isGood) => {
    const data: unknown = parse(text);
    expect([follows(schemas.sweep, data), checkSweepSpec(data).faults === undefined]).toEqual([isGood, isGood]);
  });
});
