/**
 * 2-D convolution of any stride, padding, dilation and number of groups, channels last.
 *
 * A convolution is linear in the image and in the kernel, so three ops say all: the convolution, its gradient by the
 * image (which is the transposed convolution) and its gradient by the kernel. Each is the gradient of the others.
 *
 * In a training step, whose batch is known, each is a product over patches where that is the faster form; a transposed
 * convolution is one product for each rest that rows and columns have by the strides. Graphs for inference have ONNX's own
 * `Conv` and `ConvTranspose`, which every program reads and which need least memory. Measured in docs/decisions.
 * Sources: Dumoulin & Visin 2016; Chellapilla, Puri & Simard 2006 for the product over patches; Shi et al. 2016 (sub-pixel
 * convolution).
 */

import { convolutionByPatches, kernelByPatches, transposeByPhases } from '../convolution-products.ts';
import { type ConvolutionGeometry, paddingAfter } from '../geometry.ts';
import type { Size2D } from '../shape.ts';
import {
  type Dims,
  type EmitContext,
  type NdArray,
  opTensor,
  requireDims,
  type Tensor,
  withGradient,
} from '../tensor.ts';
import { convolutionWork } from '../work.ts';
import { sumRows } from './reduce.ts';
import { reshape } from './shape.ts';

/** ONNX's `pads`: before and after each axis, none of them negative. */
const padsOf = (geometry: ConvolutionGeometry): readonly number[] => [
  ...geometry.padding,
  ...paddingAfter(geometry).map((after) => Math.max(0, after)),
];

/** Each pair of a pixel and a place of the output that a tap of the kernel joins. */
const eachTap = (
  { image, output, kernel, strides, dilation, padding }: ConvolutionGeometry,
  visit: (pixel: number, place: number, tap: number) => void,
): void => {
  for (let i = 0; i < kernel[0]; i++) {
    for (let j = 0; j < kernel[1]; j++) {
      for (let r = 0; r < output[0]; r++) {
        const row = r * strides[0] + i * dilation[0] - padding[0];
        if (row < 0 || row >= image[0]) continue;
        for (let c = 0; c < output[1]; c++) {
          const column = c * strides[1] + j * dilation[1] - padding[1];
          if (column >= 0 && column < image[1]) visit(row * image[1] + column, r * output[1] + c, i * kernel[1] + j);
        }
      }
    }
  }
};

/** Every product of the convolution: indices into image, kernel and output. */
const eachProduct = (
  geometry: ConvolutionGeometry,
  batch: number,
  perGroup: number,
  filters: number,
  visit: (x: number, k: number, y: number) => void,
): void => {
  const { image, output, groups } = geometry;
  const channels = perGroup * groups;
  const filtersPerGroup = filters / groups;
  eachTap(geometry, (pixel, place, tap) => {
    for (let b = 0; b < batch; b++) {
      const x = (b * image[0] * image[1] + pixel) * channels;
      const y = (b * output[0] * output[1] + place) * filters;
      for (let f = 0; f < filters; f++) {
        const first = Math.floor(f / filtersPerGroup) * perGroup;
        for (let c = 0; c < perGroup; c++) visit(x + first + c, (tap * perGroup + c) * filters + f, y + f);
      }
    }
  });
};

const toChannelsFirst = (e: EmitContext, name: string, [batch, rows, columns, channels]: Dims): string =>
  channels === 1
    ? e.node('Reshape', [name, e.ints([batch, 1, rows, columns])])
    : e.node('Transpose', [name], { perm: [0, 3, 1, 2] });

const toChannelsLast = (e: EmitContext, name: string, [batch, rows, columns, channels]: Dims): string =>
  channels === 1
    ? e.node('Reshape', [name, e.ints([batch, rows, columns, 1])])
    : e.node('Transpose', [name], { perm: [0, 2, 3, 1] });

/** `[rows, columns, channels, filters]` to ONNX's `[filters, channels, rows, columns]`. */
const kernelForOnnx = (e: EmitContext, name: string): string => e.node('Transpose', [name], { perm: [3, 2, 0, 1] });

const requireGeometry = (
  op: string,
  { image, output, kernel, groups }: ConvolutionGeometry,
  { x, k, y }: { readonly x?: Tensor; readonly k?: Tensor; readonly y?: Tensor },
): void => {
  const tensors = [x, k, y].filter((tensor) => tensor !== undefined);
  const fits = (tensor: Tensor | undefined, sides: Size2D, from: number): boolean =>
    tensor === undefined || (tensor.dims.length === 4 && sides.every((side, i) => tensor.dims[i + from] === side));
  const channelsFit = x === undefined || k === undefined || x.dims[3] === k.dims[2] * groups;
  const filtersFit = y === undefined || k === undefined || y.dims[3] === k.dims[3];
  requireDims(
    op,
    fits(x, image, 1) && fits(y, output, 1) && fits(k, kernel, 0) && channelsFit && filtersFit,
    ...tensors,
  );
};

