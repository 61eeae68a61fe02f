/**
 * Pooling over windows of any size, stride and padding, channels last; and over whole images.
 *
 * A window is a kernel without weights, so it lies over the image as that of a convolution does. Each element of the
 * window is a strided view of the image: a window of few elements needs no other op.
 */

import type { ConvolutionGeometry } from '../geometry.ts';
import { type Dims, type EmitContext, type NdArray, opTensor, requireDims, sizeOf, type Tensor } from '../tensor.ts';

/** No number of a network comes below it. */
const LOWEST = -3.4e38;

interface Tap {
  readonly row: number;
  readonly column: number;
}

const tapsOf = ({ kernel: [rows, columns], dilation }: ConvolutionGeometry): readonly Tap[] =>
  Array.from({ length: rows * columns }, (_, n) => ({
    row: Math.floor(n / columns) * dilation[0],
    column: (n % columns) * dilation[1],
  }));

/** Rows or columns that the windows reach, the padding before included. */
const reachOf = ({ output, kernel, strides, dilation }: ConvolutionGeometry, axis: 0 | 1): number =>
  (output[axis] - 1) * strides[axis] + (kernel[axis] - 1) * dilation[axis] + 1;

/** Index of a window's element in its image; -1 outside. */
const pixelOf = ({ image, strides, padding }: ConvolutionGeometry, r: number, c: number, tap: Tap): number => {
  const row = r * strides[0] + tap.row - padding[0];
  const column = c * strides[1] + tap.column - padding[1];
  return row < 0 || column < 0 || row >= image[0] || column >= image[1] ? -1 : row * image[1] + column;
};

/** Every element of every window: index into the image and into what comes out, for each image and channel. */
const eachElement = (
  geometry: ConvolutionGeometry,
  batch: number,
  channels: number,
  visit: (x: number, y: number) => void,
): void => {
  const { image, output } = geometry;
  const taps = tapsOf(geometry);
  for (let b = 0; b < batch; b++) {
    for (let r = 0; r < output[0]; r++) {
      for (let c = 0; c < output[1]; c++) {
        const y = ((b * output[0] + r) * output[1] + c) * channels;
        for (const tap of taps) {
          const pixel = pixelOf(geometry, r, c, tap);
          if (pixel < 0) continue;
          const x = (b * image[0] * image[1] + pixel) * channels;
          for (let k = 0; k < channels; k++) visit(x + k, y + k);
        }
      }
    }
  }
};

/** The image with `value` around it, as far as windows reach. */
const emitPadded = (e: EmitContext, name: string, geometry: ConvolutionGeometry, value: number): string => {
  const { image, padding } = geometry;
  const after = ([0, 1] as const).map((axis) => reachOf(geometry, axis) - image[axis] - padding[axis]);
  const pads = [0, ...padding, 0, 0, ...after, 0];
  if (pads.every((pad) => pad === 0)) return name;
  return e.node('Pad', value === 0 ? [name, e.ints(pads)] : [name, e.ints(pads), e.floats([value], [])]);
};

/** One element of every window. */
const emitTap = (e: EmitContext, padded: string, { output, strides }: ConvolutionGeometry, tap: Tap): string => {
  const from = [tap.row, tap.column];
  const to = from.map((start, axis) => start + (output[axis] - 1) * strides[axis] + 1);
  return e.node('Slice', [padded, e.ints(from), e.ints(to), e.ints([1, 2]), e.ints(strides)]);
};

/** The transpose of `emitTap` and `emitPadded`: an image of zeros but for that element of every window. */
const emitPlaced = (
  e: EmitContext,
  name: string,
  batch: number,
  channels: number,
  geometry: ConvolutionGeometry,
  tap: Tap,
): string => {
  const { image, output, strides, padding } = geometry;
  const [rows, columns] = output;
  const isDense = strides[0] === 1 && strides[1] === 1;
  const apart = isDense
    ? name
    : e.node('Reshape', [
        e.node('Pad', [
          e.node('Reshape', [name, e.ints([batch, rows, 1, columns, 1, channels])]),
          e.ints([0, 0, 0, 0, 0, 0, 0, 0, strides[0] - 1, 0, strides[1] - 1, 0]),
        ]),
        e.ints([batch, rows * strides[0], columns * strides[1], channels]),
      ]);
  const before = [tap.row - padding[0], tap.column - padding[1]];
  const after = before.map((start, axis) => image[axis] - start - output[axis] * strides[axis]);
  return e.node('Pad', [apart, e.ints([0, ...before, 0, 0, ...after, 0])]);
};

const outputDims = ([batch, , , channels]: Dims, { output }: ConvolutionGeometry): Dims => [batch, ...output, channels];

const requireImage = (op: string, x: Tensor, { image }: ConvolutionGeometry): void =>
  requireDims(op, x.dims.length === 4 && x.dims[1] === image[0] && x.dims[2] === image[1], x);

