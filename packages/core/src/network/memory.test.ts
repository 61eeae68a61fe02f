import { describe, expect, it } from 'vitest';
import { parseNetworkFile } from './file/index.ts';
import { networks, resolveNetwork } from './index.ts';
import { requireMemory, stepMemory } from './memory.ts';

const wide = (kernelSize: number, size: number, batchSize: number) => {
  const { spec, recipe } = parseNetworkFile(
    JSON.stringify({
      inputShape: [8, 8, 1],
      encoder: [
        { type: 'up-sampling2d', size },
        { type: 'conv2d', filters: 2, kernelSize, padding: 'same' },
        'flatten',
        { type: 'dense', units: 2 },
      ],
      decoder: [
        { type: 'dense', units: 64 },
        { type: 'reshape', targetShape: [8, 8, 1] },
      ],
      recipe: { batchSize },
    }),
    'wide.json',
  );
  return { network: resolveNetwork(spec), recipe };
};

describe('the memory of a step', () => {
  it('is that of values and gradients, the widest workspace, and weights with what Adam keeps', () => {
    const { network, recipe } = wide(3, 2, 10);
    const values = 256 + 512 + 512 + 2 + 64 + 64;
    const { parameterCount } = network;
    expect(stepMemory(network, recipe)).toEqual({
      rows: 10,
      widest: expect.objectContaining({ part: 'encoder', layer: 'conv2d', numbers: 256 * 9 }),
      bytes: 4 * (10 * (2 * values + 256 * 9) + 4 * parameterCount),
    });
  });

  it('is refused where no machine has it, with the layer and how much it is', () => {
    const { network, recipe } = wide(64, 64, 32);
    expect(() => requireMemory(network, recipe)).toThrow(
      /^step-too-large: network "wide", layer "encoder\/conv2d": a step of 32 images needs 138 GB or more, 137 GB of it/,
    );
    expect(() => requireMemory(network, { ...recipe, batchSize: 1 })).not.toThrow();
    const last = wide(64, 64, 1);
    expect(() => requireMemory(last.network, { ...last.recipe, batchSize: 2 })).toThrow('step-too-large');
  });

  it('is there for every network of the zoo', () => {
    for (const spec of networks)
      for (const recipe of [spec.recipes.documented, spec.recipes.best])
        expect(() => requireMemory(resolveNetwork(spec), recipe)).not.toThrow();
  });
});
