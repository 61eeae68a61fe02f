import { describe, expect, it } from 'vitest';
import { findNetwork } from '../network/index.ts';
import { decodeCodes, decodeEach, meshCodes } from './mesh.ts';
import { denseByLoops, randomModel } from './testing/mnist.ts';

describe('meshCodes', () => {
  it('goes along x first and down from the largest y, both bounds included', () => {
    expect(Array.from(meshCodes({ min: [0, 10], max: [4, 30] }, 3))).toEqual(
      [
        [0, 30],
        [2, 30],
        [4, 30],
        [0, 20],
        [2, 20],
        [4, 20],
        [0, 10],
        [2, 10],
        [4, 10],
      ].flat(),
    );
  });

  it('meets bounds exactly that are no short binary fractions', () => {
    const bounds = { min: [-0.1, 0.7], max: [0.3, 0.9] };
    const codes = meshCodes(bounds, 100);
    expect([codes[0], codes[1]]).toEqual([Math.fround(-0.1), Math.fround(0.9)]);
    expect([codes.at(-2), codes.at(-1)]).toEqual([Math.fround(0.3), Math.fround(0.7)]);
  });

  it('is the middle for one point, and one point where the bounds have no extent', () => {
    expect(Array.from(meshCodes({ min: [0, -1], max: [1, 1] }, 1))).toEqual([0.5, 0]);
    expect(new Set(meshCodes({ min: [0.5, 0.5], max: [0.5, 0.5] }, 4))).toEqual(new Set([0.5]));
  });

  it.each([0, -3, 2.5, 1001, Number.NaN])('of %d points a side is refused with exit 2', (n) => {
    const mesh = (): unknown => meshCodes({ min: [0, 0], max: [1, 1] }, n);
    expect(mesh).toThrow(expect.objectContaining({ code: 'mesh-size', kind: 'input' }));
  });
});

describe('decodeCodes', () => {
  it('draws what plain loops over the layers give, beyond one batch too', async () => {
    const model = randomModel(findNetwork('dense-1'));
    const codes = meshCodes({ min: [-2, -2], max: [3, 3] }, 23);
    const images = await decodeCodes(model, codes);
    expect(images.length).toBe(529 * 784);
    for (const i of [0, 22, 499, 500, 528]) {
      const expected = denseByLoops(model, 'decoder', codes.subarray(2 * i, 2 * i + 2));
      for (let p = 0; p < 784; p += 13) expect(images[i * 784 + p]).toBeCloseTo(expected[p], 5);
    }
  });

  it('of a convolutional decoder is 28 x 28 pixels an image', async () => {
    const images = await decodeCodes(randomModel(findNetwork('cnn-1')), Float32Array.of(0.5, 1, 2, 3));
    expect(images.length).toBe(2 * 784);
  });

  it('of no code is no image', async () => {
    expect((await decodeCodes(randomModel(findNetwork('dense-1')), new Float32Array(0))).length).toBe(0);
  });
});

describe('decodeEach', () => {
  it('hands out every code once, in order', async () => {
    const parts: number[][] = [];
    const codes = meshCodes({ min: [0, 0], max: [1, 1] }, 30);
    await decodeEach(randomModel(findNetwork('dense-1')), codes, (_, from, to) => {
      parts.push([from, to]);
    });
    expect(parts).toEqual([
      [0, 500],
      [500, 900],
    ]);
  });
});