/** For every element of what comes out, the index into `x` of its first largest element. */
const firstMaxima = (x: NdArray, geometry: ConvolutionGeometry): Int32Array => {
  const [batch, , , channels] = x.dims;
  const at = new Int32Array(batch * geometry.output[0] * geometry.output[1] * channels).fill(-1);
  eachElement(geometry, batch, channels, (from, to) => {
    if (at[to] < 0 || x.data[from] > x.data[at[to]]) at[to] = from;
  });
  return at;
};

/** Largest value of each window, zeros outside the image left out; the first of equal ones takes the gradient. */
export const maxWindows = (x: Tensor, geometry: ConvolutionGeometry): Tensor => {
  requireImage('maxWindows', x, geometry);
  const y: Tensor = opTensor('maxWindows', outputDims(x.dims, geometry), [x], {
    gradient: (dy) => [maxWindowsGradient(x, y, dy, geometry)],
    picks: (other) => maxWindows(other, geometry),
    emit: (e, [name]) => {
      const padded = emitPadded(e, name, geometry, LOWEST);
      return e.node(
        'Max',
        tapsOf(geometry).map((tap) => emitTap(e, padded, geometry, tap)),
      );
    },
    evaluate: ([value]) => ({
      dims: outputDims(value.dims, geometry),
      data: Float64Array.from(firstMaxima(value, geometry), (index) => value.data[index]),
    }),
  });
  return y;
};

const maxWindowsGradient = (x: Tensor, y: Tensor, dy: Tensor, geometry: ConvolutionGeometry): Tensor =>
  opTensor('maxWindowsGradient', x.dims, [x, y, dy], {
    gradient: () => [null, null, null],
    emit: (e, [xs, ys, dys]) => {
      const [batch, , , channels] = x.dims;
      const padded = emitPadded(e, xs, geometry, LOWEST);
      const zero = e.floats([0], []);
      let free = '';
      const parts = tapsOf(geometry).map((tap, n) => {
        const hit = e.node('Equal', [emitTap(e, padded, geometry, tap), ys]);
        const mine = n === 0 ? hit : e.node('And', [hit, free]);
        const missed = e.node('Not', [hit]);
        free = n === 0 ? missed : e.node('And', [free, missed]);
        return emitPlaced(e, e.node('Where', [mine, dys, zero]), batch, channels, geometry, tap);
      });
      return parts.length === 1 ? parts[0] : e.node('Sum', parts);
    },
    evaluate: ([xs, , dys]) => {
      const data = new Float64Array(xs.data.length);
      firstMaxima(xs, geometry).forEach((index, out) => {
        data[index] += dys.data[out];
      });
      return { dims: xs.dims, data };
    },
  });

/** 1 over the pixels that each window has within the image. */
const shares = (geometry: ConvolutionGeometry): Float64Array => {
  const counts = new Float64Array(geometry.output[0] * geometry.output[1]);
  eachElement(geometry, 1, 1, (_, y) => {
    counts[y] += 1;
  });
  return counts.map((count) => 1 / count);
};

const emitShares = (e: EmitContext, geometry: ConvolutionGeometry): string =>
  e.floats(Float32Array.from(shares(geometry)), [1, ...geometry.output, 1]);

/** Mean of each window over the pixels that lie in the image. */
export const averageWindows = (x: Tensor, geometry: ConvolutionGeometry): Tensor => {
  requireImage('averageWindows', x, geometry);
  return opTensor('averageWindows', outputDims(x.dims, geometry), [x], {
    gradient: (dy) => [spreadWindows(dy, geometry)],
    emit: (e, [name]) => {
      const padded = emitPadded(e, name, geometry, 0);
      const taps = tapsOf(geometry).map((tap) => emitTap(e, padded, geometry, tap));
      return e.node('Mul', [taps.length === 1 ? taps[0] : e.node('Sum', taps), emitShares(e, geometry)]);
    },
    evaluate: ([value]) => {
      const dims = outputDims(value.dims, geometry);
      const data = new Float64Array(sizeOf(dims));
      const share = shares(geometry);
      eachElement(geometry, dims[0], dims[3], (from, to) => {
        data[to] += value.data[from] * share[Math.floor(to / dims[3]) % share.length];
      });
      return { dims, data };
    },
  });
};

/** The transpose of `averageWindows`. */
const spreadWindows = (y: Tensor, geometry: ConvolutionGeometry): Tensor => {
  const [batch, , , channels] = y.dims;
  const imageDims = (count: number): Dims => [count, ...geometry.image, channels];
  return opTensor('spreadWindows', imageDims(batch), [y], {
    gradient: (dx) => [averageWindows(dx, geometry)],
    emit: (e, [name]) => {
      const scaled = e.node('Mul', [name, emitShares(e, geometry)]);
      const parts = tapsOf(geometry).map((tap) => emitPlaced(e, scaled, batch, channels, geometry, tap));
      return parts.length === 1 ? parts[0] : e.node('Sum', parts);
    },
    evaluate: ([value]) => {
      const dims = imageDims(value.dims[0]);
      const data = new Float64Array(sizeOf(dims));
      const share = shares(geometry);
      eachElement(geometry, dims[0], channels, (to, from) => {
        data[to] += value.data[from] * share[Math.floor(from / channels) % share.length];
      });
      return { dims, data };
    },
  });
};

