import { expect, it } from 'vitest';
import { meanImage } from './mean-image.ts';

const [count, height, width] = [501, 3, 2];
const size = height * width;
const pixels = Uint8Array.from({ length: count * size }, (_, i) => (i * 167 + (i >> 3) * 29) % 256);
const set = { pixels, count, height, width, channels: 1 as const, labels: new Uint8Array(count) };

it('the mean of each pixel is its exact sum divided once, in whatever order it is added', () => {
  const backwards = Float64Array.from({ length: size }, (_, p) => {
    let sum = 0;
    for (let i = count - 1; i >= 0; i--) sum += pixels[i * size + p];
    return sum / (255 * count);
  });
  expect(meanImage(set)).toStrictEqual(backwards);
});

it('white images have a mean of exactly 1, whatever their number', () => {
  const white = { ...set, pixels: new Uint8Array(count * size).fill(255) };
  expect(meanImage(white)).toStrictEqual(new Float64Array(size).fill(1));
});
