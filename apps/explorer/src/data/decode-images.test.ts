import { encodeNpy } from 'latent-plane';
import { describe, expect, it } from 'vitest';
import { fillPixels } from '../picture/rgba.ts';
import { decodeImages } from './decode-images.ts';
import { imageOf } from './images.ts';

const pixels = Uint8Array.from({ length: 12 }, (_, i) => 20 * i);
const file = (...dims: readonly number[]): Uint8Array => encodeNpy({ dims, data: pixels });

describe('decodeImages', () => {
  it('takes images of three dimensions as grey, and those of four by their channels', () => {
    expect(decodeImages(file(3, 2, 2), 'a')).toEqual({ count: 3, height: 2, width: 2, channels: 1, pixels });
    expect(decodeImages(file(2, 1, 2, 3), 'a')).toEqual({ count: 2, height: 1, width: 2, channels: 3, pixels });
  });

  it.each([[[12]], [[3, 1, 1, 4]], [[1, 2, 1, 2, 3]]])('refuses %j', (dims) => {
    expect(() => decodeImages(file(...dims), 'images.npy')).toThrow(
      /^explorer-data: images\.npy: expected uint8 images/,
    );
  });

  it('gives each image whole', () => {
    const images = { ...decodeImages(file(2, 1, 2, 3), 'a'), from: 5 };
    expect([...(imageOf(images, 6) ?? [])].map((value) => Math.round(255 * value))).toEqual([...pixels.subarray(6)]);
    expect(imageOf(images, 7)).toBeNull();
  });
});

describe('fillPixels', () => {
  const filled = (values: readonly number[]): number[] => {
    const data = new Uint8ClampedArray(8);
    fillPixels({ data, width: 2, height: 1 }, values);
    return [...data];
  };

  it('draws one value a pixel in grey, and three in colour', () => {
    expect(filled([0, 1])).toEqual([0, 0, 0, 255, 255, 255, 255, 255]);
    expect(filled([1, 0, 0, 0, 0.5, 2])).toEqual([255, 0, 0, 255, 0, 128, 255, 255]);
  });
});
