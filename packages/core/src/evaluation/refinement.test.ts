import { describe, expect, test } from 'vitest';
import {
  compileRefinement,
  findNetwork,
  initializeParameters,
  parameterSlots,
  resolveNetwork,
} from '../network/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { evaluator } from '../tensor/evaluate.ts';
import { randomArray } from '../tensor/testing/gradient-check.ts';
import { refineCodes } from './refinement.ts';

const network = resolveNetwork(findNetwork('dense-1'));
const flat = initializeParameters(network.parameters, 1);
const weights = new Map(
  parameterSlots(network.parameters).map(({ parameter, offset, length }) => [
    parameter.name,
    flat.subarray(offset, offset + length),
  ]),
);
const image = (i: number): number[] => Array.from({ length: 784 }, (_, p) => ((p + 1) * (i + 3)) % 256);
const set = {
  pixels: Uint8Array.from([0, 1, 2].flatMap(image)),
  labels: Uint8Array.of(0, 1, 2),
  count: 3,
  height: 28,
  width: 28,
  channels: 1 as const,
};

describe('refined codes', () => {
  test('begin at the error of the encoder and are never worse', async () => {
    const model = { network, weights, runtime: nodeRuntime, threads: 1 };
    const none = await refineCodes(model, set, { steps: 0 });
    const some = await refineCodes(model, set, { steps: 10 });
    expect(none.refined).toBe(none.encoded);
    expect(some.encoded).toBe(none.encoded);
    expect(some.refined).toBeLessThan(none.refined);
  });

  test('follow the slope of finite differences', () => {
    const graph = compileRefinement(network, 2);
    const evaluate = evaluator([graph.outputs.error, graph.outputs.slope]);
    const parameters = Object.fromEntries(
      network.parameters.map(({ name, shape }) => [name, { dims: shape, data: weights.get(name) ?? [] }]),
    );
    const code = randomArray('code', [2, 2]);
    const at = (data: Float64Array) =>
      evaluate({ ...parameters, image: randomArray('image', [2, 784], 0, 1), code: { dims: [2, 2], data } });
    const [, slope] = at(code.data);
    for (let j = 0; j < 4; j++) {
      const moved = (step: number): number => {
        const data = code.data.slice();
        data[j] += step;
        return at(data)[0].data[Math.floor(j / 2)];
      };
      expect(slope.data[j]).toBeCloseTo((moved(1e-4) - moved(-1e-4)) / 2e-4, 6);
    }
  });
});
