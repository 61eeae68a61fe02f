/**
 * A code in words, and whether it is a point of the plane.
 *
 * In: the shape of what leaves an encoder. Out: text.
 */
import type { Shape } from 'latent-plane';

/** Whether codes are two numbers in a row: where a point lies on the plane. */
export const isPlaneCode = (shape: Shape): boolean => shape.length === 1 && shape[0] === 2;

/** `a code of 20 numbers`, `a code of 7 × 7 × 16 numbers` */
export const codeWords = (shape: Shape): string => {
  const isOne = shape.every((size) => size === 1);
  return `a code of ${shape.join(' × ')} ${isOne ? 'number' : 'numbers'}`;
};

/** Why there is no plane, and what is shown instead. */
export const noPlaneWords = (shape: Shape): string => {
  const words = codeWords(shape);
  return `${words[0].toUpperCase()}${words.slice(1)} is not drawn as a plane yet: it takes two. Images and their reconstructions are shown in its place.`;
};
