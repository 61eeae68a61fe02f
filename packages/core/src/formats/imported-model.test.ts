import { describe, expect, it } from 'vitest';
import {
  definitionOf,
  dense,
  flatten,
  type LayerSpec,
  layerDefinitions,
  reshape,
  residualDense,
} from '../layers/index.ts';
import { findNetwork, inferLayers } from '../network/index.ts';
import { elementCount, type Shape } from '../tensor/index.ts';
import type { ImportedLayer } from './imported-layer.ts';
import { assembleModel } from './imported-model.ts';

/** A layer of a file whose weights all hold a number of their own. */
const holding = (spec: LayerSpec, value: number): ImportedLayer => ({
  name: `layer ${value}`,
  spec,
  values: (_role, shape: Shape) => new Float32Array(elementCount(shape)).fill(value),
});

const assemble = (encoder: readonly ImportedLayer[], decoder: readonly ImportedLayer[], inputShape: Shape = [6]) =>
  assembleModel({ inputShape, parts: [encoder, decoder] }, { format: 'keras', file: 'mine.keras' });

describe('assembleModel', () => {
  // Those that follow one layer; a graph is read by its record, and so is what takes the label.
  const single = layerDefinitions.filter(({ inputs: [least, most], ofLabel }) => least === 1 && most === 1 && !ofLabel);
  it.each(single.map(({ type, defaults }) => [type, defaults] as const))(
    'gives the layers behind %s their own weights',
    (_type, spec) => {
      const { gaussian, hasWeights } = definitionOf(spec);
      const onImages = spec.type.includes('2d') || ['permute', 'group-normalization', 'prelu'].includes(spec.type);
      const inputShape = onImages ? [6, 6, 1] : [6];
      const layer = spec.type === 'reshape' ? reshape([6]) : spec;
      const isCode = gaussian(spec) !== null;
      const encoder = [
        ...(isCode ? [] : [holding(layer, 1), holding(flatten(), 0)]),
        holding(isCode ? layer : dense(2, 'linear'), 2),
      ];
      const decoder = [holding(dense(elementCount(inputShape), 'linear'), 3)];
      const { network, weights } = assemble(encoder, decoder, inputShape);
      const [first, second] = network.parts;
      expect(first.layers.map((resolved) => resolved.spec.type)).toContain(spec.type);
      expect(hasWeights).toBe(
        inferLayers([layer], { inputShape, part: 'encoder', networkId: 'x' })[0].parameters.length > 0,
      );
      const valuesOf = (names: readonly { readonly name: string }[]) =>
        new Set(names.flatMap(({ name }) => [...(weights.get(name) ?? [])]));
      const last = first.layers.at(-1);
      expect(valuesOf(last?.parameters ?? [])).toEqual(new Set([2]));
      expect(valuesOf(second.parameters)).toEqual(new Set([3]));
      if (hasWeights && !isCode) expect(valuesOf(first.layers[0].parameters)).toEqual(new Set([1]));
    },
  );

  it('reads the weights of a residual block and of what follows it', () => {
    const { weights } = assemble(
      [holding(residualDense(3, 'relu'), 1), holding(dense(2, 'linear'), 2)],
      [holding(dense(6, 'linear'), 3)],
    );
    expect([...weights].map(([name, values]) => [name, values[0]])).toEqual([
      ['encoder/residual_dense/inner/kernel', 1],
      ['encoder/residual_dense/inner/bias', 1],
      ['encoder/residual_dense/outer/kernel', 1],
      ['encoder/residual_dense/outer/bias', 1],
      ['encoder/dense/kernel', 2],
      ['encoder/dense/bias', 2],
      ['decoder/dense/kernel', 3],
      ['decoder/dense/bias', 3],
    ]);
  });

  it('takes two models that give as many numbers as they take for encoder and decoder, even where softmax ends them', () => {
    const { network } = assemble([holding(dense(2, 'linear'), 1)], [holding(dense(6, 'softmax'), 2)]);
    expect(network.parts.map(({ name }) => name)).toEqual(['encoder', 'decoder']);
    const classifier = assemble([holding(dense(6, 'relu'), 1), holding(dense(6, 'softmax'), 2)], []);
    expect(classifier.network.parts.map(({ name }) => name)).toEqual(['classifier']);
  });

  it('knows a network of the zoo whose parts begin and end with layers that only reshape', () => {
    const zoo = findNetwork('dense-1');
    if (zoo.kind !== 'autoencoder') throw new Error('dense-1 is an autoencoder');
    const encoder = [flatten(), ...zoo.encoder, reshape([2])].map((spec, i) => holding(spec, i));
    const decoder = [flatten(), ...zoo.decoder, reshape([28, 28, 1]), flatten()].map((spec, i) => holding(spec, i));
    expect(assemble(encoder, decoder, [28, 28, 1]).network.spec).toBe(zoo);
  });
});
