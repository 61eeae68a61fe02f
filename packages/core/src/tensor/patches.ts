/**
 * Patches of an image as rows of a matrix, and an image put together of others whose pixels lie between each other's.
 *
 * In: images, channels last. Out: what a convolution is as a product of matrices. Both are one `Gather` of pixels, which copies
 * whole channels and runs on all threads: five times as fast as a strided slice for every element of a window and a
 * concatenation of them (docs/decisions/0002-convolution.md). Nothing here has a gradient: the convolutions have it.
 */
import { padZeros } from './ops/regions.ts';
import { reshape } from './ops/shape.ts';
import { type Dims, type EmitContext, type NdArray, opTensor, type Tensor } from './tensor.ts';

/** How windows lie along an axis: element `t` of window `n` is pixel `n stride + t step + offset`, zero outside the image. */
export interface WindowAxis {
  readonly count: number;
  readonly stride: number;
  readonly taps: number;
  readonly step: number;
  readonly offset: number;
}

/** Rows, then columns. */
export type Windows = readonly [WindowAxis, WindowAxis];

const pixelOf = ({ stride, step, offset }: WindowAxis, window: number, tap: number): number =>
  window * stride + tap * step + offset;

/** Zeros before and after an axis. */
type Margins = readonly [before: number, after: number];

interface Padded {
  readonly dims: Dims;
  /** That its zeros are of, rows and columns. */
  readonly margins: readonly [Margins, Margins];
}

/** Those of an axis of so many pixels that windows reach. */
const marginsOf = (axis: WindowAxis, size: number): Margins => {
  const ends = [0, axis.taps - 1].flatMap((tap) => [pixelOf(axis, 0, tap), pixelOf(axis, axis.count - 1, tap)]);
  return [Math.max(0, -Math.min(...ends)), Math.max(0, Math.max(...ends) + 1 - size)];
};

/** Every pixel is a window of its own. */
const areWhole = (windows: Windows, sides: readonly number[]): boolean =>
  windows.every((axis, i) => axis.taps === 1 && axis.stride === 1 && axis.offset === 0 && axis.count === sides[i]);

/** Pixels of windows in order, each a number within an image of `width` columns; the image begins `before` its first pixel. */
const numbersOf = ([rows, columns]: Windows, before: readonly [number, number], width: number): number[] => {
  const numbers: number[] = [];
  for (let r = 0; r < rows.count; r++)
    for (let c = 0; c < columns.count; c++)
      for (let i = 0; i < rows.taps; i++)
        for (let j = 0; j < columns.taps; j++)
          numbers.push((pixelOf(rows, r, i) + before[0]) * width + pixelOf(columns, c, j) + before[1]);
  return numbers;
};

const gathered = (e: EmitContext, name: string, numbers: readonly number[]): string =>
  e.node('Gather', [name, e.ints(numbers)], { axis: 1 });

const emitPatches = (
  e: EmitContext,
  name: string,
  { dims: [, , width, channels], margins: [[top], [left]] }: Padded,
  windows: Windows,
): string => {
  const pixels = e.node('Reshape', [name, e.ints([0, -1, channels])]);
  const size = windows[0].taps * windows[1].taps * channels;
  return e.node('Reshape', [gathered(e, pixels, numbersOf(windows, [top, left], width)), e.ints([-1, size])]);
};

const evaluatePatches = ({ dims, data }: NdArray, [rows, columns]: Windows, before: readonly number[]): NdArray => {
  const [batch, height, width, channels] = dims;
  const size = rows.taps * columns.taps * channels;
  const patches = new Float64Array(batch * rows.count * columns.count * size);
  let at = 0;
  for (let b = 0; b < batch; b++)
    for (let r = 0; r < rows.count; r++)
      for (let c = 0; c < columns.count; c++)
        for (let i = 0; i < rows.taps; i++)
          for (let j = 0; j < columns.taps; j++, at += channels) {
            const [row, column] = [pixelOf(rows, r, i) + before[0], pixelOf(columns, c, j) + before[1]];
            const from = ((b * height + row) * width + column) * channels;
            patches.set(data.subarray(from, from + channels), at);
          }
  return { dims: [patches.length / size, size], data: patches };
};

const known = new WeakMap<Tensor, Map<string, Tensor>>();

/** The same tensor for the same question, so that several users share the work. */
export const once = (x: Tensor, question: unknown, make: () => Tensor): Tensor => {
  const made = known.get(x) ?? new Map<string, Tensor>();
  known.set(x, made);
  const key = JSON.stringify(question);
  const tensor = made.get(key) ?? make();
  made.set(key, tensor);
  return tensor;
};