/** The kernel's values without its bias, whose gradient is a sum. */
const biasGradient = (dy: Tensor): Tensor =>
  sumRows(reshape(dy, [dy.dims.slice(0, 3).reduce((a, b) => a * b, 1), dy.dims[3]]));

const withBias = (y: NdArray, bias: NdArray | undefined): NdArray =>
  bias === undefined ? y : { dims: y.dims, data: y.data.map((value, i) => value + bias.data[i % bias.data.length]) };

/**
 * `y[b, r, c, f] = bias[f] + sum_{i, j, k} x[b, r s + i d - p, c s + j d - p, k] kernel[i, j, k, f]`, 0 outside the image.
 *
 * @param x - `[batch, rows, columns, channels]`.
 * @param kernel - `[rows, columns, channels / groups, filters]`.
 * @param bias - `[filters]`, or null for none.
 * @returns `[batch, ...geometry.output, filters]`.
 */
export const stridedConv2d = (
  x: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  geometry: ConvolutionGeometry,
): Tensor => {
  requireGeometry('stridedConv2d', geometry, { x, k: kernel });
  const [, , perGroup, filters] = kernel.dims;
  const dims = [x.dims[0], ...geometry.output, filters];
  const inputs = bias ? [x, kernel, bias] : [x, kernel];
  const gradient = (dy: Tensor): readonly Tensor[] => [
    stridedConv2dImage(dy, kernel, null, geometry),
    stridedConv2dKernel(x, dy, geometry),
    ...(bias ? [biasGradient(dy)] : []),
  ];
  const product = convolutionByPatches(x, kernel, bias, geometry);
  if (product !== null) return withGradient('stridedConv2d', product, inputs, gradient);
  return opTensor('stridedConv2d', dims, inputs, {
    work: () => convolutionWork('output', geometry, { batch: x.dims[0], perGroup, filters }),
    gradient,
    emit: (e, [image, weights, ...rest]) => {
      const { kernel: kernel_shape, strides, dilation: dilations, groups: group } = geometry;
      const y = e.node('Conv', [toChannelsFirst(e, image, x.dims), kernelForOnnx(e, weights), ...rest], {
        kernel_shape,
        strides,
        dilations,
        pads: padsOf(geometry),
        group,
      });
      return toChannelsLast(e, y, dims);
    },
    evaluate: ([image, weights, shift]) => {
      const [batch] = image.dims;
      const data = new Float64Array(batch * geometry.output[0] * geometry.output[1] * filters);
      eachProduct(geometry, batch, perGroup, filters, (at, k, y) => {
        data[y] += image.data[at] * weights.data[k];
      });
      return withBias({ dims: [batch, ...dims.slice(1)], data }, shift);
    },
  });
};

/**
 * The gradient of the convolution by its image, and so the transposed convolution: each place of `y` draws a scaled kernel.
 *
 * @param y - `[batch, ...geometry.output, filters]`.
 * @param kernel - as that of the convolution, `[rows, columns, channels / groups, filters]`.
 * @param bias - `[channels]`, or null for none.
 * @returns `[batch, ...geometry.image, channels]`.
 */
export const stridedConv2dImage = (
  y: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  geometry: ConvolutionGeometry,
): Tensor => {
  requireGeometry('stridedConv2dImage', geometry, { k: kernel, y });
  const [, , perGroup, filters] = kernel.dims;
  const dims = [y.dims[0], ...geometry.image, perGroup * geometry.groups];
  const inputs = bias ? [y, kernel, bias] : [y, kernel];
  const gradient = (dx: Tensor): readonly Tensor[] => [
    stridedConv2d(dx, kernel, null, geometry),
    stridedConv2dKernel(dx, y, geometry),
    ...(bias ? [biasGradient(dx)] : []),
  ];
  const product = transposeByPhases(y, kernel, bias, geometry);
  if (product !== null) return withGradient('stridedConv2dImage', product, inputs, gradient);
  return opTensor('stridedConv2dImage', dims, inputs, {
    work: () => convolutionWork('image', geometry, { batch: y.dims[0], perGroup, filters }),
    gradient,
    emit: (e, [places, weights, ...rest]) => {
      const { kernel: kernel_shape, strides, dilation: dilations, groups: group } = geometry;
      const x = e.node('ConvTranspose', [toChannelsFirst(e, places, y.dims), kernelForOnnx(e, weights), ...rest], {
        kernel_shape,
        strides,
        dilations,
        pads: padsOf(geometry),
        output_padding: paddingAfter(geometry).map((after) => Math.max(0, -after)),
        group,
      });
      return toChannelsLast(e, x, dims);
    },
    evaluate: ([places, weights, shift]) => {
      const [batch] = places.dims;
      const data = new Float64Array(batch * geometry.image[0] * geometry.image[1] * dims[3]);
      eachProduct(geometry, batch, perGroup, filters, (x, k, at) => {
        data[x] += places.data[at] * weights.data[k];
      });
      return withBias({ dims: [batch, ...dims.slice(1)], data }, shift);
    },
  });
};

