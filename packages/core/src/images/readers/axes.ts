/** Which axis of an array counts images, rows, columns and channels: by its sizes, or as a person says. */
import { inputError } from '../../errors.ts';
import type { NumberArray } from '../../files/npy-numbers.ts';
import type { Channels } from '../shape.ts';
import { flatShape } from './flat-images.ts';
import type { ReadOptions } from './options.ts';

/** Where a number of an image stands: `image * steps.image + row * steps.row + ...`. */
export interface AxisLayout {
  readonly count: number;
  readonly height: number;
  readonly width: number;
  readonly channels: Channels;
  /** The axes as they are: `nhwc`, `nhw`, `hwcn`, `n` of numbers without axes. */
  readonly axes: string;
  readonly steps: { readonly image: number; readonly row: number; readonly column: number; readonly channel: number };
  /** The numbers stand in the order of our sets. */
  readonly isInOrder: boolean;
  readonly notes: readonly string[];
}

type Described = Omit<NumberArray, 'values'> & { readonly file: string };

const isChannels = (size: number): boolean => size === 1 || size === 3;

const NAMES: Readonly<Record<string, string>> = { n: 'images', h: 'rows', w: 'columns', c: 'channels' };

const wordsOf = (axes: string): string => [...axes].map((axis) => NAMES[axis]).join(', ');

const wrongShape = ({ dims, file }: Described, expected: string) =>
  inputError('array-shape', {
    at: { file },
    expected,
    got: `[${dims.join(', ')}]`,
    hint: 'say the axes (#axes=nhwc, nchw, hwcn) or the size of an image (#size=64x48)',
  });

const withoutImages = ({ dims, file }: Described) =>
  inputError('array-shape', {
    at: { file },
    expected: 'at least one image',
    got: `an array of [${dims.join(', ')}], which holds none`,
    hint: 'name another file',
  });

/** The axes of four or three sizes, and whether that was a guess. */
const guessAxes = (array: Described, { axes }: ReadOptions): readonly [axes: string, isGuess: boolean] => {
  const { dims, isColumnMajor } = array;
  if (axes !== undefined) return [dims.length === 3 ? axes.replace('c', '') : axes, false];
  // MATLAB's pictures have their number last, and its files are column-major; NumPy's may be so too, and square ones tell.
  if (dims.length === 3) {
    if (!isColumnMajor) return ['nhw', false];
    return [dims[1] === dims[2] && dims[0] !== dims[1] ? 'nhw' : 'hwn', true];
  }
  if (isColumnMajor && isChannels(dims[2])) return ['hwcn', true];
  if (isChannels(dims[3])) return ['nhwc', false];
  if (isChannels(dims[1])) return ['nchw', true];
  throw wrongShape(array, '1 (grey) or 3 (red, green, blue) channels as the last or second of four sizes');
};

/** Steps of each axis in the file. */
const stepsOf = ({ dims, isColumnMajor }: Pick<NumberArray, 'dims' | 'isColumnMajor'>): readonly number[] => {
  const steps = new Array<number>(dims.length).fill(1);
  if (isColumnMajor) for (let i = 1; i < dims.length; i++) steps[i] = steps[i - 1] * dims[i - 1];
  else for (let i = dims.length - 2; i >= 0; i--) steps[i] = steps[i + 1] * dims[i + 1];
  return steps;
};

const withAxes = (array: Described, options: ReadOptions): AxisLayout => {
  const [axes, isGuess] = guessAxes(array, options);
  const steps = stepsOf(array);
  const size = (axis: string): number => (axes.includes(axis) ? array.dims[axes.indexOf(axis)] : 1);
  const step = (axis: string): number => (axes.includes(axis) ? steps[axes.indexOf(axis)] : 0);
  const channels = size('c');
  if (channels !== 1 && channels !== 3) throw wrongShape(array, '1 (grey) or 3 (red, green, blue) channels');
  return {
    count: size('n'),
    height: size('h'),
    width: size('w'),
    channels,
    axes,
    steps: { image: step('n'), row: step('h'), column: step('w'), channel: step('c') },
    isInOrder: !array.isColumnMajor && (axes === 'nhwc' || axes === 'nhw'),
    notes: isGuess
      ? [
          `the axes [${array.dims.join(', ')}] were taken as ${wordsOf(axes)} (#axes=${axes.startsWith('n') ? 'hwcn' : 'nhwc'})`,
        ]
      : [],
  };
};

/** One axis counts images, the other the numbers of one. */
const withoutAxes = (array: Described, options: ReadOptions): AxisLayout => {
  const { dims, isColumnMajor, file } = array;
  const { size } = options;
  const wanted = size && size.height * size.width * (size.channels ?? 1);
  const isTurned = wanted !== undefined && dims[1] !== wanted && dims[0] === wanted;
  const [images, numbers] = isTurned ? [1, 0] : [0, 1];
  const { height, width, channels, within, notes } = flatShape(
    dims[numbers],
    isColumnMajor ? { order: 'columns', colours: 'planes' } : { order: 'rows', colours: 'pixels' },
    options,
    file,
  );
  const steps = stepsOf(array);
  const each = steps[numbers];
  return {
    count: dims[images],
    height,
    width,
    channels,
    axes: 'n',
    steps: {
      image: steps[images],
      row: within.row * each,
      column: within.column * each,
      channel: within.channel * each,
    },
    isInOrder: !isColumnMajor && !isTurned && within.isInOrder,
    notes,
  };
};

/**
 * How the images lie in an array.
 *
 * @throws LatentError (input) `array-shape`, `image-size`.
 */
export const layOut = (array: Described, options: ReadOptions): AxisLayout => {
  if (array.dims.includes(0)) throw withoutImages(array);
  if (array.dims.length === 2) return withoutAxes(array, options);
  if (array.dims.length === 3 || array.dims.length === 4) return withAxes(array, options);
  throw wrongShape(array, 'images in two, three or four axes');
};
