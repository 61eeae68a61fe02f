import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findNetwork, networks, onlyParts } from '../../network/index.ts';
import { networkWith } from '../../network/testing/with-layer.ts';

import { readModel } from '../read-model.ts';
import { differingWeights, largestDifference, sampleImages, sampleModel } from '../testing/sample-model.ts';
import { fileOf, infer, modelOf, ownSpec, readFiles } from './testing/model-files.ts';
import { loadInTensorFlow, predict, startTensorFlow } from './testing/tensorflow.ts';
import { exportTfjs } from './write.ts';

/** Two engines: other orders of addition, another exp; outputs are of the order of 1. Measured: below 1e-6. */
const TOLERANCE = 1e-5;
/** Parameters of a network of which one image is enough: TensorFlow.js computes without native code here. */
const LARGE = 300_000;
const zoo = [...networks, ownSpec].map((spec) => [spec.id, spec] as const);

const measured: Record<string, number> = {};
beforeAll(startTensorFlow);
afterAll(() => {
  if (process.env.SHOW_DIFFERENCES) process.stdout.write(`${JSON.stringify({ tfjs: measured }, null, 1)}\n`);
});

describe.each(zoo)('%s as a TensorFlow.js model', (id, spec) => {
  const { network, weights } = sampleModel(spec);

  test('reads back to the same network and, to the bit, the same weights', async () => {
    const model = await readFiles(exportTfjs({ network, weights }));
    expect(model.format).toBe('tfjs');
    expect(model.network).toEqual(network);
    if (id !== ownSpec.id) expect(model.network.spec).toBe(findNetwork(id));
    expect(differingWeights(model.weights, weights)).toEqual([]);
    expect(model.notes).toEqual([]);
  });

  test('computes in TensorFlow.js what it computes here, whole and in parts', async () => {
    const parts = network.parts.map(({ name }) => onlyParts(network, [name]));
    for (const whole of parts.length > 1 ? [network, ...parts] : [network]) {
      const [{ inputShape }] = whole.parts;
      const images = sampleImages(inputShape, network.parameterCount > LARGE ? 1 : 2);
      const model = await loadInTensorFlow(exportTfjs({ network: whole, weights }));
      const difference = largestDifference(predict(model, images, inputShape), await infer(whole, weights, images));
      measured[id] = Math.max(measured[id] ?? 0, difference);
      expect(difference).toBeLessThan(TOLERANCE);
      model.dispose();
    }
  });
});

test('an ELU of another alpha than 1 is refused, which TensorFlow.js would not load', () => {
  const { network, weights } = sampleModel(
    networkWith({ spec: { type: 'elu', alpha: 0.5 }, inputShape: [6], inputShapes: [[6]] }),
  );
  expect(() => exportTfjs({ network, weights })).toThrow(
    /^unsupported-layer: layer "encoder\/elu": TensorFlow\.js does not have ELU of an alpha other than 1; .*--to onnx$/,
  );
});

describe('exportTfjs', () => {
  const { network, weights } = sampleModel(findNetwork('convdense-2'));
  const files = exportTfjs({ network, weights, metadata: { seed: '7' } });

  test('cuts the weights into files of 4 MiB', () => {
    const rest = network.parameterCount * 4 - 4 * 2 ** 20;
    expect([...files].map(([name, { length }]) => [name, length]).slice(1)).toEqual([
      ['group1-shard1of2.bin', 4 * 2 ** 20],
      ['group1-shard2of2.bin', rest],
    ]);
    expect(modelOf(files).weightsManifest[0].paths).toEqual(['group1-shard1of2.bin', 'group1-shard2of2.bin']);
  });

  test('carries the network and the caller’s metadata', () => {
    const record = modelOf(files).userDefinedMetadata?.latent_plane;
    expect(record).toMatchObject({ network: 'convdense-2', parts: ['encoder', 'decoder'], seed: '7', rest: {} });
    expect(JSON.parse(record?.spec ?? '')).toEqual(network.spec);
  });

  test('of a part alone reads back to that part', async () => {
    for (const part of ['encoder', 'decoder'] as const) {
      const alone = onlyParts(network, [part]);
      const model = await readFiles(exportTfjs({ network: alone, weights }));
      expect(model.network).toEqual(alone);
      expect(model.notes).toEqual([`the file holds ${part === 'encoder' ? 'an' : 'a'} ${part} alone`]);
    }
  });

  test('writes the same bytes for the same model', () => {
    const again = exportTfjs({ network, weights, metadata: { seed: '7' } });
    expect([...again.keys()]).toEqual([...files.keys()]);
    expect([...again].every(([name, bytes]) => Buffer.from(bytes).equals(fileOf(files, name)))).toBe(true);
  });
});

describe('a file of Keras 3', () => {
  const fixtures = new URL('../../../fixtures/keras/', import.meta.url);
  const expected: Record<string, { input: { data: number[]; shape: number[] }; output?: { data: number[] } }> =
    JSON.parse(readFileSync(new URL('expected.json', fixtures), 'utf8'));

  test.each([
    'keras3-dense-sequential.keras',
    'keras3-flat.keras',
    'keras3-conv.keras',
    'keras3-functional.keras',
    'keras3-functional-flat.keras',
    'keras3-vae.keras',
    'keras3-classifier.keras',
  ])('%s becomes a model that TensorFlow.js loads, with the outputs of Keras', async (file) => {
    const keras = await readModel({ file, bytes: new Uint8Array(readFileSync(new URL(file, fixtures))) });
    const model = await loadInTensorFlow(exportTfjs(keras));
    const { input, output } = expected[file];
    const outputs = predict(model, Float32Array.from(input.data), input.shape.slice(1));
    expect(largestDifference(outputs, output?.data ?? [])).toBeLessThan(TOLERANCE);
    model.dispose();
  });
});
