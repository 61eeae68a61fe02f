import { describe, expect, test } from 'vitest';
import { augmentations } from '../augmentations/index.ts';
import { layerRegistry } from '../layers/index.ts';
import { parseNetworkSpec } from './json.ts';
import { parseRecipe } from './recipe/schema.ts';
import { dense1 } from './zoo/dense-1.ts';
import { findNetwork, networks } from './zoo/index.ts';

const plain = (value: unknown): Record<string, unknown> => JSON.parse(JSON.stringify(value));
const message = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'no error';
};
const networkMessage = (change: Record<string, unknown>) =>
  message(() => parseNetworkSpec({ ...plain(dense1), ...change }));
const recipeMessage = (change: Record<string, unknown>) =>
  message(() => parseRecipe({ ...plain(dense1.recipes.best), ...change }));

describe('parseNetworkSpec', () => {
  test.each(networks.map((network) => [network.id, network] as const))(
    '%s comes back from JSON unchanged',
    (_id, network) => {
      expect(parseNetworkSpec(plain(network))).toEqual(network);
    },
  );

  test('a fault deep inside is named by its path', () => {
    const encoder = [...dense1.encoder.slice(0, 3), { type: 'dense', units: '2', activation: 'sigmoid' }];
    expect(networkMessage({ encoder })).toBe(
      'invalid-network: network, field "encoder[3].units": expected a whole number from 1 to 65536, got "2"; ' +
        'correct it and try again',
    );
  });

  test('an unknown layer type is answered with the list of types', () => {
    expect(networkMessage({ encoder: [{ type: 'attention' }] })).toBe(
      `invalid-network: network, field "encoder[0].type": expected one of ${layerRegistry.ids.join(', ')}, ` +
        'got "attention"; correct it and try again',
    );
    expect(networkMessage({ encoder: ['dense'] })).toContain(
      'field "encoder[0]": expected a layer with its fields, such as { type: dense, units: 32,',
    );
  });

  test('an unknown field is refused, not ignored', () => {
    expect(networkMessage({ optimiser: 'sgd' })).toBe(
      'invalid-network: network, field "optimiser": expected no field of this name, got one; take it out or correct its spelling',
    );
    expect(networkMessage({ encoder: [{ type: 'flatten', units: 3 }] })).toContain(
      'field "encoder[0].units": expected no field of this name',
    );
  });

  test('a missing field is named', () => {
    expect(networkMessage({ encoder: [{ type: 'dense', units: 2 }] })).toContain(
      'field "encoder[0].activation": expected one of linear, relu,',
    );
  });

  test('an unknown loss and an unknown kind are answered with what there is', () => {
    expect(networkMessage({ loss: { type: 'nll' } })).toContain('field "loss.type": expected one of');
    expect(networkMessage({ kind: 'gan' })).toContain('field "kind": expected one of');
  });

  test('an id or a file that would climb out of its folder is refused', () => {
    for (const id of ['../dense-1', 'a/b', '.', '', 'Dense', 'a--b', 'x'.repeat(65)]) {
      expect(networkMessage({ id })).toContain('field "id"');
    }
    for (const file of ['../x.keras', '/x.keras', 'a/../x', 'a\\x', 'a//x', '.hidden', '']) {
      expect(networkMessage({ file })).toContain('field "file"');
    }
  });

  test('layers that are valid one by one but do not fit are refused', () => {
    expect(networkMessage({ inputShape: [28, 28, 1] })).toContain('shape-mismatch: network "dense-1"');
  });

  test.each([null, undefined, 3, 'dense-1', [], {}])('%j is no network', (value) => {
    expect(message(() => parseNetworkSpec(value))).toMatch(/^invalid-network: network/);
  });

  test('a key called __proto__ changes nothing', () => {
    const text = JSON.stringify(dense1).replace('{', '{"__proto__": {"polluted": true},');
    const read = (): unknown => parseNetworkSpec(JSON.parse(text));
    const outcome = message(read);
    expect(outcome === 'no error' ? read() : dense1).toEqual(dense1);
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('a long offending value is shortened', () => {
    expect(networkMessage({ title: 'x'.repeat(10_000) }).length).toBeLessThan(300);
  });
});

describe('parseRecipe', () => {
  test('reads fields under their former names, and refuses both names of one', () => {
    const now = { initializationIndex: 3, emaDecay: 0.99, weightPrecision: 12 };
    const { initializationIndex: _, ...best } = plain(dense1.recipes.best) as Record<string, unknown>;
    const written = { ...best, restart: 3, weightAveraging: 0.99, significantBits: 12 };
    expect(parseRecipe(written)).toEqual({ ...best, ...now });
    expect(message(() => parseRecipe({ ...best, restart: 3, initializationIndex: 4 }))).toContain('restart');
    const network = plain(findNetwork('map-1')) as { readonly loss: object };
    const { negatives, ...loss } = network.loss as Record<string, unknown>;
    expect(parseNetworkSpec({ ...network, loss: { ...loss, strangers: negatives } })).toEqual(findNetwork('map-1'));
  });

  test('every field out of its bounds is refused by name', () => {
    const faults: [string, unknown][] = [
      ['epochs', 0],
      ['epochs', 1.5],
      ['epochs', null],
      ['batchSize', 0],
      ['batchSize', 1e9],
      ['validationSplit', -0.1],
      ['validationSplit', 0.91],
      ['validationFrom', 'start'],
      ['patience', 0],
      ['trainOn', 'test'],
      ['shuffle', 'yes'],
      ['initializer', 'normal'],
      ['seed', -1],
      ['seed', 2 ** 53],
      ['name', 'worst'],
      ['weightDecay', -1],
      ['emaDecay', 1],
      ['augmentationTarget', 'both'],
      ['augmentation', [{ type: 'mixup' }]],
      ['augmentation', [{ type: 'elastic', strength: 1, cell: 1 }]],
    ];
    for (const [field, value] of faults) {
      expect(recipeMessage({ [field]: value })).toMatch(
        new RegExp(`^invalid-recipe: recipe, field "${field}[^"]*": expected`),
      );
    }
  });

  test('a learning rate of zero, below it, infinite or not a number is refused', () => {
    for (const learningRate of [0, -1e-3, Number.POSITIVE_INFINITY, Number.NaN, 11]) {
      expect(recipeMessage({ schedule: { type: 'constant', learningRate } })).toBe(
        'invalid-recipe: recipe, field "schedule.learningRate": expected a number above 0, up to 10, ' +
          `got ${learningRate}; correct it and try again`,
      );
    }
  });

  test('optional fields may be absent and come back when they are there', () => {
    const augmentation = augmentations.entries.map(({ defaults }) => defaults);
    const recipe = { ...dense1.recipes.best, validationFrom: 'shuffled', patience: 5, restoreBest: true, augmentation };
    expect(parseRecipe(plain(recipe))).toEqual(recipe);
    expect(Object.keys(parseRecipe(plain(dense1.recipes.best)))).not.toContain('patience');
  });

  test('the bounds themselves are allowed', () => {
    expect(recipeMessage({ epochs: 1, batchSize: 1, validationSplit: 0.9, seed: 0 })).toBe('no error');
  });
});
