/**
 * Images as a network takes them: of another size, in grey or in colour.
 *
 * In: an image set, and what is asked for. Out: another set with the same labels. All sums are of whole numbers below 2^53,
 * so they are exact and the same bytes come out in Node and in every browser.
 */
import { inputError } from '../errors.ts';
import { mapPixels } from './resize.ts';
import { type Channels, imageSize, shapeWords } from './shape.ts';
import type { Dataset, ImageSet } from './types.ts';

/** How images are brought to the shape that a network takes. */
export interface Preprocessing {
  /**
   * `pad`: shrunk, never enlarged, until the whole image lies within the size, and centred on a ground. `crop`: scaled
   * until it covers the size, and its middle taken. `stretch`: each side scaled by itself.
   */
  readonly type: 'pad' | 'crop' | 'stretch';
  /** Rows, columns; as they are when absent. */
  readonly size?: readonly [number, number];
  /** As they are when absent. */
  readonly channels?: 'grey' | 'colour';
  /** Value of what `pad` adds, 0..255; 0 when absent. */
  readonly ground?: number;
  /** Values above it become 255, all others 0; as they are when absent. */
  readonly threshold?: number;
}

/** More than an array may hold in every browser, and more than a training could keep beside its weights. */
const MAX_BYTES = 2 ** 31 - 1;

/** Luma of Rec. 601 of the colour that begins at `at`: `(299 R + 587 G + 114 B) / 1000`, rounded half up. */
export const lumaOf = (pixels: Uint8Array, at: number): number =>
  Math.floor((299 * pixels[at] + 587 * pixels[at + 1] + 114 * pixels[at + 2] + 500) / 1000);

/** The set in grey: luma of Rec. 601, `(299 R + 587 G + 114 B) / 1000`, rounded half up; itself where it is grey. */
export const inGrey = (set: ImageSet): ImageSet => {
  if (set.channels === 1) return set;
  const { pixels } = set;
  const grey = new Uint8Array(pixels.length / 3);
  for (let i = 0, at = 0; i < grey.length; i++, at += 3) grey[i] = lumaOf(pixels, at);
  return { ...set, pixels: grey, channels: 1 };
};

/** The set in colour: grey three times; itself where it is in colour. */
const inColour = (set: ImageSet): ImageSet => {
  if (set.channels === 3) return set;
  const pixels = new Uint8Array(3 * set.pixels.length);
  for (let i = 0; i < pixels.length; i++) pixels[i] = set.pixels[Math.floor(i / 3)];
  return { ...set, pixels, channels: 3 };
};

/** Where one of two lies within the other: half of what is over or cut off comes first, the smaller half of an odd number. */
const centred = (outer: number, inner: number): number => Math.trunc((outer - inner) / 2);

/** `length * to / from` to the next whole number, half up, at least 1. */
const scaled = (length: number, to: number, from: number): number =>
  Math.max(1, Math.floor((2 * length * to + from) / (2 * from)));

/** The size of the whole image once it is scaled, both sides by the same. */
const scaledSize = (
  type: Preprocessing['type'],
  { height, width }: Pick<ImageSet, 'height' | 'width'>,
  [rows, columns]: readonly [number, number],
): readonly [number, number] => {
  if (type === 'stretch') return [rows, columns];
  if (type === 'pad' && height <= rows && width <= columns) return [height, width];
  // The side that meets its target: the one that shrinks more to fit, the one that shrinks less to cover.
  const byRows = type === 'pad' ? rows * width <= columns * height : rows * width >= columns * height;
  return byRows ? [rows, scaled(width, rows, height)] : [scaled(height, columns, width), columns];
};

/** Where the whole image lies within the size that it is brought to; it may reach beyond. */
export const placeWithin = (
  type: Preprocessing['type'],
  set: Pick<ImageSet, 'height' | 'width'>,
  size: readonly [number, number],
): { readonly top: number; readonly left: number; readonly height: number; readonly width: number } => {
  const [height, width] = scaledSize(type, set, size);
  return { top: centred(size[0], height), left: centred(size[1], width), height, width };
};

const resized = (set: ImageSet, { type, size, ground = 0 }: Preprocessing): ImageSet => {
  if (!size || (size[0] === set.height && size[1] === set.width)) return set;
  const [rows, columns] = size;
  const { top, left, ...whole } = placeWithin(type, set, size);
  const shape = { height: rows, width: columns, channels: set.channels };
  const bytes = imageSize(shape);
  const pixels = new Uint8Array(set.count * bytes);
  if (ground !== 0) pixels.fill(ground);
  mapPixels(set, [whole.height, whole.width], { into: pixels, shape, top, left });
  return { ...set, ...shape, pixels };
};

/** The set in black and white alone. */
const binarised = (set: ImageSet, threshold: number): ImageSet => ({
  ...set,
  pixels: set.pixels.map((value) => (value > threshold ? 255 : 0)),
});

/**
 * The images as they are asked for; the set itself where that is how they are. Colour becomes grey before the size
 * changes, grey becomes colour after it; the threshold comes last.
 *
 * @throws LatentError (input) `too-large` where the images would take more than 2 GiB.
 */
export const preprocess = (set: ImageSet, asked: Preprocessing | undefined): ImageSet => {
  if (!asked) return set;
  const [height, width] = asked.size ?? [set.height, set.width];
  const channels: Channels = asked.channels === undefined ? set.channels : asked.channels === 'grey' ? 1 : 3;
  const shape = { height, width, channels };
  if (set.count * imageSize(shape) > MAX_BYTES) {
    throw inputError('too-large', {
      at: { subject: `${set.count} images of ${shapeWords(shape)}` },
      expected: 'at most 2 GiB of pixels',
      got: `${set.count * imageSize(shape)} bytes`,
      hint: 'ask for a smaller size in "preprocessing"',
    });
  }
  const entering = asked.channels === 'grey' ? inGrey(set) : set;
  const sized = resized(entering, asked);
  const shaped = asked.channels === 'colour' ? inColour(sized) : sized;
  return asked.threshold === undefined ? shaped : binarised(shaped, asked.threshold);
};

/** Training and test images as they are asked for. @throws LatentError (input) as `preprocess`. */
export const preprocessDataset = (dataset: Dataset, asked: Preprocessing | undefined): Dataset =>
  asked ? { ...dataset, train: preprocess(dataset.train, asked), test: preprocess(dataset.test, asked) } : dataset;
