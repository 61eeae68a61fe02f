import { describe, expect, it } from 'vitest';
import { activationRegistry } from '../../activations/index.ts';
import { readArchive, writeArchive } from '../../files/archive.ts';
import {
  conv2d,
  dense,
  dropout,
  flatten,
  type LayerSpec,
  maxPooling2d,
  reshape,
  upSampling2d,
} from '../../layers/index.ts';
import { findNetwork, onlyParts, resolveNetwork } from '../../network/index.ts';
import { createInference } from '../../runtime/index.ts';
import { nodeRuntime } from '../../runtime/node.ts';
import { evaluator } from '../../tensor/evaluate.ts';
import { input } from '../../tensor/tensor.ts';

import { readModel } from '../read-model.ts';
import { largestDifference, sampleImages, sampleModel } from '../testing/sample-model.ts';
import { exportKeras } from './write.ts';

const SHAPE = [4, 4, 1];
const BATCH = 5;
const { entries: activations } = activationRegistry;
type Json = { [key: string]: Json } & Json[] & unknown;

/** The file of an encoder with an `Activation` behind its layers. */
const fileOf = async (encoder: readonly LayerSpec[], activation: string) => {
  const base = findNetwork('dense-1');
  if (base.kind !== 'autoencoder') throw new Error('dense-1 is an autoencoder');
  const code = resolveNetwork({
    ...base,
    inputShape: SHAPE,
    encoder,
    decoder: [flatten(), dense(16, 'linear'), reshape(SHAPE)],
  });
  const model = sampleModel(code.spec);
  const alone = { network: onlyParts(model.network, ['encoder']), weights: model.weights };
  const limits = { 'config.json': 1e7, 'metadata.json': 1e7, 'model.weights.h5': 1e9 };
  const entries = new Map((await readArchive(await exportKeras(alone), 'test', limits)).entries);
  const config: Json = JSON.parse(new TextDecoder().decode(entries.get('config.json')));
  config.config.layers.push({ class_name: 'Activation', config: { name: 'last', activation } } as unknown as Json);
  entries.set('config.json', new TextEncoder().encode(JSON.stringify(config)));
  return { model: alone, bytes: await writeArchive(entries) };
};

const encode = async (network: Parameters<typeof createInference>[0], weights: ReadonlyMap<string, Float32Array>) => {
  const inference = await createInference(network, weights, {
    target: 'encoder',
    runtime: nodeRuntime,
    batchSize: BATCH,
  });
  const { code } = await inference.run(sampleImages(SHAPE, BATCH).map((value) => 4 * value - 3));
  await inference.release();
  return code;
};

/** Layers that an activation of its own follows in the file, and what they are. */
const BEHIND: Readonly<Record<string, readonly LayerSpec[]>> = {
  'max pooling': [conv2d(2, [1, 1], 'linear'), maxPooling2d([2, 2])],
  'up-sampling': [conv2d(1, [3, 3], 'linear'), upSampling2d([1, 2])],
  'flatten and reshape': [conv2d(1, [3, 3], 'linear'), flatten(), reshape([1, 4])],
};

describe.each(Object.entries(BEHIND))('an activation behind %s', (what, layers) => {
  const takes = activations.filter(({ elementwise, monotone }) => elementwise && (monotone || what !== 'max pooling'));

  it.each(takes.flatMap(({ id, keras, build }) => (keras === null ? [] : [[id, keras.name, build] as const])))(
    '%s gives the values of the file',
    async (_id, name, build) => {
      const { model, bytes } = await fileOf(layers, name);
      const back = await readModel({ file: 'mine.keras', bytes });
      const before = await encode(model.network, model.weights);
      const x = input('x', [before.length]);
      const [{ data }] = evaluator([build(x)])({ x: { dims: x.dims, data: before } });
      // Single precision; of values around 1, but for an exponential.
      const largest = Math.max(1, ...data);
      expect(largestDifference(await encode(back.network, back.weights), data) / largest).toBeLessThan(1e-6);
    },
  );
});

it.each(
  activations
    .filter(({ elementwise, monotone }) => elementwise && !monotone)
    .flatMap(({ id, keras }) => (keras === null ? [] : [[id, keras.name] as const])),
)(
  '%s, which falls before it rises, stays a layer behind max pooling, where it would give other values before it',
  async (id, name) => {
    const { bytes } = await fileOf(BEHIND['max pooling'], name);
    const { network } = await readModel({ file: 'mine.keras', bytes });
    expect(network.parts[0].layers.map(({ spec }) => spec)).toContainEqual({ type: 'activation', activation: id });
  },
);

it.each<[string, LayerSpec[]]>([
  ['dropout, which would drop other values', [flatten(), dense(4, 'linear'), dropout(0.5)]],
  ['a layer that has an activation', [flatten(), dense(4, 'tanh')]],
])('an activation stays a layer behind %s', async (_what, layers) => {
  const { bytes } = await fileOf(layers, 'relu');
  const { network } = await readModel({ file: 'mine.keras', bytes });
  expect(network.parts[0].layers.map(({ spec }) => spec)).toContainEqual({ type: 'activation', activation: 'relu' });
});
