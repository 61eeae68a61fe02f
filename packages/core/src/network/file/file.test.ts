import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { LatentError } from '../../errors.ts';
import { completedLayer, definitionOf, layerDefinitions, layerSchema } from '../../layers/index.ts';
import { layerSamples } from '../../layers/testing/samples.ts';
import { lossTerms } from '../../losses/index.ts';
import { fieldSchema } from '../../registry/index.ts';
import { checkAgainst } from '../../registry/validation.ts';
import { resolveNetwork } from '../network.ts';
import type { AutoencoderSpec } from '../types.ts';
import { networks } from '../zoo/index.ts';
import { formatNetworkFile, parseNetworkFile, parseRecipeFile } from './index.ts';

const autoencoders = networks.filter((network) => network.kind === 'autoencoder');

const VAE = `# yaml-language-server: $schema=network.schema.json
title: The example of Keras
data: mnist
inputShape: [28, 28, 1]
encoder:
  - { type: conv2d, filters: 32, kernelSize: 3, strides: 2, padding: same, activation: relu }
  - batch-normalization
  - flatten
  - { type: dense, name: features, units: 16, activation: relu }
  - { type: dense, name: z_mean, units: 2, inputs: [features] }
  - { type: dense, name: z_log_var, units: 2, inputs: [features] }
  - { type: sampling, inputs: [z_mean, z_log_var] }
decoder:
  - { type: dense, units: 784, activation: sigmoid }
  - { type: reshape, targetShape: [28, 28, 1] }
loss: { reconstruction: { type: bce, reduction: sum }, terms: [kl] }
recipe: { epochs: 30, batchSize: 128, learningRate: 0.002 }
`;

