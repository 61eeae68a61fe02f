import { describe, expect, it } from 'vitest';
import { randomModel } from '../../codes/testing/mnist.ts';
import { layerDefinitions } from '../../layers/index.ts';
import { parseNetworkFile } from '../../network/file/index.ts';
import { resolveNetwork } from '../../network/index.ts';
import { elementCount } from '../../tensor/index.ts';
import { encodeSafetensors, exportSafetensors, readModel } from '../index.ts';
import { imageOrder, vectorOrders } from './vector-order.ts';

const network = (encoder: string, decoder: string, inputShape = '[4]') =>
  parseNetworkFile(`inputShape: ${inputShape}\nencoder: ${encoder}\ndecoder: ${decoder}\n`, 'net.yaml').spec;

/** Arrays of one number each, so that where they went is seen. */
const file = (arrays: Readonly<Record<string, readonly number[]>>, metadata = {}): Uint8Array =>
  encodeSafetensors(
    new Map(
      Object.entries(arrays).map(([name, dims], i) => [
        name,
        { dims, data: new Float32Array(elementCount(dims)).fill(i) },
      ]),
    ),
    metadata,
  );

const firstOf = (weights: ReadonlyMap<string, Float32Array>): Record<string, number> =>
  Object.fromEntries([...weights].map(([name, values]) => [name, values[0]]));

const square = network(
  '[{type: dense, name: up, units: 4, useBias: false}, {type: dense, name: mid, units: 4, useBias: false}]',
  '[{type: dense, name: down, units: 4, useBias: false}]',
);

