/** Branches, a label and tensors that one layer takes more than once, in the files of other programs. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { readArchive } from '../files/archive.ts';
import { layerDefinitions } from '../layers/index.ts';
import { type AutoencoderSpec, findNetwork, parseNetworkSpec } from '../network/index.ts';
import { isRecord } from '../registry/parse-json.ts';
import { createInference } from '../runtime/index.ts';
import { fillOneHot } from '../runtime/inference.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { exportKeras } from './keras/write.ts';
import { largestDifference, sampleImages, sampleModel } from './testing/sample-model.ts';
import { loadInTensorFlow, predict, startTensorFlow } from './tfjs/testing/tensorflow.ts';
import { exportTfjs } from './tfjs/write.ts';

const BATCH = 4;
const CLASSES = 3;
const SHAPE = [4, 4, 1];
/** Two engines: other orders of addition, another exp; outputs are of the order of 1. */
const TOLERANCE = 1e-5;

const base = findNetwork('dense-1');

/** Both parts take the label; `features` is taken thrice by one layer, and by another after it. */
const network = (changes: Partial<AutoencoderSpec> = {}) =>
  sampleModel(
    parseNetworkSpec({
      ...base,
      id: 'branching',
      published: null,
      inputShape: SHAPE,
      label: { classes: CLASSES },
      encoder: [
        'flatten',
        { type: 'dense', units: 6, activation: 'tanh', name: 'features', inputs: ['flatten'] },
        { type: 'multiply', name: 'cube', inputs: ['features', 'features', 'features'] },
        { type: 'add', inputs: ['cube', 'features'] },
        { type: 'concatenate', inputs: ['add', 'label'] },
        { type: 'dense', units: 4, activation: 'linear' },
      ].map((layer) => (layer === 'flatten' ? { type: layer } : layer)),
      decoder: [
        { type: 'concatenate', inputs: ['input', 'label', 'label'] },
        { type: 'dense', units: 16, activation: 'sigmoid' },
        { type: 'reshape', targetShape: SHAPE },
      ],
      ...changes,
    }),
  );

const SAMPLED: Partial<AutoencoderSpec> = {
  encoder: [
    { type: 'spatial-dropout2d', rate: 0.2 },
    { type: 'flatten', name: 'features' },
    { type: 'dense', units: 2, activation: 'linear', name: 'mean', inputs: ['features'] },
    { type: 'dense', units: 2, activation: 'linear', name: 'scale', inputs: ['features'] },
    { type: 'sampling', parameterisation: 'log-variance', epsilonStd: 1, inputs: ['mean', 'scale'] },
  ],
};

type Entries = Readonly<Record<string, unknown>>;

/** Every object of a config that has a class, outermost first. */
const classesIn = (value: unknown): Entries[] => {
  if (Array.isArray(value)) return value.flatMap(classesIn);
  if (!isRecord(value)) return [];
  return [...('class_name' in value ? [value] : []), ...Object.values(value).flatMap(classesIn)];
};

const kerasClasses = async (changes?: Partial<AutoencoderSpec>) => {
  const bytes = await exportKeras(network(changes));
  const { entries } = await readArchive(bytes, 'x.keras', { 'config.json': 1e7, 'model.weights.h5': 1e9 });
  return classesIn(JSON.parse(new TextDecoder().decode(entries.get('config.json'))));
};

describe('a network that branches and takes a label', () => {
  beforeAll(startTensorFlow);

  test('computes in TensorFlow.js what it computes here', async () => {
    const model = network();
    const images = sampleImages(SHAPE, BATCH);
    const labels = Uint8Array.from({ length: BATCH }, (_, i) => i % CLASSES);
    const oneHot = new Float32Array(BATCH * CLASSES);
    fillOneHot(oneHot, CLASSES, BATCH, (row) => labels[row]);
    const loaded = await loadInTensorFlow(exportTfjs(model));
    const theirs = predict(loaded, images, SHAPE, oneHot);
    loaded.dispose();
    const inference = await createInference(model.network, model.weights, {
      target: 'autoencoder',
      runtime: nodeRuntime,
      batchSize: BATCH,
    });
    const { reconstruction } = await inference.run(images, labels);
    await inference.release();
    expect(largestDifference(theirs, reconstruction)).toBeLessThan(TOLERANCE);
  });

  // `keras.Functional` exists in none of its versions, and each has the class in another module.
  test('is a Model to Keras, whose parts are Models', async () => {
    const models = (await kerasClasses()).filter(({ module }) => module === 'keras');
    expect(models.map(({ class_name }) => class_name)).toEqual(['Model', 'Model', 'Model']);
  });

  test('has layers that Keras builds for all of their inputs', async () => {
    const builds = (await kerasClasses())
      .filter(({ class_name }) => class_name === 'Multiply' || class_name === 'Concatenate')
      .map(({ build_config }) => build_config);
    const [features, label] = [
      [null, 6],
      [null, CLASSES],
    ];
    expect(builds).toEqual([
      { input_shape: [features, features, features] },
      { input_shape: [features, label] },
      { input_shape: [[null, 4], label, label] },
    ]);
  });

  test('tells Keras of `trainable` only where the class takes it', async () => {
    const classes = await kerasClasses(SAMPLED);
    const configOf = (name: string) => classes.find(({ class_name }) => class_name === name)?.config;
    expect(configOf('SpatialDropout2D')).toEqual({
      ...{ name: 'spatial_dropout2d', dtype: 'float32', rate: 0.2 },
      ...{ data_format: 'channels_last', seed: null },
    });
    expect(configOf('Dense')).toMatchObject({ trainable: true });
  });
});

test('docs/keras/gaussian_sampling.py has every class that this project registers', () => {
  const python = readFileSync(new URL('../../../../docs/keras/gaussian_sampling.py', import.meta.url), 'utf8');
  const registered = layerDefinitions.flatMap(({ keras }) => (keras?.registered === undefined ? [] : keras));
  expect(registered.map(({ className }) => className)).toEqual(['GaussianSampling', 'Sampling']);
  for (const { className, registered: name } of registered)
    expect(python).toContain(`@register_keras_serializable(package="${name}")\nclass ${className}(keras.layers.Layer)`);
});
