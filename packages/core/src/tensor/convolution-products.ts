/**
 * Strided convolutions and their gradients as products of matrices over gathered patches: the forms of a training step.
 *
 * In: tensors of a convolution and how it lies over an image. Out: the value, or null where another form is faster or the
 * batch is not known. Which is faster was measured (docs/decisions/0002-convolution.md). Nothing here has a gradient: the ops have it.
 */
import type { ConvolutionGeometry } from './geometry.ts';
import { gemm } from './ops/matmul.ts';
import { sumRows } from './ops/reduce.ts';
import { permute } from './ops/regions.ts';
import { reshape } from './ops/shape.ts';
import { interleave, type Phase, patchesOf, type WindowAxis, type Windows } from './patches.ts';
import type { Size2D } from './shape.ts';
import { DYNAMIC, opTensor, type Tensor } from './tensor.ts';

/** Fewer channels than these make products too thin to be worth their patches. */
const FEW = 8;

const isOne = (sides: Size2D): boolean => sides.every((side) => side === 1);

const isStep = ({ dims }: Tensor): boolean => dims[0] !== DYNAMIC;

/** Pixels as the rows of a matrix. */
const flat = (x: Tensor): Tensor => reshape(x, [isStep(x) ? x.dims[0] * x.dims[1] * x.dims[2] : DYNAMIC, x.dims[3]]);

/** The windows of the convolution. */
const windowsOf = ({ output, kernel, strides, dilation, padding }: ConvolutionGeometry): Windows => {
  const along = (axis: 0 | 1): WindowAxis => ({
    count: output[axis],
    stride: strides[axis],
    taps: kernel[axis],
    step: dilation[axis],
    offset: -padding[axis],
  });
  return [along(0), along(1)];
};

/** Along an axis: the places of the output that pixels see whose number, the padding counted in, leaves this rest by the stride. */
const phaseAlong = (
  { image, kernel, strides, padding }: ConvolutionGeometry,
  axis: 0 | 1,
  rest: number,
): WindowAxis => {
  const [stride, before] = [strides[axis], padding[axis]];
  const first = (((rest - before) % stride) + stride) % stride;
  return {
    count: Math.ceil((image[axis] - first) / stride),
    stride: 1,
    taps: Math.ceil((kernel[axis] - rest) / stride),
    step: -1,
    offset: Math.floor((first + before) / stride),
  };
};

interface PhaseWindows {
  readonly rests: Size2D;
  readonly windows: Windows;
}

const phasesOf = (geometry: ConvolutionGeometry): readonly PhaseWindows[] => {
  const [rows, columns] = geometry.strides;
  return Array.from({ length: rows * columns }, (_, n) => {
    const rests: Size2D = [Math.floor(n / columns), n % columns];
    return { rests, windows: [phaseAlong(geometry, 0, rests[0]), phaseAlong(geometry, 1, rests[1])] };
  });
};

/** The part of a kernel that a phase sees, as a matrix: `[rows, columns, channels, filters] -> [channels, taps filters]`. */
const phaseKernel = (kernel: Tensor, [a, b]: Size2D, strides: Size2D): Tensor => {
  const [rows, columns, channels, filters] = kernel.dims;
  const [down, across] = [Math.ceil((rows - a) / strides[0]), Math.ceil((columns - b) / strides[1])];
  const dims = [channels, down * across * filters];
  return opTensor('phaseKernel', dims, [kernel], {
    gradient: () => [null],
    emit: (e, [name]) => {
      const part = isOne(strides)
        ? name
        : e.node('Slice', [name, e.ints([a, b]), e.ints([rows, columns]), e.ints([0, 1]), e.ints(strides)]);
      return e.node('Reshape', [e.node('Transpose', [part], { perm: [2, 0, 1, 3] }), e.ints(dims)]);
    },
    evaluate: ([value]) => {
      const data = new Float64Array(channels * down * across * filters);
      for (let c = 0, to = 0; c < channels; c++)
        for (let i = a; i < rows; i += strides[0])
          for (let j = b; j < columns; j += strides[1], to += filters) {
            const from = ((i * columns + j) * channels + c) * filters;
            data.set(value.data.subarray(from, from + filters), to);
          }
      return { dims, data };
    },
  });
};