const faultOf = (read: () => unknown): LatentError => {
  try {
    read();
  } catch (error) {
    if (error instanceof LatentError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
};
const fault = (from: string, to: string) => {
  expect(VAE).toContain(from);
  return faultOf(() => parseNetworkFile(VAE.replace(from, to), 'nets/my-vae.yaml'));
};

describe('parseNetworkFile', () => {
  test('reads a network, its recipe and its data; what a file leaves out is what its definitions say', () => {
    const { spec, recipe, data } = parseNetworkFile(VAE, 'nets/My VAE.yaml');
    expect([spec.id, spec.title, data]).toEqual(['my-vae', 'The example of Keras', 'mnist']);
    expect(spec.encoder.slice(0, 3)).toEqual([
      {
        ...{ type: 'conv2d', filters: 32, kernelSize: [3, 3], strides: [2, 2] },
        ...{ padding: 'same', activation: 'relu' },
      },
      { type: 'batch-normalization', momentum: 0.99, epsilon: 0.001 },
      { type: 'flatten' },
    ]);
    expect(spec.encoder[4]).toEqual({
      type: 'dense',
      name: 'z_mean',
      units: 2,
      activation: 'linear',
      inputs: ['features'],
    });
    expect(spec.encoder[6]).toEqual({
      ...{ type: 'sampling', inputs: ['z_mean', 'z_log_var'] },
      ...{ parameterisation: 'log-variance', epsilonStd: 1 },
    });
    expect(spec.loss).toEqual({
      type: 'combined',
      reconstruction: { type: 'bce', reduction: 'sum' },
      terms: [{ type: 'kl', weight: 1 }],
    });
    expect(recipe).toMatchObject({ epochs: 30, batchSize: 128, schedule: { type: 'constant', learningRate: 0.002 } });
    expect(recipe).toMatchObject({ trainOn: 'train', seed: 1, shuffle: true });
    expect(spec.recipes).toEqual({ documented: recipe, best: { ...recipe, name: 'best' } });
  });

  test('reads JSON, and takes the loss that suits the code where a file says none', () => {
    const { spec, recipe, data } = parseNetworkFile(
      JSON.stringify({
        inputShape: [4],
        encoder: [{ type: 'dense', units: 2 }],
        decoder: [{ type: 'dense', units: 4, activation: 'sigmoid' }],
      }),
      'small.json',
    );
    expect([spec.id, spec.loss, data]).toEqual(['small', { type: 'mse' }, null]);
    expect(recipe).toMatchObject({ epochs: 50, batchSize: 256 });
  });

  test('an id is never that of the zoo unless the file says so', () => {
    expect(parseNetworkFile(VAE, 'vae-1.yaml').spec.id).toBe('vae-1-file');
    expect(parseNetworkFile(`id: vae-1\n${VAE}`, 'x.yaml').spec.id).toBe('vae-1');
  });

  test.each([
    ['filters: 32', 'filters: 0', 'invalid-network', 6, 30, 'encoder[0].filters'],
    ['units: 16', 'units: many', 'invalid-network', 9, 43, 'encoder[3].units'],
    ['filters: 32, ', '', 'invalid-network', 6, 5, 'encoder[0].filters'],
    ['- flatten', '- flaten', 'invalid-network', 8, 5, 'encoder[2]'],
    ['padding: same', 'paddding: same', 'invalid-network', 6, 61, 'encoder[0].paddding'],
    ['data: mnist', 'dataset: mnist', 'invalid-network', 3, 1, 'dataset'],
    ['type: bce', 'type: bces', 'invalid-network', 16, 33, 'loss.reconstruction.type'],
    ['epochs: 30', 'epochs: 0', 'invalid-network', 17, 19, 'recipe.epochs'],
    ['decoder:', 'dekoder:', 'invalid-network', 13, 1, 'dekoder'],
    ['units: 16', 'unit: 16', 'invalid-network', 9, 36, 'encoder[3].unit'],
  ])('%s as %s is refused with line and column', (from, to, code, line, column, field) => {
    const error = fault(from, to);
    expect([error.code, error.at]).toEqual([code, { file: 'nets/my-vae.yaml', line, column, field }]);
    expect(error.message).toContain(`nets/my-vae.yaml:${line}:${column}: field "${field}"`);
  });

  test('a misspelt field is told with the name that is missing', () => {
    expect(fault('units: 16', 'unit: 16').message).toContain('expected the name "units", got "unit"');
    expect(fault('decoder:', 'dekoder:').message).toContain('expected the name "decoder", got "dekoder"');
  });

  test('a setting that is said twice is refused', () => {
    const twice = 'learningRate: 0.1, schedule: { type: constant, learningRate: 0.2 }';
    expect(fault('learningRate: 0.002', twice).message).toContain(
      'expected "learningRate" said once, by itself or within "schedule"',
    );
  });

  test('a second document, and what is nested too deeply, are told as such; merge keys are followed', () => {
    expect(faultOf(() => parseNetworkFile('a: 1\n---\nb: 2\n', 'two.yaml')).message).toContain(
      'expected one document of YAML or JSON, got a second document, behind "---"',
    );
    expect(faultOf(() => parseNetworkFile('['.repeat(20_000), 'deep.yaml')).code).toBe('invalid-network');
    const merged = VAE.replace('units: 784, activation', '<<: { units: 784 }, activation');
    expect(parseNetworkFile(merged, 'm.yaml').spec.decoder[0]).toMatchObject({ units: 784 });
  });

  test('layers that do not fit together are told with the line of the layer', () => {
    const shape = fault('units: 784', 'units: 783');
    expect(shape.at).toMatchObject({ line: 15, column: 5, part: 'decoder', layer: 'reshape' });
    expect(shape.code).toBe('shape-mismatch');
    expect(fault('inputs: [z_mean, z_log_var]', 'inputs: [z_mean, z_var]').at).toMatchObject({ line: 12, column: 31 });
    expect(fault('  - { type: sampling, inputs: [z_mean, z_log_var] }\n', '').at).toMatchObject({
      part: 'encoder',
      line: 10,
    });
  });

  test('a text that is no YAML is refused with its line', () => {
    expect(fault('inputShape: [28, 28, 1]', 'inputShape: [28, 28').at).toMatchObject({
      file: 'nets/my-vae.yaml',
      line: 5,
    });
    expect(faultOf(() => parseNetworkFile('', 'empty.yaml')).message).toContain('empty.yaml');
    expect(faultOf(() => parseNetworkFile('{"inputShape": [4],\n "encoder": }', 'x.json')).at).toMatchObject({
      line: 2,
    });
  });
});

test('docs/networks.md shows a network that can be built, and a recipe that can be read', () => {
  const page = readFileSync(new URL('../../../../../docs/networks.md', import.meta.url), 'utf8');
  const [network, recipe] = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text]) => text);
  const { spec } = parseNetworkFile(network, 'docs.yaml');
  expect(resolveNetwork(spec).parts.map(({ outputShape }) => outputShape)).toEqual([[2], [28, 28, 1]]);
  expect(parseRecipeFile(recipe, 'recipe.yaml').settings).toMatchObject({ epochs: 20 });
});

