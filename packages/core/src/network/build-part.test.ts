import { describe, expect, test } from 'vitest';
import { dense, gaussianNoise, layerNormalization, residualDense } from '../layers/index.ts';
import type { LossSpec } from '../losses/index.ts';
import { compileTraining } from '../network/compile.ts';
import { RandomStream } from '../random/index.ts';
import { evaluator } from '../tensor/evaluate.ts';
import { randomArray, relativeError } from '../tensor/testing/gradient-check.ts';
import { initializeParameters, parameterSlots } from './initializers.ts';
import { resolveNetwork } from './network.ts';
import { bestRecipe } from './recipes.ts';
import type { AutoencoderSpec } from './types.ts';

const recipe = bestRecipe({ epochs: 1, learningRate: 1e-3, source: 'a test' });

const networkOf = (loss: LossSpec): AutoencoderSpec => ({
  kind: 'autoencoder',
  id: 'later-layers',
  title: 'Later layers',
  file: 'autoencoders/later.keras',
  inputShape: [6],
  encoder: [gaussianNoise(0.2), dense(5, 'silu'), layerNormalization(), dense(2, 'linear')],
  decoder: [gaussianNoise(0.1), dense(4, 'tanh'), residualDense(3, 'silu'), layerNormalization(), dense(6, 'sigmoid')],
  loss,
  published: null,
  record: 'None: a test.',
  recipes: { documented: recipe, best: recipe },
});

const LOSSES: readonly LossSpec[] = [
  { type: 'mse' },
  { type: 'neighbours', weight: 0.5, neighbours: 2, metric: 'pixels', negatives: 2 },
  { type: 'jacobian', weight: 0.5 },
];

describe.each(LOSSES)('the loss $type over every layer that PyTorch has no figures of', (loss) => {
  const network = resolveNetwork(networkOf(loss));
  const graph = compileTraining(network, { batchSize: 4 });
  const flat = initializeParameters(graph.parameters, 1, { biasInitializer: 'fan-in-uniform' });
  const normals = (name: string, dims: readonly number[], std: number) => {
    const data = new Float32Array(dims.reduce((product, dim) => product * dim, 1));
    new RandomStream(1, name).fillNormal(data, std);
    return { dims, data };
  };
  const feeds = (values: Float32Array | Float64Array) => ({
    x: randomArray('x', graph.x, 0, 1),
    ...Object.fromEntries(
      graph.randoms.map((random) => [
        random.name,
        normals(random.name, random.dims, random.kind === 'normal' ? random.std : 1),
      ]),
    ),
    ...Object.fromEntries(
      parameterSlots(graph.parameters).map(({ parameter, offset, length }) => [
        parameter.name,
        { dims: parameter.shape, data: values.subarray(offset, offset + length) },
      ]),
    ),
  });

  test('has the gradient of finite differences, by every parameter', () => {
    const lossOf = evaluator([graph.outputs.loss]);
    const at = (values: Float64Array): number => lossOf(feeds(values))[0].data[0];
    const values = Float64Array.from(flat);
    const grads = evaluator(graph.parameters.map(({ name }) => graph.outputs[`grad/${name}`]))(feeds(values));
    for (const [n, { parameter, offset, length }] of parameterSlots(graph.parameters).entries()) {
      const differences = Float64Array.from({ length }, (_, i) => {
        const moved = (step: number): number => {
          const copy = values.slice();
          copy[offset + i] += step;
          return at(copy);
        };
        return (moved(1e-4) - moved(-1e-4)) / 2e-4;
      });
      // Central differences of step 1e-4 in double precision; the graph's constants are single.
      expect(relativeError(grads[n].data, differences), parameter.name).toBeLessThan(2e-6);
    }
  });

  test('takes a neighbour of each image along where it needs one', () => {
    expect(graph.x).toEqual(loss.type === 'neighbours' ? [8, 6] : [4, 6]);
    expect(graph.batchSize).toBe(4);
  });
});
