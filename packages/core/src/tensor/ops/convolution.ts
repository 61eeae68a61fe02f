/**
 * 2-D convolution and its transpose, channels last, stride 1, `valid`: each one's input gradient is the other.
 *
 * Both are matrix products over the patches of an image (`im2col`). One-channel images get their patches as columns,
 * `[rows * columns + 1, positions]` with a last row of ones: the copies are long runs, and the bias rides in the
 * product. Others get them as rows, `[positions, rows * columns * channels]`. Measured in docs/decisions.
 * Sources: Chellapilla, Puri & Simard 2006 (im2col); Dumoulin & Visin 2016 (transposed convolution).
 */

import { once, patchesOf, type WindowAxis, type Windows } from '../patches.ts';
import { type Dims, type NdArray, opTensor, requireDims, type Tensor, withGradient } from '../tensor.ts';
import { gemm } from './matmul.ts';
import { sumRows } from './reduce.ts';
import { padZeros } from './regions.ts';
import { concatRows, reshape, sliceRows } from './shape.ts';

/** One pixel from window to window, all within the image. */
const windowsOf = (x: Tensor, kh: number, kw: number): Windows => {
  const along = (size: number, taps: number): WindowAxis => ({
    count: size - taps + 1,
    stride: 1,
    taps,
    step: 1,
    offset: 0,
  });
  return [along(x.dims[1], kh), along(x.dims[2], kw)];
};

/** Patches of `[batch, h, w, channels]`; the same tensor for the same question, so that two users share the work. */
const patches = (x: Tensor, kh: number, kw: number): Tensor =>
  x.dims[3] === 1
    ? once(x, ['columns', kh, kw], () => patchColumns(x, kh, kw))
    : patchesOf(x, [windowsOf(x, kh, kw)])[0];

const offsets = (kh: number, kw: number): readonly (readonly [number, number])[] =>
  Array.from({ length: kh * kw }, (_, n) => [Math.floor(n / kw), n % kw] as const);

/** The value of every patch element, in the order row, column, channel. */
const eachPatch = (
  x: NdArray,
  kh: number,
  kw: number,
  visit: (position: number, element: number, value: number) => void,
): void => {
  const [batch, h, w, channels] = x.dims;
  let position = 0;
  for (let b = 0; b < batch; b++) {
    for (let r = 0; r + kh <= h; r++) {
      for (let c = 0; c + kw <= w; c++, position++) {
        let element = 0;
        for (let i = 0; i < kh; i++) {
          const start = ((b * h + r + i) * w + c) * channels;
          for (let j = 0; j < kw * channels; j++) visit(position, element++, x.data[start + j]);
        }
      }
    }
  }
};

const positionsOf = ([batch, h, w]: Dims, kh: number, kw: number): number =>
  batch < 0 ? -1 : batch * (h - kh + 1) * (w - kw + 1);

const patchColumns = (x: Tensor, kh: number, kw: number): Tensor => {
  const [batch, h, w] = x.dims;
  const size = kh * kw;
  return opTensor('patchColumns', [size + 1, positionsOf(x.dims, kh, kw)], [x], {
    gradient: () => [null],
    emit: (e, [name]) => {
      const slices = offsets(kh, kw).map(([i, j]) =>
        e.node('Slice', [name, e.ints([i, j]), e.ints([i + h - kh + 1, j + w - kw + 1]), e.ints([1, 2])]),
      );
      const like = [h - kh + 1, w - kw + 1, 1];
      const ones =
        batch < 0
          ? e.node('Add', [e.node('Mul', [slices[0], e.floats([0], [])]), e.floats([1], [])])
          : e.node('Expand', [e.floats([1], []), e.ints([batch, ...like])]);
      return e.node('Reshape', [e.node('Concat', [...slices, ones], { axis: 0 }), e.ints([size + 1, -1])]);
    },
    evaluate: ([value]) => {
      const positions = positionsOf(value.dims, kh, kw);
      const data = new Float64Array((size + 1) * positions).fill(1, size * positions);
      eachPatch(value, kh, kw, (position, element, v) => {
        data[element * positions + position] = v;
      });
      return { dims: [size + 1, positions], data };
    },
  });
};

/** `patches x kernel (+ bias)`: `[positions, filters]`. */
const product = (columns: Tensor, kernel: Tensor, bias: Tensor | null, oneChannel: boolean): Tensor => {
  const [kh, kw, channels, filters] = kernel.dims;
  const matrix = reshape(kernel, [kh * kw * channels, filters]);
  if (oneChannel) return gemm(columns, concatRows(matrix, bias ?? zeros(filters)), { transA: true });
  return gemm(columns, matrix, {}, bias);
};

