/**
 * Scales images, each direction by itself: the mean of the area that a pixel covers where a direction shrinks, linear
 * between the middles of pixels where it grows.
 *
 * In: images, a size, a place. Out: their pixels in another set. Weights are whole numbers and both directions are summed
 * before the one division, which rounds half up: no sum is rounded on its way.
 */
import { type ImageShape, imageSize } from './shape.ts';
import type { ImageSet } from './types.ts';

/** Which pixels of a line make one of another, and how much of each; the weights add up to `total`. */
interface Taps {
  readonly total: number;
  readonly each: readonly { readonly from: number; readonly weights: readonly number[] }[];
}

/** Pixel `o` covers `[o * length, (o + 1) * length)` of a line whose pixels are `size` long. */
const shrinking = (length: number, size: number): Taps => ({
  total: length,
  each: Array.from({ length: size }, (_, o) => {
    const [begin, end] = [o * length, (o + 1) * length];
    const [from, to] = [Math.floor(begin / size), Math.ceil(end / size)];
    const weights = Array.from(
      { length: to - from },
      (_, i) => Math.min(end, (from + i + 1) * size) - Math.max(begin, (from + i) * size),
    );
    return { from, weights };
  }),
});

/** The middle of pixel `o` lies at `((2 o + 1) length - size) / (2 size)` between the middles of a line's pixels. */
const growing = (length: number, size: number): Taps => ({
  total: 2 * size,
  each: Array.from({ length: size }, (_, o) => {
    const at = (2 * o + 1) * length - size;
    const from = Math.floor(at / (2 * size));
    const past = at - from * 2 * size;
    // Beyond the middle of the first and the last pixel there is nothing to go on with.
    if (from < 0) return { from: 0, weights: [2 * size] };
    if (from >= length - 1) return { from: length - 1, weights: [2 * size] };
    return { from, weights: [2 * size - past, past] };
  }),
});

const tapsOf = (length: number, size: number): Taps =>
  size < length ? shrinking(length, size) : growing(length, size);

interface Place {
  readonly into: Uint8Array;
  /** Of an image in `into`. */
  readonly shape: ImageShape;
  /** Of the scaled image's corner in it; what lies outside is left out. */
  readonly top: number;
  readonly left: number;
}

/** Writes every image, scaled to `[rows, columns]`, into its place. */
export const mapPixels = (
  set: ImageSet,
  [rows, columns]: readonly [number, number],
  { into, shape, top, left }: Place,
): void => {
  const { pixels, count, height, width, channels } = set;
  const [down, right] = [tapsOf(height, rows), tapsOf(width, columns)];
  const total = down.total * right.total;
  const [first, end] = [Math.max(0, -left), Math.min(columns, shape.width - left)];
  const lines = new Float64Array(width * channels);
  for (let i = 0; i < count; i++) {
    const source = i * imageSize(set);
    for (let r = Math.max(0, -top); r < Math.min(rows, shape.height - top); r++) {
      const { from, weights } = down.each[r];
      lines.fill(0);
      for (let k = 0; k < weights.length; k++) {
        const line = source + (from + k) * width * channels;
        for (let x = 0; x < lines.length; x++) lines[x] += weights[k] * pixels[line + x];
      }
      let at = i * imageSize(shape) + ((top + r) * shape.width + left + first) * channels;
      for (let c = first; c < end; c++) {
        const taps = right.each[c];
        for (let channel = 0; channel < channels; channel++) {
          let sum = 0;
          for (let k = 0; k < taps.weights.length; k++)
            sum += taps.weights[k] * lines[(taps.from + k) * channels + channel];
          into[at++] = Math.floor((2 * sum + total) / (2 * total));
        }
      }
    }
  }
};
