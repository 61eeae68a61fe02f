/**
 * Small questions about shapes.
 *
 * In: shapes without the batch axis. Out: counts, comparisons and their two spellings. Nothing here infers a shape.
 */

/** Dimensions without the batch axis, channels last: `[units]` or `[height, width, channels]`. */
export type Shape = readonly number[];

/** Rows, columns. */
export type Size2D = readonly [number, number];

/** Elements of one array of this shape: the product of its dimensions, 1 for `[]`. */
export const elementCount = (shape: Shape): number => shape.reduce((product, dimension) => product * dimension, 1);

/** Whether two shapes have the same dimensions in the same order. */
export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);

/** As people read it: `32x48x1`, `16`. */
export const formatShape = (shape: Shape): string => shape.join('x');

/** As errors spell it, with the batch axis: `[batch, 32, 48, 1]`. */
export const formatBatchShape = (shape: readonly (number | string)[]): string => `[${['batch', ...shape].join(', ')}]`;
