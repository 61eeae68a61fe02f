/**
 * Facts of an image set, counted.
 *
 * In: an image set. Out: plain numbers.
 */
import type { ImageSet } from 'latent-plane';

/** How many images there are of each class: `[classCount]`; none of images without labels. */
export function classCounts(set: Pick<ImageSet, 'labels'>, classCount: number): number[] {
  const counts = new Array<number>(classCount).fill(0);
  if (classCount > 0) for (const label of set.labels) counts[label]++;
  return counts;
}

/**
 * Mean and standard deviation over all pixels, 0..1.
 * Summed over the 256 grey levels in whole numbers, so the result does not depend on the order of the pixels.
 */
export function pixelMoments(set: ImageSet): { mean: number; std: number } {
  const histogram = new Float64Array(256);
  for (let i = 0; i < set.pixels.length; i++) histogram[set.pixels[i]]++;
  let sum = 0;
  let squares = 0;
  for (let level = 0; level < 256; level++) {
    sum += level * histogram[level];
    squares += level * level * histogram[level];
  }
  const mean = sum / set.pixels.length;
  return { mean: mean / 255, std: Math.sqrt(squares / set.pixels.length - mean * mean) / 255 };
}
