/**
 * How an image is laid out in pieces that a network takes: one where it is small enough, else tiles that overlap.
 *
 * In: the lengths that the network takes along an axis, that of the image. Out: where tiles begin, how long they are, and
 * which part of each is kept. Tiles begin at multiples of the network's step, so its strides fall on the same pixels as over
 * the whole image.
 */
import { type Lengths, lengthFrom } from '../network/index.ts';

/** Tiles along one axis. */
export interface AxisTiles {
  /** Of each tile; beyond the image its last pixels are repeated. */
  readonly length: number;
  /** First pixels, ascending, the first 0. */
  readonly starts: readonly number[];
  /** Of each tile, the first pixel of the image that is kept of it, and one past the last. */
  readonly kept: readonly (readonly [from: number, to: number])[];
}

/**
 * @param length - of the image.
 * @param most - no tile is longer, where the network takes a length that is not.
 * @param margin - pixels at the edges of a tile that are not kept where another tile lies there.
 * @returns null where the network's steps are so long that tiles of that length cannot overlap so far.
 */
export const axisTiles = (lengths: Lengths, length: number, most: number, margin: number): AxisTiles | null => {
  const whole = lengthFrom(lengths, length);
  if (whole <= most) return { length: whole, starts: [0], kept: [[0, length]] };
  const { step } = lengths;
  const tile = lengthFrom(lengths, most - step + 1);
  const stride = step * Math.floor((tile - 2 * margin) / step);
  if (stride <= 0) return null;
  const last = step * Math.ceil((length - tile) / step);
  const starts = [...Array.from({ length: Math.ceil(last / stride) }, (_, i) => i * stride), last];
  const cut = (i: number): number => (i === 0 ? 0 : i === starts.length ? length : starts[i] + margin);
  return { length: tile, starts, kept: starts.map((_, i) => [cut(i), cut(i + 1)]) };
};
