import { describe, expect, test } from 'vitest';
import type { ImageSet } from '../images/index.ts';
import { initializeParameters, parameterSlots, parseNetworkFile, resolveNetwork } from '../network/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { divergencePerDimension } from './divergence.ts';
import { measureLoss } from './loss.ts';

const COUNT = 503;
const PIXELS = 6;

const images: ImageSet = {
  count: COUNT,
  height: 2,
  width: 3,
  channels: 1,
  pixels: Uint8Array.from({ length: COUNT * PIXELS }, (_, i) => (i * 37) % 256),
  labels: new Uint8Array(COUNT),
};

const network = (epsilonStd: number, weight: number) => {
  const text = `
inputShape: [${PIXELS}]
encoder:
  - { type: dense, name: z_mean, units: 2, inputs: [input] }
  - { type: dense, name: z_log_var, units: 2, inputs: [input] }
  - { type: sampling, epsilonStd: ${epsilonStd}, inputs: [z_mean, z_log_var] }
decoder: [{ type: dense, units: ${PIXELS}, activation: sigmoid }]
loss: { reconstruction: { type: mse, reduction: sum }, terms: [{ type: kl, weight: ${weight} }] }`;
  return resolveNetwork(parseNetworkFile(text, 'small.yaml').spec);
};

const weightsOf = ({ parameters }: ReturnType<typeof network>) => {
  const flat = initializeParameters(parameters, 3);
  return new Map(
    parameterSlots(parameters).map(({ parameter, offset, length }) => [
      parameter.name,
      flat.subarray(offset, offset + length),
    ]),
  );
};

describe('the loss of images', () => {
  test('is the error of the decoded mean and the divergence of both heads where no noise is drawn', async () => {
    const net = network(0, 0.5);
    const weights = weightsOf(net);
    const of = (name: string) => weights.get(name) ?? new Float32Array();
    const product = (x: readonly number[], kernel: Float32Array, units: number) =>
      Array.from({ length: units }, (_, u) => x.reduce((sum, value, i) => sum + value * kernel[i * units + u], 0));
    let [error, divergence] = [0, 0];
    const byDimension = [0, 0];
    for (let i = 0; i < COUNT; i++) {
      const x = Array.from({ length: PIXELS }, (_, p) => images.pixels[i * PIXELS + p] / 255);
      const mean = product(x, of('encoder/z_mean/kernel'), 2);
      const logVariance = product(x, of('encoder/z_log_var/kernel'), 2);
      const y = product(mean, of('decoder/dense/kernel'), PIXELS).map((sum) => 1 / (1 + Math.exp(-sum)));
      error += y.reduce((sum, value, p) => sum + (value - x[p]) ** 2, 0);
      mean.forEach((m, d) => {
        const own = 0.5 * (m * m + Math.exp(logVariance[d]) - logVariance[d] - 1);
        divergence += own;
        byDimension[d] += own / COUNT;
      });
    }
    const loss = await measureLoss({ network: net, weights, runtime: nodeRuntime }, images);
    expect(loss.parts.map(({ name, weight }) => [name, weight])).toEqual([
      ['mean squared error summed over pixels', 1],
      ['KL divergence', 0.5],
    ]);
    // Single precision against double.
    expect(loss.parts[0].value).toBeCloseTo(error / COUNT, 5);
    expect(loss.parts[1].value).toBeCloseTo(divergence / COUNT, 5);
    expect(loss.value).toBeCloseTo((error + 0.5 * divergence) / COUNT, 5);
    const found = await divergencePerDimension({ network: net, weights, runtime: nodeRuntime }, images);
    expect(found).toHaveLength(2);
    found?.forEach((value, d) => void expect(value).toBeCloseTo(byDimension[d], 5));
  });

  test('takes one sample of a code, which the seed decides', async () => {
    const net = network(1, 1);
    const model = { network: net, weights: weightsOf(net), runtime: nodeRuntime };
    const [first, again, other] = [
      await measureLoss(model, images),
      await measureLoss(model, images, { seed: 1 }),
      await measureLoss(model, images, { seed: 2 }),
    ];
    expect(again).toEqual(first);
    expect(other.parts[1]).toEqual(first.parts[1]);
    expect(other.parts[0].value).not.toBe(first.parts[0].value);
  });
});