/** The convolution, `[batch, ...geometry.output, filters]`, as one product; null where another form is faster. */
export const convolutionByPatches = (
  x: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  geometry: ConvolutionGeometry,
): Tensor | null => {
  const [height, width, channels, filters] = kernel.dims;
  if (!isStep(x) || geometry.groups !== 1 || channels === 1 || filters < FEW) return null;
  const [patches] = patchesOf(x, [windowsOf(geometry)]);
  const product = gemm(patches, reshape(kernel, [height * width * channels, filters]), {}, bias);
  return reshape(product, [x.dims[0], ...geometry.output, filters]);
};

/** The transposed convolution, `[batch, ...geometry.image, channels]`, as a product for each phase; null where another form is faster. */
export const transposeByPhases = (
  y: Tensor,
  kernel: Tensor,
  bias: Tensor | null,
  geometry: ConvolutionGeometry,
): Tensor | null => {
  const { groups, dilation, image, strides, padding } = geometry;
  const dims = [y.dims[0], ...image, kernel.dims[2]];
  if (!isStep(y) || groups !== 1 || !isOne(dilation) || kernel.dims[2] < FEW) return null;
  const phases = phasesOf(geometry);
  if (phases.some(({ windows }) => windows.some(({ count, taps }) => count < 1 || taps < 1))) return null;
  const patches = patchesOf(
    y,
    phases.map(({ windows }) => windows),
  );
  const products = phases.map(
    ({ rests, windows }, i): Phase => ({
      values: gemm(patches[i], phaseKernel(kernel, rests, strides), { transB: true }, bias),
      places: [windows[0].count, windows[1].count],
    }),
  );
  return isOne(strides) ? reshape(products[0].values, dims) : interleave(products, dims, strides, padding);
};

/** By a product over patches: of the image, or of the output where it has fewer channels and each pixel is a place. */
const productOfPatches = (x: Tensor, y: Tensor, geometry: ConvolutionGeometry): Tensor => {
  const { kernel, strides, dilation } = geometry;
  const [channels, filters] = [x.dims[3], y.dims[3]];
  const dims = [...kernel, channels, filters];
  if (!isOne(strides) || !isOne(dilation) || filters >= channels) {
    const [patches] = patchesOf(x, [windowsOf(geometry)]);
    return reshape(gemm(patches, flat(y), { transA: true }), dims);
  }
  const [{ windows }] = phasesOf(geometry);
  const [patches] = patchesOf(y, [windows]);
  const product = gemm(patches, flat(x), { transA: true });
  return reshape(permute(reshape(product, [kernel[0] * kernel[1], filters, channels]), [0, 2, 1]), dims);
};

/** Of a kernel for each channel: every element of its patches times what comes back there, summed over the places. */
const depthwiseKernel = (x: Tensor, y: Tensor, geometry: ConvolutionGeometry): Tensor => {
  const [patches] = patchesOf(x, [windowsOf(geometry)]);
  const [places, size] = patches.dims;
  const channels = y.dims[3];
  const products = opTensor('patchProducts', patches.dims, [patches, flat(y)], {
    gradient: () => [null, null],
    emit: (e, [elements, back]) => {
      const apart = e.node('Reshape', [elements, e.ints([places, -1, channels])]);
      const product = e.node('Mul', [apart, e.node('Reshape', [back, e.ints([places, 1, channels])])]);
      return e.node('Reshape', [product, e.ints([places, size])]);
    },
    evaluate: ([elements, back]) => ({
      dims: elements.dims,
      data: elements.data.map((value, i) => value * back.data[Math.floor(i / size) * channels + (i % channels)]),
    }),
  });
  return reshape(sumRows(products), [...geometry.kernel, 1, channels]);
};

/** The gradient by the kernel, `[rows, columns, channels / groups, filters]`, as one product; null where another form is faster. */
export const kernelByPatches = (x: Tensor, y: Tensor, geometry: ConvolutionGeometry): Tensor | null => {
  const { groups } = geometry;
  const [channels, filters] = [x.dims[3], y.dims[3]];
  if (channels === 1) return null;
  if (groups === 1) return productOfPatches(x, y, geometry);
  return isStep(x) && groups === channels && groups === filters ? depthwiseKernel(x, y, geometry) : null;
};