const rowsOf = ({ dims }: Tensor, [rows, columns]: Windows): Dims => [
  dims[0] < 0 ? -1 : dims[0] * rows.count * columns.count,
  rows.taps * columns.taps * dims[3],
];

/**
 * Patches for several windows over the same image, one with zeros around it for all of them:
 * `[batch, rows, columns, channels] -> [batch windows, taps channels]` each, windows and their elements row by row.
 */
export const patchesOf = (x: Tensor, all: readonly Windows[]): readonly Tensor[] => {
  const [, height, width] = x.dims;
  const widest = (axis: 0 | 1, size: number): Margins => {
    const margins = all.map((windows) => marginsOf(windows[axis], size));
    return [Math.max(...margins.map(([before]) => before)), Math.max(...margins.map(([, after]) => after))];
  };
  const margins = [widest(0, height), widest(1, width)] as const;
  const [[top, bottom], [left, right]] = margins;
  const padded =
    top + bottom + left + right === 0 ? x : once(x, margins, () => padZeros(x, [top, left, 0], [bottom, right, 0]));
  return all.map((windows) =>
    areWhole(windows, [height, width])
      ? reshape(x, rowsOf(x, windows))
      : once(padded, [windows, margins], () =>
          opTensor('patches', rowsOf(x, windows), [padded], {
            gradient: () => [null],
            emit: (e, [name]) => emitPatches(e, name, { dims: padded.dims, margins }, windows),
            evaluate: ([value]) => evaluatePatches(value, windows, [top, left]),
          }),
        ),
  );
};

/** Of a phase: the pixels of an image whose rows and columns have the same rest, as the rows of a matrix, `[batch places, channels]`. */
export interface Phase {
  readonly values: Tensor;
  /** Rows and columns of the phase's own image. */
  readonly places: readonly [number, number];
}

/**
 * The image whose pixel in row `u`, column `v` is pixel `(floor((u + p) / s), floor((v + p) / s))`, counted from that of the first
 * row and column, of the phase with the rests of `u + p` and `v + p`.
 *
 * @param phases - in the order of rests, those of columns first.
 * @param dims - `[batch, rows, columns, channels]`.
 */
export const interleave = (
  phases: readonly Phase[],
  dims: Dims,
  strides: readonly [number, number],
  padding: readonly [number, number],
): Tensor => {
  const [batch, height, width, channels] = dims;
  const begins: number[] = [];
  let count = 0;
  for (const { places } of phases) {
    begins.push(count);
    count += places[0] * places[1];
  }
  const numbers: number[] = [];
  for (let u = 0; u < height; u++)
    for (let v = 0; v < width; v++) {
      const [row, column] = [u + padding[0], v + padding[1]];
      const [a, b] = [row % strides[0], column % strides[1]];
      const phase = a * strides[1] + b;
      // The first row of the image that has this rest.
      const first = (rest: number, axis: 0 | 1): number =>
        padding[axis] + ((((rest - padding[axis]) % strides[axis]) + strides[axis]) % strides[axis]);
      const place = [(row - first(a, 0)) / strides[0], (column - first(b, 1)) / strides[1]];
      numbers.push(begins[phase] + place[0] * phases[phase].places[1] + place[1]);
    }
  return opTensor(
    'interleave',
    dims,
    phases.map(({ values }) => values),
    {
      gradient: () => phases.map(() => null),
      emit: (e, names) => {
        const images = names.map((name, i) =>
          e.node('Reshape', [name, e.ints([batch, phases[i].places[0] * phases[i].places[1], channels])]),
        );
        const joined = images.length === 1 ? images[0] : e.node('Concat', images, { axis: 1 });
        return e.node('Reshape', [gathered(e, joined, numbers), e.ints(dims)]);
      },
      evaluate: (values) => {
        const images = values[0].data.length / (phases[0].places[0] * phases[0].places[1] * channels);
        const data = new Float64Array(images * height * width * channels);
        for (let n = 0; n < images; n++)
          numbers.forEach((number, pixel) => {
            const phase = begins.findLastIndex((begin) => begin <= number);
            const own = phases[phase].places[0] * phases[phase].places[1];
            const from = (n * own + number - begins[phase]) * channels;
            data.set(values[phase].data.subarray(from, from + channels), (n * height * width + pixel) * channels);
          });
        return { dims: [images, ...dims.slice(1)], data };
      },
    },
  );
};
