/** Where a layer stands in a network, and the errors of one that cannot stand there. */
import { type ErrorPlace, inputError, type LatentError } from '../errors.ts';
import type { Shape } from '../tensor/index.ts';
import { formatBatchShape } from '../tensor/shape.ts';

/** Which half of a network a layer belongs to. */
export type PartName = 'encoder' | 'decoder' | 'classifier';

/** Where a layer stands, for error messages. */
export interface LayerPlace {
  readonly networkId: string;
  readonly part: PartName;
  /** Name within the part: `dense_1`. */
  readonly layer: string;
}

/** As errors have it. */
export const errorPlace = ({ networkId, part, layer }: LayerPlace): ErrorPlace => ({ network: networkId, part, layer });

/**
 * The error of a layer that cannot follow the shape it is given.
 *
 * @param expected - without the batch axis; words for dimensions that may be anything.
 * @param step - what to do about it.
 */
export const shapeMismatch = (
  place: LayerPlace,
  expected: readonly (number | string)[],
  got: Shape,
  step: string,
): LatentError =>
  inputError('shape-mismatch', {
    at: errorPlace(place),
    expected: formatBatchShape(expected),
    got: formatBatchShape(got),
    hint: step,
  });

/** Rows, columns and channels of an image shape. @throws LatentError `shape-mismatch` for any other rank. */
export const requireImageShape = (shape: Shape, place: LayerPlace): readonly [number, number, number] => {
  if (shape.length !== 3) {
    const step = 'put `reshape` before it or feed images of rows x columns x channels';
    throw shapeMismatch(place, ['rows', 'columns', 'channels'], shape, step);
  }
  return [shape[0], shape[1], shape[2]];
};

/** Length of a vector shape. @throws LatentError `shape-mismatch` for any other rank. */
export const requireVectorShape = (shape: Shape, place: LayerPlace): number => {
  if (shape.length !== 1) {
    const elements = shape.reduce((product, dimension) => product * dimension, 1);
    throw shapeMismatch(place, [elements], shape, 'put `flatten` before it');
  }
  return shape[0];
};

/** Rows and columns that a window fits in. @throws LatentError `shape-mismatch` for an image that is smaller. */
export const requireWindow = (
  shape: Shape,
  [rows, columns]: readonly [number, number],
  what: 'kernel' | 'window',
  place: LayerPlace,
): readonly [number, number, number] => {
  const image = requireImageShape(shape, place);
  if (image[0] < rows || image[1] < columns) {
    const expected = [`${rows} rows or more`, `${columns} columns or more`, 'channels'];
    throw shapeMismatch(place, expected, shape, `take a smaller ${what} or pool less before it`);
  }
  return image;
};
