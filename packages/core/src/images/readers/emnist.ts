/**
 * EMNIST: the same files as those of MNIST under other names, transposed, with letters among the classes.
 *
 * Source: Cohen et al., EMNIST: an extension of MNIST to handwritten letters, arXiv 1702.05373, 2017; the order of classes
 * is that of the mapping files that come with it.
 */
import type { Part } from './container.ts';

const DIGITS = [...'0123456789'];
const CAPITALS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
/** Letters whose small form is not that of the capital. */
const MERGED = [...'abdefghnqrt'];

/** By class index; labels of `letters` begin at 1, and nothing has the label 0. */
const CLASSES: Readonly<Record<string, readonly string[] | undefined>> = {
  letters: ['(none)', ...CAPITALS],
  digits: DIGITS,
  mnist: DIGITS,
  balanced: [...DIGITS, ...CAPITALS, ...MERGED],
  bymerge: [...DIGITS, ...CAPITALS, ...MERGED],
  byclass: [...DIGITS, ...CAPITALS, ...CAPITALS.map((letter) => letter.toLowerCase())],
};

/** Whether files with this prefix are EMNIST's. */
export const isEmnist = (prefix: string): boolean => /(^|[-_.])emnist([-_.]|$)/.test(prefix);

/** Names of the classes of `emnist-letters` and its like; undefined of a variant that is not known. */
export const emnistClasses = (prefix: string): readonly string[] | undefined =>
  CLASSES[prefix.replace(/^.*emnist[-_.]?/, '')];

/** Rows as columns, in every image. */
export const transposed = (part: Part): Part => {
  const { height, width, channels, count } = part;
  const pixels = new Uint8Array(part.pixels.length);
  const size = height * width * channels;
  for (let image = 0, to = image * size; image < count; image++)
    for (let column = 0; column < width; column++)
      for (let row = 0; row < height; row++) {
        const from = image * size + (row * width + column) * channels;
        for (let channel = 0; channel < channels; channel++) pixels[to++] = part.pixels[from + channel];
      }
  return { ...part, pixels, height: width, width: height };
};
