/**
 * Changes the images of a batch at random, each by displacements and changes of its pixels' values of its own.
 *
 * In: images as the graph reads them, a recipe's augmentations, seed and step. Out: the same buffer with other images.
 * All displacements of an image are added and it is sampled once, linearly between pixels, black outside; then the values
 * change. Plain arithmetic in double precision: the same bytes in Node and in every browser, whatever the engine.
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

/** How an augmentation with its values changes the pixels of an image where they stand. */
export interface Alteration {
  /** Numbers of 0 to 1, all alike, for one image. */
  draws(size: ImageSize): number;
  /** Changes one image, whose values stay within 0 to 1. */
  alter(draws: Float32Array, image: Float32Array, size: ImageSize): void;
}

/** An augmentation with its values; all that it draws comes from the stream of that name. */
export interface ImageChange {
  readonly name: string;
  readonly displacement?: Displacement;
  readonly alteration?: Alteration;
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

/** The random numbers of one step: of all images, and where those of one begin. */
interface Drawn<Effect> {
  readonly effect: Effect;
  readonly of: (image: number) => Float32Array;
}

const drawn = <Effect extends Displacement | Alteration>(
  effect: Effect | undefined,
  size: ImageSize,
  count: number,
  fill: (numbers: Float32Array) => void,
): readonly Drawn<Effect>[] => {
  if (effect === undefined) return [];
  const each = effect.draws(size);
  const numbers = new Float32Array(each * count);
  fill(numbers);
  return [{ effect, of: (image) => numbers.subarray(image * each, (image + 1) * each) }];
};

/** A function that changes the images of a batch; see `Warp`. */
export const createWarp = (changes: readonly ImageChange[], size: ImageSize, seed: number): Warp => {
  const { height, width, channels = 1 } = size;
  const pixels = height * width;
  const offsets: Offsets = { rows: new Float64Array(pixels), columns: new Float64Array(pixels) };
  const values = imageSize(size);
  const source = new Float32Array(values);
  return (images, count, step) => {
    const moves = changes.flatMap(({ name, displacement }) =>
      drawn(displacement, size, count, (numbers) => new RandomStream(seed, name, step).fillNormal(numbers)),
    );
    const alterations = changes.flatMap(({ name, alteration }) =>
      drawn(alteration, size, count, (numbers) => new RandomStream(seed, name, step).fillUniform(numbers, 0, 1)),
    );
    for (let i = 0; i < count; i++) {
      const image = images.subarray(i * values, (i + 1) * values);
      if (moves.length > 0) {
        offsets.rows.fill(0);
        offsets.columns.fill(0);
        for (const { effect, of } of moves) effect.displace(of(i), offsets, size);
        source.set(image);
        for (let channel = 0; channel < channels; channel++) resample(source, image, offsets, size, channel);
      }
      for (const { effect, of } of alterations) effect.alter(of(i), image, size);
    }
  };
};
