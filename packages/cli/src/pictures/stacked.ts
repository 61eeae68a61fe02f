/** Codes of one number in pictures of points: the code to the right, images that stand upon each other upwards. */

/** Label of the second axis. */
export const STACKED_AXIS = 'images';

/** The first numbers of points `[count, 2]`. */
export const firstNumbers = (points: Float32Array): Float32Array =>
  Float32Array.from({ length: points.length / 2 }, (_, i) => points[2 * i]);
