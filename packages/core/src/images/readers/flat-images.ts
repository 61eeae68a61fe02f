/** Images whose numbers stand in one row, as in tables: how wide they are, and which number is which pixel. */
import { inputError } from '../../errors.ts';
import type { Channels } from '../shape.ts';
import type { ReadOptions } from './options.ts';

/** A row of numbers as an image. */
export interface FlatShape {
  readonly height: number;
  readonly width: number;
  readonly channels: Channels;
  /** Steps within the row. */
  readonly within: {
    readonly row: number;
    readonly column: number;
    readonly channel: number;
    readonly isInOrder: boolean;
  };
  readonly notes: readonly string[];
}

/** Square images of one or three channels; null where there are none of as many numbers. */
const squareOf = (numbers: number): Pick<FlatShape, 'height' | 'width' | 'channels'> | null => {
  for (const channels of [1, 3] as const) {
    const side = Math.round(Math.sqrt(numbers / channels));
    if (side > 0 && side * side * channels === numbers) return { height: side, width: side, channels };
  }
  return null;
};

/** Whether a square image, grey or in colour, has as many numbers. */
export const isSquare = (numbers: number): boolean => squareOf(numbers) !== null;

/**
 * The image that a row of numbers is.
 *
 * @param habit - how numbers run in files of this kind.
 * @throws LatentError (input) `image-size` where they are no square and nobody said the size.
 */
export const flatShape = (
  numbers: number,
  habit: { readonly order: 'rows' | 'columns'; readonly colours: 'pixels' | 'planes' },
  { size, order = habit.order, colours = habit.colours }: ReadOptions,
  file: string,
): FlatShape => {
  const found = size === undefined ? squareOf(numbers) : { ...size, channels: size.channels ?? 1 };
  if (found === null || found.height * found.width * found.channels !== numbers)
    throw inputError('image-size', {
      at: { file },
      expected:
        size === undefined
          ? 'as many numbers as a square image has'
          : `${size.height} x ${size.width} x ${size.channels ?? 1} numbers in an image`,
      got: `${numbers}`,
      hint: 'say height and width: #size=64x48, in colour #size=64x48x3',
    });
  const { height, width, channels } = found;
  const inPlanes = channels === 3 && colours === 'planes';
  const each = channels === 3 && !inPlanes ? 3 : 1;
  const along = order === 'rows' ? { row: width * each, column: each } : { row: each, column: height * each };
  return {
    height,
    width,
    channels,
    within: { ...along, channel: inPlanes ? height * width : 1, isInOrder: order === 'rows' && !inPlanes },
    notes: [
      ...(size === undefined
        ? [
            `${numbers} numbers in an image were taken as ${height} x ${width}${channels === 3 ? ' in colour' : ''} (#size=HxW)`,
          ]
        : []),
      ...(order === 'columns' && habit.order === 'columns'
        ? ['numbers of an image were taken to run down its columns (#order=rows)']
        : []),
      ...(channels === 3
        ? [
            inPlanes
              ? 'red, green and blue were taken as a plane each (#colours=pixels)'
              : 'red, green and blue of a pixel were taken to stand together (#colours=planes)',
          ]
        : []),
    ],
  };
};