/** The image with its zeros around, and without what no window reaches. */
const emitPadded = (e: EmitContext, name: string, geometry: ConvolutionGeometry): string => {
  const [top, left] = geometry.padding;
  const [bottom, right] = paddingAfter(geometry);
  return top === 0 && left === 0 && bottom === 0 && right === 0
    ? name
    : e.node('Pad', [name, e.ints([0, top, left, 0, 0, bottom, right, 0])]);
};

/** Of one channel: by a product over patches, each element of which is a long run in memory, `[taps, places]`. */
const emitKernelOfOne = (
  e: EmitContext,
  [image, places]: readonly string[],
  filters: number,
  geometry: ConvolutionGeometry,
): string => {
  const { kernel, output, strides, dilation } = geometry;
  const padded = emitPadded(e, image, geometry);
  const slices = Array.from({ length: kernel[0] * kernel[1] }, (_, tap) => {
    const from = [Math.floor(tap / kernel[1]) * dilation[0], (tap % kernel[1]) * dilation[1]];
    const to = from.map((start, axis) => start + (output[axis] - 1) * strides[axis] + 1);
    return e.node('Slice', [padded, e.ints(from), e.ints(to), e.ints([1, 2]), e.ints(strides)]);
  });
  const patches = e.node('Reshape', [e.node('Concat', slices, { axis: 0 }), e.ints([slices.length, -1])]);
  const product = e.node('Gemm', [patches, e.node('Reshape', [places, e.ints([-1, filters])])]);
  return e.node('Reshape', [product, e.ints([...kernel, 1, filters])]);
};

/** By a convolution in which batch and channels have changed places, and strides and dilation. */
const emitKernelByConvolution = (
  e: EmitContext,
  [image, places]: readonly string[],
  [x, y]: readonly Tensor[],
  geometry: ConvolutionGeometry,
): string => {
  const { groups, kernel, output, strides, dilation } = geometry;
  const [batch, rows, columns, channels] = x.dims;
  const perGroup = channels / groups;
  const apart = e.node('Reshape', [image, e.ints([batch, rows, columns, groups, perGroup])]);
  const turned = e.node('Transpose', [apart], { perm: [4, 3, 0, 1, 2] });
  const product = e.node(
    'Conv',
    [
      e.node('Reshape', [turned, e.ints([perGroup, groups * batch, rows, columns])]),
      e.node('Transpose', [places], { perm: [3, 0, 1, 2] }),
    ],
    { kernel_shape: output, strides: dilation, dilations: strides, pads: padsOf(geometry), group: groups },
  );
  // Rows and columns that no window reached gave taps of their own.
  const whole = e.node('Slice', [product, e.ints([0, 0]), e.ints(kernel), e.ints([2, 3])]);
  return e.node('Reshape', [
    e.node('Transpose', [whole], { perm: [2, 3, 0, 1] }),
    e.ints([...kernel, perGroup, y.dims[3]]),
  ]);
};

/**
 * The gradient of the convolution by its kernel: `[rows, columns, channels / groups, filters]`.
 *
 * @param x - `[batch, ...geometry.image, channels]`.
 * @param y - `[batch, ...geometry.output, filters]`.
 */
export const stridedConv2dKernel = (x: Tensor, y: Tensor, geometry: ConvolutionGeometry): Tensor => {
  requireGeometry('stridedConv2dKernel', geometry, { x, y });
  const { groups, kernel } = geometry;
  const perGroup = x.dims[3] / groups;
  const filters = y.dims[3];
  const dims = [...kernel, perGroup, filters];
  const gradient = (dk: Tensor): readonly Tensor[] => [
    stridedConv2dImage(y, dk, null, geometry),
    stridedConv2d(x, dk, null, geometry),
  ];
  const product = kernelByPatches(x, y, geometry);
  if (product !== null) return withGradient('stridedConv2dKernel', product, [x, y], gradient);
  return opTensor('stridedConv2dKernel', dims, [x, y], {
    work: () => convolutionWork('kernel', geometry, { batch: x.dims[0], perGroup, filters }),
    gradient,
    emit: (e, names) =>
      groups === 1 ? emitKernelOfOne(e, names, filters, geometry) : emitKernelByConvolution(e, names, [x, y], geometry),
    evaluate: ([image, places]) => {
      const data = new Float64Array(dims.reduce((size, dim) => size * dim, 1));
      eachProduct(geometry, image.dims[0], perGroup, filters, (at, k, place) => {
        data[k] += image.data[at] * places.data[place];
      });
      return { dims, data };
    },
  });
};
