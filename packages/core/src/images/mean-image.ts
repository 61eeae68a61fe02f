/** The mean of a set's images, pixel by pixel. */
import { imageSize } from './shape.ts';
import type { ImageSet } from './types.ts';

/** `[pixels, channels]`, 0..1, in double precision; the sums are of integers and so exact, in whatever order they are added. */
export const meanImage = (set: ImageSet): Float64Array => {
  const { pixels, count } = set;
  const size = imageSize(set);
  const sums = new Float64Array(size);
  for (let i = 0, at = 0; i < count; i++) for (let p = 0; p < size; p++) sums[p] += pixels[at++];
  return sums.map((sum) => sum / (255 * count));
};

/** The mean of each channel of a mean image, 0..1. */
export const channelMeans = (mean: Float64Array, channels: number): readonly number[] =>
  Array.from({ length: channels }, (_, c) => {
    const own = mean.filter((_value, i) => i % channels === c);
    return own.reduce((sum, value) => sum + value, 0) / own.length;
  });