describe('formatNetworkFile', () => {
  test.each(autoencoders.map((network) => [network.id, network] as const))('%s reads back', (_id, network) => {
    for (const recipe of Object.values(network.recipes)) {
      const text = formatNetworkFile(network, recipe, { data: 'mnist' });
      const { spec, recipe: read, data } = parseNetworkFile(text, 'other.yaml');
      const { frozenEncoder: _, ...rest } = network;
      const { recipes: _r, file: _f, ...back } = spec;
      expect({ ...read, name: recipe.name }).toEqual(recipe);
      expect(data).toBe('mnist');
      expect(back).toEqual({
        ...JSON.parse(JSON.stringify({ ...rest, recipes: undefined, file: undefined })),
        published: null,
      });
    }
  });

  test.each(layerDefinitions.map((definition) => [definition.type, definition] as const))(
    'a layer of the type %s reads back with every field',
    (_type, definition) => {
      for (const { spec: layer } of layerSamples(definition)) {
        const network = { ...autoencoders[0], encoder: [layer] } as AutoencoderSpec;
        const text = formatNetworkFile(network, network.recipes.best);
        const { encoder } = parse(text);
        expect(encoder.map((one: unknown) => v.parse(layerSchema, completedLayer(one)))).toEqual([layer]);
      }
    },
  );

  test('texts with colons, quotes, hashes and line breaks read back', () => {
    const title = 'A: "b" # c\n- d';
    const network = { ...autoencoders[0], title, record: ' - x: {y}' };
    const { spec } = parseNetworkFile(formatNetworkFile(network, network.recipes.best), 'x.yaml');
    expect([spec.title, spec.record]).toEqual([title, network.record]);
  });
});

describe('what a file may leave out', () => {
  test('every value is one that its field takes', () => {
    const all = [...layerDefinitions, ...lossTerms.entries].flatMap(({ fields }) => Object.values(fields));
    const said = all.filter(({ fileDefault }) => fileDefault !== undefined);
    expect(said.length).toBeGreaterThan(15);
    for (const field of said)
      expect(checkAgainst(fieldSchema(field), field.fileDefault, { code: 'x', at: {} })).toEqual(field.fileDefault);
  });

  test('a file has to say filters, units and kernel size', () => {
    for (const type of ['conv2d', 'dense'])
      for (const name of ['filters', 'units', 'kernelSize']) {
        const field = Object.entries(definitionOf({ type }).fields).find(([own]) => own === name)?.[1];
        expect(field?.fileDefault).toBeUndefined();
      }
  });
});

test('a file of nothing is told what a network or a recipe has', () => {
  for (const text of ['', '# a comment\n', '5'])
    expect(() => parseNetworkFile(text, 'n.yaml')).toThrow(/n\.yaml.*: expected the fields of a network: `inputShape`/);
  expect(() => parseRecipeFile('', 'r.yaml')).toThrow(
    'r.yaml: expected fields of a recipe such as `epochs: 20`, got nothing',
  );
});

describe('parseRecipeFile', () => {
  test('takes augmentations by their types alone, one or several', () => {
    const types = (text: string) => parseRecipeFile(text, 'r.yaml').settings.augmentation?.map(({ type }) => type);
    expect(types('augmentation: affine')).toEqual(['affine']);
    expect(types('augmentation: [elastic, affine]')).toEqual(['elastic', 'affine']);
    expect(() => types('augmentation: 5')).toThrow('expected a list of 0 to 8 such as [{ type: affine }], got 5');
    expect(() => types('augmentation: [afine]')).toThrow('(did you mean "affine"?)');
  });

  test('takes a schedule of warm-up without the fields whose absence the docs tell', () => {
    const { settings } = parseRecipeFile('schedule: { type: warmup-cosine, learningRate: 0.1 }', 'r.yaml');
    expect(settings.schedule).toEqual({
      type: 'warmup-cosine',
      learningRate: 0.1,
      warmupEpochs: 1,
      finalFraction: 0.003,
    });
  });

  test('reads any fields, those within others, a type alone, and null for none', () => {
    expect(
      parseRecipeFile('epochs: 3\nschedule.warmupEpochs: 2\npatience: null\nname: best\n', 'r.yaml'),
    ).toMatchObject({
      settings: { epochs: 3, 'schedule.warmupEpochs': 2, patience: null },
      source: null,
      name: 'best',
    });
    expect(parseRecipeFile('restart: 4', 'r.yaml').settings).toEqual({ initializationIndex: 4 });
    expect(parseRecipeFile('schedule: constant', 'r.yaml').settings).toEqual({ schedule: 'constant' });
  });

  test('a fault has its line and column', () => {
    const wrong = faultOf(() => parseRecipeFile('epochs: 3\nbatchSize: big\n', 'r.yaml'));
    expect(wrong.message).toBe(
      'invalid-recipe: r.yaml:2:12: field "batchSize": expected a whole number from 1 to 65536, got "big"; correct it and try again',
    );
    expect(faultOf(() => parseRecipeFile('epoch: 3\n', 'r.yaml')).at).toMatchObject({ line: 1, column: 1 });
  });

  test('a recipe whose fields do not go together is refused in a network', () => {
    const text = VAE.replace('learningRate: 0.002', 'schedule.warmupEpochs: 2');
    expect(faultOf(() => parseNetworkFile(text, 'x.yaml')).at).toMatchObject({ line: 17 });
    expect(() => resolveNetwork(parseNetworkFile(VAE, 'x.yaml').spec)).not.toThrow();
  });
});
