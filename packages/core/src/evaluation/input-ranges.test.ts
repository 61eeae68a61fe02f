import { describe, expect, it } from 'vitest';
import type { ImageSet } from '../images/index.ts';
import { type AutoencoderSpec, networks, networkWithInputRange, resolveNetwork } from '../network/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { otherRange } from './input-ranges.ts';

const [zoo] = networks;
/** Gives what it takes: four pixels, a code of four. */
const spec: AutoencoderSpec = {
  ...resolveNetwork(zoo).spec,
  kind: 'autoencoder',
  published: null,
  id: 'same',
  inputShape: [4],
  encoder: [{ type: 'dense', units: 4, activation: 'linear' }],
  decoder: [{ type: 'dense', units: 4, activation: 'tanh' }],
};
const network = resolveNetwork(spec);
/** The decoder's tanh keeps numbers within -1 and 1 as they are, nearly, where they are small, and cuts larger ones off. */
const modelOf = (scale: number, offset: number) => {
  const kernel = (by: number) => Float32Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? by : 0));
  return {
    network,
    weights: new Map([
      ['encoder/dense/kernel', kernel(scale)],
      ['encoder/dense/bias', new Float32Array(4).fill(offset)],
      ['decoder/dense/kernel', kernel(1)],
      ['decoder/dense/bias', new Float32Array(4)],
    ]),
    runtime: nodeRuntime,
  };
};
const images: ImageSet = {
  pixels: Uint8Array.from({ length: 80 }, (_, i) => (i % 3 === 0 ? 255 : 0)),
  labels: new Uint8Array(20),
  count: 20,
  height: 2,
  width: 2,
  channels: 1,
};

describe('the range in which a network takes pixels', () => {
  it('is found where another fits far better, and no more once it is taken', async () => {
    // tanh of 4 x - 1 gives -1 and 1 again to a hundredth, and -0.76 for 0.
    const found = await otherRange(modelOf(4, -1), images);
    expect(found).toMatchObject({ black: -1, white: 1 });
    expect(found?.mse).toBeLessThan(0.0001);
    expect(found?.own).toBeGreaterThan(0.3);
    const taken = networkWithInputRange(network, { black: -1, white: 1 });
    expect(await otherRange({ ...modelOf(4, -1), network: taken }, images)).toBeNull();
  });

  it('is left alone where all answers are no numbers', async () => {
    expect(await otherRange(modelOf(Number.NaN, 0), images)).toBeNull();
  });
});
