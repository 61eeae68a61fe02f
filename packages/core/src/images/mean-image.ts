/** The mean of a set's images, pixel by pixel. */
import { imageSize } from './shape.ts';
import { piecesOf } from './stored.ts';
import type { AnyImages, ImageSet } from './types.ts';

const addTo = (sums: Float64Array, { pixels, count }: ImageSet): void => {
  for (let i = 0, at = 0; i < count; i++) for (let p = 0; p < sums.length; p++) sums[p] += pixels[at++];
};

/** `[pixels, channels]`, 0..1, in double precision; the sums are of integers and so exact, in whatever order they are added. */
export const meanImage = (set: ImageSet): Float64Array => {
  const sums = new Float64Array(imageSize(set));
  addTo(sums, set);
  return sums.map((sum) => sum / (255 * set.count));
};

/** The same of images that may have to be read. */
export const meanOf = async (images: AnyImages): Promise<Float64Array> => {
  const sums = new Float64Array(imageSize(images));
  for await (const piece of piecesOf(images)) addTo(sums, piece);
  return sums.map((sum) => sum / (255 * images.count));
};

/** The mean of each channel of a mean image, 0..1. */
export const channelMeans = (mean: Float64Array, channels: number): readonly number[] =>
  Array.from({ length: channels }, (_, c) => {
    const own = mean.filter((_value, i) => i % channels === c);
    return own.reduce((sum, value) => sum + value, 0) / own.length;
  });