const zeros = (n: number): Tensor => ({
  dims: [n],
  elementType: 'float32',
  producer: { kind: 'constant', data: new Float32Array(n) },
});

/**
 * `y[b, r, c, f] = bias[f] + sum_{i, j, k} x[b, r + i, c + j, k] kernel[i, j, k, f]`.
 *
 * @param x - `[batch, h, w, channels]`.
 * @param kernel - `[kh, kw, channels, filters]`.
 * @param bias - `[filters]`, or null for none.
 * @returns `[batch, h - kh + 1, w - kw + 1, filters]`.
 */
export const conv2d = (x: Tensor, kernel: Tensor, bias: Tensor | null): Tensor => {
  const [batch, h, w, channels] = x.dims;
  const [kh, kw, depth, filters] = kernel.dims;
  requireDims(
    'conv2d',
    x.dims.length === 4 && kernel.dims.length === 4 && channels === depth && h >= kh && w >= kw,
    x,
    kernel,
  );
  const columns = patches(x, kh, kw);
  const value = product(columns, kernel, bias, channels === 1);
  const y = withGradient('conv2d', value, bias ? [x, kernel, bias] : [x, kernel], (dy) => {
    const dx = conv2dTranspose(reshape(dy, [batch, h - kh + 1, w - kw + 1, filters]), kernel, null);
    if (channels > 1) {
      const dk = reshape(gemm(columns, dy, { transA: true }), kernel.dims);
      return bias ? [dx, dk, sumRows(dy)] : [dx, dk];
    }
    const both = gemm(columns, dy);
    const dk = reshape(sliceRows(both, 0, kh * kw), kernel.dims);
    return bias ? [dx, dk, reshape(sliceRows(both, kh * kw, kh * kw + 1), [filters])] : [dx, dk];
  });
  return reshape(y, [batch, h - kh + 1, w - kw + 1, filters]);
};

/**
 * `y[b, r + i, c + j, f] = bias[f] + sum_{k} x[b, r, c, k] kernel[i, j, f, k]`, overlapping contributions added.
 *
 * @param x - `[batch, h, w, channels]`.
 * @param kernel - `[kh, kw, filters, channels]`.
 * @param bias - `[filters]`, or null for none.
 * @returns `[batch, h + kh - 1, w + kw - 1, filters]`.
 */
export const conv2dTranspose = (x: Tensor, kernel: Tensor, bias: Tensor | null): Tensor => {
  const [batch, h, w, channels] = x.dims;
  const [kh, kw, filters, depth] = kernel.dims;
  requireDims('conv2dTranspose', x.dims.length === 4 && kernel.dims.length === 4 && channels === depth, x, kernel);
  const columns = patches(padZeros(x, [kh - 1, kw - 1, 0], [kh - 1, kw - 1, 0]), kh, kw);
  const value = product(columns, flip(kernel), bias, channels === 1);
  const y = withGradient('conv2dTranspose', value, bias ? [x, kernel, bias] : [x, kernel], (dy) => {
    const image = reshape(dy, [batch, h + kh - 1, w + kw - 1, filters]);
    const dx = conv2d(image, kernel, null);
    const flat = reshape(x, [batch < 0 ? -1 : batch * h * w, channels]);
    const dyPatches = patches(image, kh, kw);
    const dk = filters > 1 ? gemm(dyPatches, flat, { transA: true }) : sliceRows(gemm(dyPatches, flat), 0, kh * kw);
    return bias ? [dx, reshape(dk, kernel.dims), sumRows(dy)] : [dx, reshape(dk, kernel.dims)];
  });
  return reshape(y, [batch, h + kh - 1, w + kw - 1, filters]);
};

/** Kernel turned by half a turn with its channel axes exchanged: `[kh, kw, a, b] -> [kh, kw, b, a]`; its own inverse. */
const flip = (kernel: Tensor): Tensor => {
  const [kh, kw, a, b] = kernel.dims;
  return opTensor('flip', [kh, kw, b, a], [kernel], {
    gradient: (dy) => [flip(dy)],
    emit: (e, [name]) => {
      const turned = e.node('Slice', [
        name,
        e.ints([-1, -1]),
        e.ints([-1000, -1000]),
        e.ints([0, 1]),
        e.ints([-1, -1]),
      ]);
      return e.node('Transpose', [turned], { perm: [0, 1, 3, 2] });
    },
    evaluate: ([value]) => {
      const data = new Float64Array(value.data.length);
      for (let i = 0; i < kh * kw; i++) {
        for (let p = 0; p < a; p++)
          for (let q = 0; q < b; q++) data[((kh * kw - 1 - i) * b + q) * a + p] = value.data[(i * a + p) * b + q];
      }
      return { dims: [kh, kw, b, a], data };
    },
  });
};
