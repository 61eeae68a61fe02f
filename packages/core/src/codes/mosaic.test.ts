import { describe, expect, it } from 'vitest';
import { findNetwork } from '../network/index.ts';
import { decodeCodes, meshCodes } from './mesh.ts';
import { decodedImages, enlarge, imageMosaic, mosaic, pictureSize, toByte } from './mosaic.ts';
import { randomModel } from './testing/mnist.ts';

describe('mosaic', () => {
  it('puts image i at row floor(i / columns) and column i % columns, with space between', async () => {
    const model = randomModel(findNetwork('dense-1'));
    const codes = meshCodes({ min: [-3, -3], max: [3, 3] }, 3).subarray(0, 14); // 7 images: the last row is not full
    const images = await decodeCodes(model, codes);
    const { width, height, pixels } = await mosaic(model, codes, { columns: 3, spacing: 2, background: 7 });
    expect([width, height]).toEqual([3 * 28 + 2 * 2, 3 * 28 + 2 * 2]);
    const expected = new Uint8Array(width * height).fill(7);
    for (let i = 0; i < 7; i++) {
      for (let y = 0; y < 28; y++) {
        for (let x = 0; x < 28; x++) {
          const at = (Math.floor(i / 3) * 30 + y) * width + (i % 3) * 30 + x;
          expected[at] = Math.round(255 * images[i * 784 + y * 28 + x]);
        }
      }
    }
    expect(pixels).toEqual(expected);
  });

  it('has neither space nor background by default', async () => {
    const model = randomModel(findNetwork('cnn-1'));
    const { width, height, pixels } = await mosaic(model, Float32Array.of(1, 1, 2, 2), { columns: 2 });
    expect([width, height, pixels.length]).toEqual([56, 28, 1568]);
  });
});

describe('imageMosaic', () => {
  const set = {
    pixels: Uint8Array.from({ length: 5 }, (_, i) => i + 1),
    labels: new Uint8Array(5),
    count: 5,
    height: 1,
    width: 1,
    channels: 1 as const,
  };

  it('puts images beside each other, or into the places that are told', () => {
    const { pixels, ...size } = imageMosaic(set, { columns: 2, background: 0 });
    expect([size, Array.from(pixels)]).toEqual([{ width: 2, height: 3, channels: 1 }, [1, 2, 3, 4, 5, 0]]);
    const told = imageMosaic(set, { columns: 3, background: 0 }, [0, 2, 3, 5, 4]);
    expect(Array.from(told.pixels)).toEqual([1, 0, 2, 3, 5, 4]);
  });

  it('keeps rows together, with more space to the next ones', () => {
    const { height, pixels } = imageMosaic(set, { columns: 1, spacing: 1, background: 0, rowsTogether: 2 });
    expect([height, Array.from(pixels)]).toEqual([15, [1, 0, 2, 0, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 5]]);
  });

  it('of decoded images is the mosaic of their codes', async () => {
    const model = randomModel(findNetwork('dense-1'));
    const codes = meshCodes({ min: [-3, -3], max: [3, 3] }, 3);
    const options = { columns: 4, spacing: 3, background: 9 };
    expect(imageMosaic(await decodedImages(model, codes), options)).toEqual(await mosaic(model, codes, options));
  });
});

describe('toByte', () => {
  it('cuts off what a relu draws above white', () => {
    expect([toByte(-0.2), toByte(0), toByte(0.5), toByte(1), toByte(3.7)]).toEqual([0, 0, 128, 255, 255]);
  });
});

describe('pictureSize', () => {
  it('has three channels where the shape says so, or where a third is a square', () => {
    expect(pictureSize([20, 30, 3], 'a')).toEqual({ height: 20, width: 30, channels: 3 });
    expect(pictureSize([3072], 'a')).toEqual({ height: 32, width: 32, channels: 3 });
  });

  it('is the square root of flat pixels, or what the shape says', () => {
    expect(pictureSize([784], 'a')).toEqual({ height: 28, width: 28, channels: 1 });
    expect(pictureSize([20, 30, 1], 'a')).toEqual({ height: 20, width: 30, channels: 1 });
    expect(pictureSize([20, 30], 'a')).toEqual({ height: 20, width: 30, channels: 1 });
  });

  it.each([[[700]], [[28, 28, 4]], [[2, 2, 1, 1]]])('%j is refused with exit 2', (shape) => {
    expect(() => pictureSize(shape, 'odd')).toThrow(expect.objectContaining({ code: 'not-a-picture', kind: 'input' }));
  });
});

describe('enlarge', () => {
  it('keeps the channels of a pixel together', () => {
    const { pixels } = enlarge({ width: 2, height: 1, channels: 3, pixels: Uint8Array.of(1, 2, 3, 7, 8, 9) }, 2);
    expect([...pixels]).toEqual([1, 2, 3, 1, 2, 3, 7, 8, 9, 7, 8, 9, 1, 2, 3, 1, 2, 3, 7, 8, 9, 7, 8, 9]);
  });

  it('repeats every pixel in both directions', () => {
    const { width, height, pixels } = enlarge({ width: 2, height: 1, channels: 1, pixels: Uint8Array.of(1, 9) }, 2);
    expect([width, height, ...pixels]).toEqual([4, 2, 1, 1, 9, 9, 1, 1, 9, 9]);
  });
});
