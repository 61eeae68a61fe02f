/**
 * Changes the images of a batch at random, each by displacements of its own.
 *
 * In: images as the graph reads them, a recipe's augmentations, seed and step. Out: the same buffer with other images.
 * All displacements of an image are added and it is sampled once, linearly between pixels, black outside. Plain
 * arithmetic in double precision: the same bytes in Node and in every browser, whatever the engine.
 */
import { type ImageShape, imageSize } from '../images/index.ts';
import { RandomStream } from '../random/index.ts';

export type ImageSize = ImageShape;

/** For each pixel, where its value is taken from: so many rows further down, so many columns further right. */
export interface Offsets {
  readonly rows: Float64Array;
  readonly columns: Float64Array;
}

/** How an augmentation with its values moves the pixels of an image. */
export interface Displacement {
  /** Standard normal numbers for one image. */
  draws(size: ImageSize): number;
  /** Adds its offsets of one image to those that are there. */
  displace(draws: Float32Array, offsets: Offsets, size: ImageSize): void;
}

/** Changes the first `count` images of a buffer in place, by the random numbers of one step. */
export type Warp = (images: Float32Array, count: number, step: number) => void;

/** Samples one channel of an image at its pixels' offsets, from `source` into `out`. */
const resample = (
  source: Float32Array,
  out: Float32Array,
  { rows, columns }: Offsets,
  { height, width, channels = 1 }: ImageSize,
  channel: number,
): void => {
  const row = width * channels;
  let at = 0;
  for (let r = 0; r < height; r++) {
    for (let c = 0; c < width; c++, at++) {
      const y = r + rows[at];
      const x = c + columns[at];
      const top = Math.floor(y);
      const left = Math.floor(x);
      if (top < -1 || left < -1 || top >= height || left >= width) {
        out[at * channels + channel] = 0;
        continue;
      }
      const down = y - top;
      const right = x - left;
      const from = top * row + left * channels + channel;
      const [above, below] = [top >= 0, top < height - 1];
      const [before, after] = [left >= 0, left < width - 1];
      const a = above && before ? source[from] : 0;
      const b = above && after ? source[from + channels] : 0;
      const d = below && before ? source[from + row] : 0;
      const e = below && after ? source[from + row + channels] : 0;
      out[at * channels + channel] = (1 - down) * (a + (b - a) * right) + down * (d + (e - d) * right);
    }
  }
};

/** @param displacements - each with the name of its random stream. */
export const createWarp = (
  displacements: readonly (Displacement & { readonly name: string })[],
  size: ImageSize,
  seed: number,
): Warp => {
  const { height, width, channels = 1 } = size;
  const pixels = height * width;
  const offsets: Offsets = { rows: new Float64Array(pixels), columns: new Float64Array(pixels) };
  const values = imageSize(size);
  const source = new Float32Array(values);
  return (images, count, step) => {
    const drawn = displacements.map((displacement) => {
      const each = displacement.draws(size);
      const numbers = new Float32Array(each * count);
      new RandomStream(seed, displacement.name, step).fillNormal(numbers);
      return { displacement, each, numbers };
    });
    for (let i = 0; i < count; i++) {
      offsets.rows.fill(0);
      offsets.columns.fill(0);
      for (const { displacement, each, numbers } of drawn)
        displacement.displace(numbers.subarray(i * each, (i + 1) * each), offsets, size);
      const image = images.subarray(i * values, (i + 1) * values);
      source.set(image);
      for (let channel = 0; channel < channels; channel++) resample(source, image, offsets, size, channel);
    }
  };
};
