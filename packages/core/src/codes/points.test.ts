import { describe, expect, it } from 'vitest';
import { parseNetworkFile } from '../network/index.ts';
import { axesPlane, codesOfPlane, freePlane } from './code-plane.ts';
import { decodeCodes, decodePoints, meshCodes } from './mesh.ts';
import { gridOfImages, mosaic, toByte } from './mosaic.ts';
import { randomModel } from './testing/mnist.ts';

const { spec } = parseNetworkFile(
  `
inputShape: [36]
encoder: [{ type: dense, units: 5 }]
decoder: [{ type: dense, units: 36, activation: sigmoid }]
loss: { reconstruction: { type: mse } }`,
  'five.yaml',
);
const model = randomModel(spec);
const plane = freePlane([1, 0, -1, 0.5, 0], [1, 1, 0, 0, 2], [0, 1, -1, 1, 0]);
const points = meshCodes({ min: [-1, -2], max: [3, 2] }, 7);

describe('points of a plane through codes of five numbers', () => {
  it('are decoded as their codes are', async () => {
    const drawn = new Float32Array(49 * 36);
    await decodePoints(model, plane, points, (images, from, to) => {
      drawn.set(images.subarray(0, (to - from) * 36), from * 36);
    });
    expect(drawn).toEqual(await decodeCodes(model, codesOfPlane(plane, points)));
  });

  it('make the mosaic that their codes make', async () => {
    const options = { columns: 7, spacing: 1 };
    expect(await mosaic(model, points, { ...options, plane })).toEqual(
      await mosaic(model, codesOfPlane(plane, points), options),
    );
  });

  it('are refused of a plane through codes of another size', async () => {
    await expect(mosaic(model, points, { columns: 7, plane: axesPlane(4, [0, 1]) })).rejects.toThrow(
      /a plane through codes of 4 of a model with codes of 5/,
    );
  });
});

describe('a grid of images', () => {
  it('is the mosaic of the same images, and leaves places empty', async () => {
    const codes = codesOfPlane(plane, points.subarray(0, 10));
    const drawn = Uint8Array.from(await decodeCodes(model, codes), toByte);
    const images = Array.from({ length: 5 }, (_, i) => drawn.subarray(36 * i, 36 * i + 36));
    const options = { columns: 3, spacing: 2, background: 9 };
    const tile = { height: 6, width: 6, channels: 1 } as const;
    expect(gridOfImages(images, tile, options)).toEqual(await mosaic(model, codes, options));
    const { pixels } = gridOfImages([null, images[1]], tile, { columns: 2, background: 9 });
    expect(Array.from(pixels.subarray(0, 6))).toEqual(new Array(6).fill(9));
    expect(pixels.subarray(6, 12)).toEqual(images[1].subarray(0, 6));
  });
});
