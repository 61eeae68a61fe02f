import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeWeights, exportKeras, exportOnnx, exportTfjs, findNetwork, resolveNetwork } from 'latent-plane';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomModel } from '../../packages/core/src/codes/testing/mnist.ts';
import { differencesOf, partsBelow } from './parts.ts';

const NAME = 'encoder/dense/kernel';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latent-plane-parts-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A run's and every export's parts of one network, the last bit of one weight as given. */
const partsOfModel = async (bit: 0 | 1) => {
  const network = resolveNetwork(findNetwork('dense-1'));
  const weights = new Map([...randomModel(network.spec).weights].map(([name, values]) => [name, values.slice()]));
  const changed = weights.get(NAME) ?? new Float32Array(1);
  const words = new Uint32Array(changed.buffer, changed.byteOffset, 1);
  words[0] = (words[0] & ~1) | bit;
  const model = { network, weights };
  const files = new Map([
    ['weights.safetensors', encodeWeights(network.parameters, weights, { id: 'dense-1', epoch: 1 })],
    ['dense-1.keras', await exportKeras(model)],
    ...exportOnnx(model),
    ...exportTfjs(model),
  ]);
  for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);
  return { parts: await partsBelow(folder), count: network.parameters.length };
};

describe('differencesOf', () => {
  it('tells one bit of one weight in every format, and nothing else', async () => {
    const { parts: before, count } = await partsOfModel(0);
    const { parts: same } = await partsOfModel(0);
    const { parts: after } = await partsOfModel(1);
    expect(differencesOf(before, same)).toEqual([]);
    expect([...before.keys()].filter((name) => name.startsWith('dense-1.keras: /')).length).toBe(count);
    expect(differencesOf(before, after).map((line) => line.replace(/ .*/, ''))).toEqual([
      'autoencoder.onnx:',
      'autoencoder.onnx:',
      'dense-1.keras:',
      'encoder.onnx:',
      'encoder.onnx:',
      'model.json:',
      'weights.safetensors:',
    ]);
  });

  it('tells what one side lacks', () => {
    const [a, b] = [new Map([['a', Uint8Array.of(1)]]), new Map([['b', Uint8Array.of(1)]])];
    expect(differencesOf(a, b)).toEqual(['a: only before', 'b: only after']);
  });
});