/** Pixels and channels of each image: `[batch, pixels, channels]`. */
const pixelsOf = ([batch, rows, columns, channels]: Dims): Dims => [batch, rows * columns, channels];

const meanOverPixels = (value: NdArray): NdArray => {
  const [batch, pixels, channels] = pixelsOf(value.dims);
  const data = new Float64Array(batch * channels);
  for (let i = 0; i < value.data.length; i++) {
    const b = Math.floor(i / (pixels * channels));
    data[b * channels + (i % channels)] += value.data[i] / pixels;
  }
  return { dims: [batch, channels], data };
};

/** Mean of each channel over the whole image: `[batch, rows, columns, channels] -> [batch, channels]`. */
export const meanImageChannels = (x: Tensor): Tensor => {
  requireDims('meanImageChannels', x.dims.length === 4, x);
  const [, rows, columns] = x.dims;
  return opTensor('meanImageChannels', [x.dims[0], x.dims[3]], [x], {
    gradient: (dy) => [spreadChannels(dy, [rows, columns])],
    emit: (e, [name]) => e.node('ReduceMean', [name, e.ints([1, 2])], { keepdims: 0 }),
    evaluate: ([value]) => meanOverPixels(value),
  });
};

/** The transpose of `meanImageChannels`. */
const spreadChannels = (y: Tensor, [rows, columns]: readonly [number, number]): Tensor => {
  const [batch, channels] = y.dims;
  return opTensor('spreadChannels', [batch, rows, columns, channels], [y], {
    gradient: (dx) => [meanImageChannels(dx)],
    emit: (e, [name]) => {
      const scaled = e.node('Mul', [name, e.floats([1 / (rows * columns)], [])]);
      const apart = e.node('Reshape', [scaled, e.ints([batch, 1, 1, channels])]);
      return e.node('Expand', [apart, e.ints([1, rows, columns, 1])]);
    },
    evaluate: ([value]) => {
      const data = new Float64Array(value.data.length * rows * columns);
      const size = rows * columns * channels;
      for (let i = 0; i < data.length; i++)
        data[i] = value.data[Math.floor(i / size) * channels + (i % channels)] / (rows * columns);
      return { dims: [value.dims[0], rows, columns, channels], data };
    },
  });
};

/** Largest value of each channel over the whole image; equal ones share the gradient. `[batch, channels]`. */
export const maxImageChannels = (x: Tensor): Tensor => {
  requireDims('maxImageChannels', x.dims.length === 4, x);
  const y: Tensor = opTensor('maxImageChannels', [x.dims[0], x.dims[3]], [x], {
    gradient: (dy) => [maxImageChannelsGradient(x, y, dy)],
    picks: maxImageChannels,
    emit: (e, [name]) => e.node('ReduceMax', [name, e.ints([1, 2])], { keepdims: 0 }),
    evaluate: ([value]) => largest(value),
  });
  return y;
};

const largest = (value: NdArray): NdArray => {
  const [batch, pixels, channels] = pixelsOf(value.dims);
  const data = new Float64Array(batch * channels).fill(Number.NEGATIVE_INFINITY);
  for (let i = 0; i < value.data.length; i++) {
    const to = Math.floor(i / (pixels * channels)) * channels + (i % channels);
    data[to] = Math.max(data[to], value.data[i]);
  }
  return { dims: [batch, channels], data };
};

const maxImageChannelsGradient = (x: Tensor, y: Tensor, dy: Tensor): Tensor => {
  const [batch, , , channels] = x.dims;
  return opTensor('maxImageChannelsGradient', x.dims, [x, y, dy], {
    gradient: () => [null, null, null],
    emit: (e, [xs, ys, dys]) => {
      const apart = (name: string): string => e.node('Reshape', [name, e.ints([batch, 1, 1, channels])]);
      const [zero, one] = [e.floats([0], []), e.floats([1], [])];
      const hit = e.node('Where', [e.node('Equal', [xs, apart(ys)]), one, zero]);
      const count = e.node('ReduceSum', [hit, e.ints([1, 2])], { keepdims: 1 });
      return e.node('Mul', [hit, e.node('Div', [apart(dys), count])]);
    },
    evaluate: ([xs, , dys]) => {
      const [, pixels] = pixelsOf(xs.dims);
      const top = largest(xs).data;
      const placeOf = (i: number): number => Math.floor(i / (pixels * channels)) * channels + (i % channels);
      const counts = new Float64Array(top.length);
      xs.data.forEach((value, i) => {
        if (value === top[placeOf(i)]) counts[placeOf(i)] += 1;
      });
      return {
        dims: xs.dims,
        data: xs.data.map((value, i) => (value === top[placeOf(i)] ? dys.data[placeOf(i)] / counts[placeOf(i)] : 0)),
      };
    },
  });
};
