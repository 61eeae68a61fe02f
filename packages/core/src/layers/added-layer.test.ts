/**
 * What adding takes: one file and one line in a list. The two lists are given that line here, and everything that asks
 * them is tried with the added layer and the added activation.
 */
import { describe, expect, test, vi } from 'vitest';
import { activationRegistry, activations } from '../activations/index.ts';
import { describeActivation } from '../activations/testing/contract.ts';
import { codeActivation } from '../diagnosis/index.ts';
import { describeLayerFiles } from '../formats/testing/layer-files.ts';
import type { ImageSet } from '../images/index.ts';
import { formatSummary, parseNetworkSpec, resolveNetwork, summarize } from '../network/index.ts';
import { networkWith } from '../network/testing/with-layer.ts';
import { decodeState, encodeState } from '../runs/checkpoint.ts';
import type { RunConfig } from '../runs/config.ts';
import { formatModelCard } from '../runs/model-card.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { type TrainingJob, type TrainingState, trainToEnd } from '../training/index.ts';
import { definitionOf, type LayerSpec, layerDefinitions, layerJsonSchema, layers, supportedClasses } from './index.ts';
import { describeLayerData, describeLayerTensors } from './testing/contract.ts';
import { layersPage } from './testing/page.ts';

vi.mock('../activations/list.ts', async (original) => {
  const list: object & { readonly activations: readonly unknown[] } = await original();
  const { squaredRelu } = await import('../activations/testing/squared-relu.ts');
  return { ...list, activations: [...list.activations, squaredRelu] };
});
vi.mock('./list.ts', async (original) => {
  const list: object & { readonly layers: readonly unknown[] } = await original();
  const { featureScaleLayer } = await import('./testing/feature-scale.ts');
  return { ...list, layers: [...list.layers, featureScaleLayer] };
});

const TYPE = 'feature-scale';
const ACTIVATION = 'squared-relu';
const spec = { type: TYPE, shake: 0.5, activation: ACTIVATION };
const layer = definitionOf({ type: TYPE });
const activation = activationRegistry.get(ACTIVATION);
/** Out of JSON, as a file or a link brings it. */
const network = parseNetworkSpec(
  JSON.parse(JSON.stringify(networkWith({ spec, inputShape: [6], inputShapes: [[6]] }))),
);

describe('the added layer', () => {
  describeLayerData(layer);
  describeLayerTensors(layer, nodeRuntime);
  describe('in files', () => describeLayerFiles(layer, { isInvented: true }));
});

describe('the added activation', () => {
  describeActivation(activation, nodeRuntime);
  describe('in files of dense layers', () => describeLayerFiles(definitionOf({ type: 'dense' }), { isInvented: true }));
});

