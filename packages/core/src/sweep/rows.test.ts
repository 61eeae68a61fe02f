import { describe, expect, it } from 'vitest';
import { dense } from '../layers/index.ts';
import { editedNetwork } from './edited-network.ts';
import { expandSweep } from './grid.ts';
import { checkSweepSpec, type SweepSpec } from './spec.ts';

const spec = (value: unknown): SweepSpec => {
  const checked = checkSweepSpec(value);
  if (checked.faults) throw new Error(JSON.stringify(checked.faults));
  return checked.spec;
};
const expanded = (value: unknown) => expandSweep(spec(value));

describe('runs', () => {
  it('are sweeps of their own, for which the fields beside them hold where they say nothing else', () => {
    const runs = [{ networks: ['dense-1', 'vae-1'] }, { name: 'short', networks: 'dense-2', epochs: 1, seeds: 9 }];
    expect(expanded({ epochs: 5, recipes: 'best', seeds: [1, 2], runs })).toEqual([
      { network: 'dense-1', recipe: 'best', epochs: 5, seed: 1 },
      { network: 'dense-1', recipe: 'best', epochs: 5, seed: 2 },
      { network: 'vae-1', recipe: 'best', epochs: 5, seed: 1 },
      { network: 'vae-1', recipe: 'best', epochs: 5, seed: 2 },
      { name: 'short', network: 'dense-2', recipe: 'best', epochs: 1, seed: 9 },
    ]);
  });

  it('take over from another all but its name and words, and of its network what they do not change', () => {
    const encoder = [dense(8, 'relu'), dense(2, 'linear')];
    const decoder = [dense(784, 'sigmoid')];
    const loss = { type: 'jacobian', weight: 0.1 };
    const choices = expanded({
      networks: 'vae-1',
      runs: [
        { name: 'A', what: 'the first', network: { from: 'dense-1', encoder, decoder }, learningRate: 0.1 },
        { name: 'B', like: 'A', epochs: 3 },
        { name: 'C', like: 'B', network: { loss }, learningRate: 0.2 },
        { name: 'D', like: 'C', networks: 'dense-2' },
      ],
    });
    const edit = { from: 'dense-1', encoder, decoder };
    expect(choices).toEqual([
      { name: 'A', what: 'the first', network: 'dense-1', edit, learningRate: 0.1 },
      { name: 'B', network: 'dense-1', edit, learningRate: 0.1, epochs: 3 },
      { name: 'C', network: 'dense-1', edit: { ...edit, loss }, learningRate: 0.2, epochs: 3 },
      { name: 'D', network: 'dense-2', learningRate: 0.2, epochs: 3 },
    ]);
  });

  it('say what to train, and are like a row above', () => {
    expect(() => expanded({ runs: [{ name: 'A' }] })).toThrow('runs[0]: expected one of networks, network, tune');
    expect(() => expanded({ networks: 'dense-1', runs: [{ like: 'B' }, { name: 'B' }] })).toThrow('"B"');
  });

  it('have their faults named by row and field', () => {
    const runs = [{ networks: 'dense-1' }, { networks: 'nope', epoch: 1, network: { from: 'dense-1', loss: 'l1' } }];
    expect(checkSweepSpec({ runs }).faults?.map(({ path }) => path)).toEqual([
      ['runs', 1, 'networks'],
      ['runs', 1, 'epoch'],
      ['runs', 1, 'network', 'loss'],
    ]);
    expect(checkSweepSpec({ runs: [] }).faults?.map(({ path }) => path)).toEqual([['runs']]);
    expect(checkSweepSpec({ runs: [1] }).faults?.map(({ path }) => path)).toEqual([['runs', 0]]);
  });
});

describe('editedNetwork', () => {
  it('is the network with other parts, named by its row', () => {
    const decoder = [dense(16, 'silu'), dense(784, 'sigmoid')];
    const network = editedNetwork({ from: 'dense-1', decoder }, 'Row AB');
    expect(network).toMatchObject({ id: 'dense-1-row-ab', decoder, published: null });
    expect(network.encoder).toEqual(editedNetwork({ from: 'dense-1' }, 'x').encoder);
  });

  it('has other values of single fields, by number or name of a layer, and is named by them', () => {
    const fields = { 'encoder[0].units': 20, 'decoder.dense.activation': 'silu', 'loss.weight': 0.5 };
    const network = editedNetwork({ from: 'vae-1', fields }, undefined);
    expect(network.encoder[0]).toEqual(dense(20, 'relu'));
    expect(network.decoder[0]).toEqual(dense(8, 'silu'));
    expect(network.loss).toMatchObject({ type: 'vae-log-sigma', weight: 0.5 });
    expect(editedNetwork({ from: 'vae-1', fields: { 'encoder[0].units': 20 } }, 'wide').id).toBe(
      'vae-1-wide-encoder-0-units-20',
    );
    expect(network.id.length).toBeLessThanOrEqual(64);
    const base = { ...network, id: 'mine' };
    expect(editedNetwork({ from: 'mine.yaml' }, 'x', base).id).toBe('mine-x');
  });

  it('refuses paths that lead nowhere, and values that no field takes', () => {
    const edit = (path: string, to: unknown) => () => editedNetwork({ from: 'dense-1', fields: { [path]: to } }, 'A');
    for (const path of [
      'encoder[9].units',
      'encoder.none.units',
      'id',
      'recipes.best.seed',
      '__proto__.x',
      '',
      'encoder[0].a.b',
    ])
      expect(edit(path, 3)).toThrow('expected the path of a field');
    expect(edit('encoder[1].units', 0)).toThrow('field "encoder[1].units": expected a whole number');
    expect(edit('encoder[1].width', 3)).toThrow('field "encoder[1].width": expected no field of this name');
  });

  it('is one of each combination of the values that a row lists for fields', () => {
    const choices = expanded({
      runs: [
        { network: { from: 'dense-1', fields: { 'encoder[1].units': [8, 16], 'decoder[0].units': 4 } }, seeds: [1, 2] },
      ],
    });
    expect(
      choices.map(({ edit, seed }) => [edit?.fields?.['encoder[1].units'], edit?.fields?.['decoder[0].units'], seed]),
    ).toEqual([
      [8, 4, 1],
      [8, 4, 2],
      [16, 4, 1],
      [16, 4, 2],
    ]);
    expect(choices.every((choice) => Object.keys(choice).every((name) => !name.startsWith('network.')))).toBe(true);
  });

  it('refuses parts that do not fit together, classifiers, and rows without a name', () => {
    expect(() => editedNetwork({ from: 'dense-1', decoder: [dense(3, 'relu')] }, 'A')).toThrow('shape-mismatch');
    expect(() => editedNetwork({ from: 'classifier' }, 'A')).toThrow('expected an autoencoder');
    expect(() => editedNetwork({ from: 'dense-1' }, undefined)).toThrow('needs a name');
    expect(() => editedNetwork({}, 'A')).toThrow('add from: ID');
  });
});
