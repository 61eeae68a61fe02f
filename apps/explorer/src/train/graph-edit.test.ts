import { dense, type LayerSpec } from 'latent-plane';
import { describe, expect, it } from 'vitest';
import { inOrder, withLayer, withLayerAt, withoutLayer } from './graph-edit.ts';

/** dense, dense_1, dense_2 (takes dense), add (takes both). */
const layers: readonly LayerSpec[] = [
  dense(4, 'relu'),
  dense(5, 'relu'),
  { ...dense(6, 'relu'), inputs: ['dense'] },
  { type: 'add', inputs: ['dense_1', 'dense_2'] },
];
const inputs = (list: readonly LayerSpec[]) => list.map((layer) => layer.inputs);

describe('changes of a part', () => {
  it('give a layer another name, and those that take it follow', () => {
    const after = withLayer(layers, 0, { ...dense(4, 'relu'), name: 'stem' });
    // The others count anew, as automatic names do.
    expect(inputs(after)).toEqual([undefined, undefined, ['stem'], ['dense', 'dense_1']]);
  });

  it('rewire nothing where two layers would have one name', () => {
    const named = layers.map((layer, i) => ({ ...layer, name: `l${i}` }));
    const wired = named.map((layer) => ({ ...layer, inputs: ['l1'] }));
    expect(inputs(withLayer(wired, 0, { ...wired[0], name: 'l1' }))).toEqual(inputs(wired));
  });

  it('put a layer between others', () => {
    const after = withLayerAt(layers, 1, dense(7, 'tanh'));
    expect(after[1]).toEqual(dense(7, 'tanh'));
    expect(inputs(after)).toEqual([undefined, undefined, undefined, ['dense'], ['dense_2', 'dense_3']]);
    expect(withLayerAt(layers, 4, dense(7, 'tanh'))[4]).toEqual(dense(7, 'tanh'));
  });

  it('take a layer out: what took its output takes what it took', () => {
    expect(inputs(withoutLayer(layers, 1))).toEqual([undefined, ['dense'], ['dense', 'dense_1']]);
    expect(inputs(withoutLayer(layers, 0))).toEqual([undefined, ['input'], ['dense', 'dense_1']]);
    expect(withoutLayer([dense(2, 'relu')], 0)).toEqual([]);
  });

  it('move a layer', () => {
    expect(inputs(inOrder(layers, [1, 0, 2, 3]))).toEqual([undefined, undefined, ['dense_1'], ['dense', 'dense_2']]);
  });
});
