/** The mean of a set's images, pixel by pixel. */
import type { ImageSet } from './types.ts';

/** `[pixels]`, 0..1, in double precision; the sums are of integers and so exact, in whatever order they are added. */
export const meanImage = ({ pixels, count, height, width }: ImageSet): Float64Array => {
  const size = height * width;
  const sums = new Float64Array(size);
  for (let i = 0, at = 0; i < count; i++) for (let p = 0; p < size; p++) sums[p] += pixels[at++];
  return sums.map((sum) => sum / (255 * count));
};
