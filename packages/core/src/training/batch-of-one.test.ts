import { describe, expect, it } from 'vitest';
import type { ImageSet } from '../images/index.ts';
import { type LayerSpec, layerDefinitions } from '../layers/index.ts';
import { parseNetworkFile, type Recipe, resolveNetwork } from '../network/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { trainToEnd } from './trainer.ts';

const training: ImageSet = {
  count: 5,
  height: 2,
  width: 2,
  channels: 1,
  pixels: Uint8Array.from({ length: 20 }, (_, i) => (i * 37) % 256),
  labels: new Uint8Array(5),
};

const batchNormalization = (): LayerSpec => {
  const definition = layerDefinitions.find(({ overBatch }) => overBatch);
  expect(definition).toBeDefined();
  return definition?.defaults as LayerSpec;
};

/** Trains two epochs of a network that normalises 3 values, or the channels of an image of 2 x 2. */
const trained = (of: 'vector' | 'image', recipe: Partial<Recipe>) => {
  const { spec } = parseNetworkFile(
    JSON.stringify({
      inputShape: [2, 2, 1],
      encoder: [
        ...(of === 'vector' ? ['flatten', { type: 'dense', units: 3 }] : []),
        batchNormalization(),
        ...(of === 'vector' ? [] : ['flatten']),
        { type: 'dense', units: 2 },
      ],
      decoder: [
        { type: 'dense', units: 4 },
        { type: 'reshape', targetShape: [2, 2, 1] },
      ],
      recipe: { epochs: 2 },
    }),
    'net.json',
  );
  return trainToEnd({
    network: resolveNetwork(spec),
    recipe: { ...spec.recipes.documented, ...recipe },
    training,
    validation: null,
    runtime: nodeRuntime,
    threads: 1,
  });
};

describe('batch normalisation of vectors', () => {
  it('is refused in batches of one image, which teach nothing', async () => {
    await expect(trained('vector', { batchSize: 1 })).rejects.toThrow(
      /^batch-of-one: network "net", layer "encoder\/batch_normalization": in batches of one image/,
    );
  });

  it('takes a last batch of one image, and batches of one image that has rows and columns', async () => {
    const ends = [await trained('vector', { batchSize: 2 }), await trained('image', { batchSize: 1 })];
    for (const { state, stopped } of ends) {
      expect(stopped).toBe('finished');
      expect(state.parameters.every(Number.isFinite)).toBe(true);
    }
  });
});
