/**
 * A code in words, and on what plane it is shown.
 *
 * In: the shape of what leaves an encoder. Out: text.
 */
import type { Shape } from 'latent-plane';

/** `a code of 20 numbers`, `a code of 7 × 7 × 16 numbers` */
export const codeWords = (shape: Shape): string => {
  const isOne = shape.every((size) => size === 1);
  return `a code of ${shape.join(' × ')} ${isOne ? 'number' : 'numbers'}`;
};

/** On what codes are shown that are not two numbers; null for those that are. */
export const planeWords = (shape: Shape): string | null => {
  const size = shape.reduce((product, length) => product * length, 1);
  if (size === 2) return null;
  const words = codeWords(shape);
  return `${words[0].toUpperCase()}${words.slice(1)} is shown on ${size === 1 ? 'its line' : 'the plane of its first two principal components'}.`;
};