describe('layers of a file', () => {
  it('are told by their names where the network has them, whatever their order and what stands before them', async () => {
    const bytes = file({ 'model.mid.weight': [4, 4], 'model.down.weight': [4, 4], 'model.up.weight': [4, 4] });
    const { weights, notes } = await readModel({ file: 'a.safetensors', bytes }, { network: square });
    expect(firstOf(weights)).toEqual({ 'encoder/up/kernel': 2, 'encoder/mid/kernel': 0, 'decoder/down/kernel': 1 });
    expect(notes).toEqual(['its layers were told by their names']);
  });

  it('of a part that the file names go to that part', async () => {
    const bytes = file({ 'decoder.0.weight': [4, 4], 'encoder.0.weight': [4, 4], 'encoder.1.weight': [4, 4] });
    const { weights } = await readModel({ file: 'a.safetensors', bytes }, { network: square });
    expect(firstOf(weights)).toEqual({ 'encoder/up/kernel': 1, 'encoder/mid/kernel': 2, 'decoder/down/kernel': 0 });
  });

  it('are those of the network that a file of ours names', async () => {
    await expect(
      readModel({ file: 'a.safetensors', bytes: file({ 'encoder/dense/kernel': [3, 4] }, { network: 'dense-1' }) }),
    ).rejects.toThrow(/weights-mismatch: a\.safetensors: network "dense-1"/);
  });

  it('that are too many or too few are told', async () => {
    const many = file({ a: [4], '0.weight': [4, 4], '1.weight': [4, 4], '2.weight': [4, 4], '3.weight': [4, 4] });
    await expect(readModel({ file: 'a.safetensors', bytes: many }, { network: square })).rejects.toThrow(
      /first difference, expected nothing more, got 3 \(/,
    );
  });
});

describe('safetensors of ours', () => {
  it('open again without being told their network, the same weights', async () => {
    const { network: resolved, weights } = randomModel(square);
    const bytes = exportSafetensors({ network: resolved, weights });
    const again = await readModel({ file: 'square.safetensors', bytes });
    expect(again.network.spec.kind).toBe('autoencoder');
    expect(again.network.parameters).toEqual(resolved.parameters);
    for (const [name, values] of weights) expect(again.weights.get(name)).toEqual(values);
  });
});

describe('two heads of a Gaussian code', () => {
  const heads = network('[{type: gaussian-sampling, units: 2}]', '[{type: dense, units: 4}]');
  const packed = network(
    '[{type: dense, units: 4, activation: linear}, {type: sampling}]',
    '[{type: dense, units: 4}]',
  );
  const apart = {
    'fc_logvar.weight': [2, 4],
    'fc_logvar.bias': [2],
    'fc_mu.weight': [2, 4],
    'fc_mu.bias': [2],
    'out.weight': [4, 2],
    'out.bias': [4],
  };
  const together = { 'fc.weight': [4, 4], 'fc.bias': [4], 'out.weight': [4, 2], 'out.bias': [4] };

  it('are told by their names, the mean first', async () => {
    const { weights } = await readModel({ file: 'a.safetensors', bytes: file(apart) }, { network: heads });
    expect(firstOf(weights)['encoder/sampling/z_mean/kernel']).toBe(2);
    expect(firstOf(weights)['encoder/sampling/z_log_var/kernel']).toBe(0);
  });

  it('may be one layer in the file, or one in the network', async () => {
    const bytes = encodeSafetensors(
      new Map([
        ['fc.weight', { dims: [4, 4], data: Float32Array.from({ length: 16 }, (_, i) => i) }],
        ['fc.bias', { dims: [4], data: Float32Array.from([0, 1, 2, 3]) }],
        ['out.weight', { dims: [4, 2], data: new Float32Array(8) }],
        ['out.bias', { dims: [4], data: new Float32Array(4) }],
      ]),
    );
    const split = (await readModel({ file: 'a.safetensors', bytes }, { network: heads })).weights;
    expect([...(split.get('encoder/sampling/z_mean/bias') ?? [])]).toEqual([0, 1]);
    expect([...(split.get('encoder/sampling/z_log_var/bias') ?? [])]).toEqual([2, 3]);
    // Weights [outputs, inputs]: the mean's rows are the first two.
    expect([...(split.get('encoder/sampling/z_mean/kernel') ?? [])]).toEqual([0, 4, 1, 5, 2, 6, 3, 7]);
    expect([...(split.get('encoder/sampling/z_log_var/kernel') ?? [])]).toEqual([8, 12, 9, 13, 10, 14, 11, 15]);
    const joined = (await readModel({ file: 'a.safetensors', bytes: file(apart) }, { network: packed })).weights;
    expect([...(joined.get('encoder/dense/bias') ?? [])]).toEqual([3, 3, 1, 1]);
    expect([...(joined.get('encoder/dense/kernel') ?? [])].slice(0, 4)).toEqual([2, 2, 0, 0]);
    expect(Object.keys(together)).toHaveLength(4);
  });
});

describe('orders of flattened images', () => {
  const orders = (encoder: string) =>
    vectorOrders(
      resolveNetwork(
        network(encoder, '[{type: dense, units: 12}, {type: reshape, targetShape: [2, 2, 3]}]', '[2, 2, 3]'),
      ),
    );
  const dense = '{type: dense, units: 2}';

  it('are rows, columns, channels here and channels, rows, columns in PyTorch', () => {
    expect([...(imageOrder([2, 2, 3]) ?? [])]).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
    expect(imageOrder([2, 2, 1])).toBeNull();
    expect(imageOrder([1, 1, 8])).toBeNull();
  });

  it('hold for the layers up to the next dense one, and back from an image', () => {
    const found = orders(`[{type: flatten}, {type: dropout, rate: 0.5}, ${dense}]`);
    expect(found.get('encoder/dense')?.in).toEqual(imageOrder([2, 2, 3]));
    expect(found.get('encoder/dense')?.out).toBeNull();
    expect(found.get('decoder/dense')?.out).toEqual(imageOrder([2, 2, 3]));
  });

  it('are none where the network turns the axes itself', () => {
    const found = orders(`[{type: permute, order: [3, 1, 2]}, {type: flatten}, ${dense}]`);
    expect(found.get('encoder/dense')?.in).toBeNull();
  });
});

describe('a network that weights would fit', () => {
  it('has the encoder first, whichever part the file has first', async () => {
    const bytes = file({
      'decoder.dense.weight': [8, 3],
      'decoder.dense.bias': [8],
      'encoder.dense.weight': [3, 8],
      'encoder.dense.bias': [3],
    });
    const { network: guessed } = await readModel({ file: 'a.safetensors', bytes }, { guess: true });
    expect(guessed.spec.inputShape).toEqual([8]);
    expect(guessed.parts.map(({ name, outputShape }) => [name, ...outputShape])).toEqual([
      ['encoder', 3],
      ['decoder', 8],
    ]);
  });
});

describe('layers with weights', () => {
  it('all say how PyTorch holds them, each of their arrays once', () => {
    for (const definition of layerDefinitions.filter(({ hasWeights }) => hasWeights)) {
      const spec = { ...definition.defaults };
      const modules = definition.torch(spec);
      expect(modules.length, definition.type).toBeGreaterThan(0);
      const roles = modules.flatMap(({ arrays }) => Object.values(arrays).map(({ role }) => role));
      expect(new Set(roles).size, definition.type).toBe(roles.length);
      for (const shape of [[6], [4, 4, 2]]) {
        let own: readonly string[];
        try {
          own = definition.weights(spec, shape).map(({ role }) => role);
        } catch {
          continue;
        }
        for (const role of own) expect(roles, `${definition.type} ${role}`).toContain(role);
      }
    }
  });
});