describe('the added line', () => {
  test('is all that the lists need: menus, schema, docs and messages have it', () => {
    expect(layers.length).toBe(layerDefinitions.length);
    expect(layerDefinitions.at(-1)?.type).toBe(TYPE);
    expect(activations.length).toBe(activationRegistry.entries.length);
    expect(JSON.stringify(layerJsonSchema())).toContain(`"const":"${TYPE}"`);
    const page = layersPage();
    expect(page).toContain(`| \`${TYPE}\` | yes | \`somebody>FeatureScale\` |`);
    expect(page).toContain(`### Feature scale: \`${TYPE}\``);
    expect(page).toMatch(new RegExp(`^\\| \`${ACTIVATION}\` \\| .*relu_squared`, 'm'));
    expect(supportedClasses()).toMatch(/, FeatureScale, .*; activations .*squared-relu \(relu_squared\)/);
  });

  test('makes the activation a choice of every field that takes one', () => {
    const fields = layerDefinitions.flatMap((definition) => Object.values(definition.fields));
    const choices = fields.flatMap((field) =>
      field.kind === 'choice' && field.choices.includes('relu') ? [field.choices] : [],
    );
    expect(choices.length).toBeGreaterThan(5);
    for (const known of choices) expect(known).toContain(ACTIVATION);
  });

  test('guesses the added names from misspelt ones', () => {
    const misspelt = { ...network, encoder: [{ ...spec, type: 'feature-scal' }] };
    expect(() => parseNetworkSpec(misspelt)).toThrow('did you mean "feature-scale"?');
    expect(() => parseNetworkSpec({ ...network, encoder: [{ ...spec, activation: 'squared-rel' }] })).toThrow(
      'did you mean "squared-relu"?',
    );
  });

  test('stands in the summary and on the model card', () => {
    const row = /feature_scale +6 +6 +12 +squared-relu +shake 0.5/;
    expect(formatSummary(summarize(network))).toMatch(row);
    expect(formatModelCard(runOf(network), METRICS)).toMatch(row);
  });

  test('is diagnosed by what the definitions say', () => {
    if (network.kind !== 'autoencoder') throw new Error('an autoencoder');
    const ending = [{ type: 'dense', units: 2, activation: 'tanh' }, spec].map((one) => one as LayerSpec);
    expect(codeActivation({ ...network, encoder: ending })).toBe(ACTIVATION);
  });
});

/** Eight images of 2 x 3 pixels. */
const training: ImageSet = {
  pixels: Uint8Array.from({ length: 48 }, (_, i) => (i * 53) % 256),
  labels: new Uint8Array(8),
  count: 8,
  channels: 1,
  height: 2,
  width: 3,
};
const METRICS = {
  id: 'with-layer',
  dataset: 'eight images',
  recipe: 'best',
  seed: 1,
  epochs: 1,
  bestEpoch: 1,
  loss: 0.1,
  valLoss: null,
  seconds: 1,
  imagesPerSecond: 8,
  stopped: 'finished',
  scores: {},
} as const;

const runOf = (spec: RunConfig['network']): RunConfig => ({
  format: 1,
  command: 'train',
  network: spec,
  recipe: spec.recipes.best,
  overrides: {},
  dataset: {
    argument: 'eight',
    name: 'eight images',
    licence: 'none',
    source: 'a test',
    train: 8,
    test: 0,
    height: 2,
    width: 3,
    sha256: { trainImages: '', trainLabels: '', testImages: '', testLabels: '' },
  },
  threads: 1,
  checkpointEvery: null,
  init: null,
  encoder: null,
  decoder: null,
  versions: { latentPlane: '0', onnxruntime: '0', node: '0', platform: 'a test' },
});

describe('a network with the added layer and activation', () => {
  const resolved = resolveNetwork(network);
  const jobOf = (epochs: number): TrainingJob => ({
    network: resolved,
    recipe: {
      ...network.recipes.documented,
      name: 'custom',
      epochs,
      batchSize: 4,
      schedule: { type: 'constant', learningRate: 0.01 },
      trainOn: 'train',
      validationSplit: 0,
      patience: undefined,
      restoreBest: false,
      weightDecay: 0.1,
    },
    training,
    validation: null,
    runtime: nodeRuntime,
    threads: 1,
  });
  const run = async (epochs: number, from?: TrainingState): Promise<TrainingState> =>
    (await trainToEnd(jobOf(epochs), from)).state;

  test('trains, and goes on from a checkpoint to the bytes of an unbroken run', async () => {
    const unbroken = await run(3);
    const first = await run(1);
    const read = decodeState(encodeState(first), 'last.safetensors', resolved.parameterCount);
    const resumed = await run(3, read);
    expect(resumed.parameters).toEqual(unbroken.parameters);
    expect(resumed.optimizer).toEqual(unbroken.optimizer);
    const [gain] = first.parameters;
    expect(Number.isFinite(gain)).toBe(true);
    expect(unbroken.parameters[0]).not.toBe(gain);
    expect(unbroken.history).toHaveLength(3);
  });
});
