/** How the windows of convolutions and pooling lie over an image. */
import type { Size2D } from './shape.ts';

/** How a convolution lies over an image. */
export interface ConvolutionGeometry {
  /** Rows and columns of the image. */
  readonly image: Size2D;
  /** Rows and columns of what comes out. */
  readonly output: Size2D;
  readonly kernel: Size2D;
  readonly strides: Size2D;
  readonly dilation: Size2D;
  /** Zeros above and left of the image; as many as are needed lie below and right of it. */
  readonly padding: Size2D;
  /** Channels and filters are split in so many parts, each of which sees its own. */
  readonly groups: number;
}

/** Rows or columns that a kernel covers with its gaps. */
const reach = (kernel: number, dilation: number): number => (kernel - 1) * dilation + 1;

/** What a convolution is asked for beside the image; the first value of each where it is absent. */
export interface ConvolutionSettings {
  readonly kernelSize: Size2D;
  /** 1. */
  readonly strides?: Size2D;
  /** `valid`: within the image; `same`: so that the output has the image's size over the stride, the odd zero below and right. */
  readonly padding?: 'valid' | 'same';
  /** 1. */
  readonly dilation?: Size2D;
  /** 1. */
  readonly groups?: number;
}

const ONE: Size2D = [1, 1];

/**
 * How a convolution lies over an image, as Keras has it: null where the kernel is larger than the image.
 *
 * Source: TensorFlow, "Notes on padding".
 */
export const convolutionGeometry = (
  image: Size2D,
  { kernelSize, strides = ONE, padding = 'valid', dilation = ONE, groups = 1 }: ConvolutionSettings,
): ConvolutionGeometry | null => {
  const along = (axis: 0 | 1): readonly [output: number, before: number] => {
    const size = image[axis];
    const covered = reach(kernelSize[axis], dilation[axis]);
    if (padding === 'valid') return [Math.floor((size - covered) / strides[axis]) + 1, 0];
    const output = Math.ceil(size / strides[axis]);
    return [output, Math.floor(Math.max(0, (output - 1) * strides[axis] + covered - size) / 2)];
  };
  const [[rows, top], [columns, left]] = [along(0), along(1)];
  if (rows < 1 || columns < 1) return null;
  return { image, output: [rows, columns], kernel: kernelSize, strides, dilation, padding: [top, left], groups };
};

/**
 * How the convolution lies whose transpose takes an image of `input`: null where there is none of that size.
 *
 * The size is Keras' own: `(input - 1) stride + kernel`, or `input x stride` under `same`; `outputPadding` adds to the
 * smallest size that there is. Source: Keras, `compute_conv_transpose_output_shape`.
 */
export const transposedGeometry = (
  input: Size2D,
  settings: ConvolutionSettings & { readonly outputPadding?: Size2D },
): ConvolutionGeometry | null => {
  const { kernelSize, strides = ONE, padding = 'valid', dilation = ONE, outputPadding } = settings;
  const along = (axis: 0 | 1): number => {
    const [size, stride, covered] = [input[axis], strides[axis], reach(kernelSize[axis], dilation[axis])];
    if (padding === 'valid')
      return (size - 1) * stride + covered + (outputPadding?.[axis] ?? Math.max(covered, stride) - covered);
    return outputPadding === undefined ? size * stride : (size - 1) * stride + (covered % 2) + outputPadding[axis];
  };
  const image: Size2D = [along(0), along(1)];
  if (image.some((side) => side < 1)) return null;
  const geometry = convolutionGeometry(image, settings);
  return geometry && geometry.output[0] === input[0] && geometry.output[1] === input[1] ? geometry : null;
};

/** Zeros below and right of the image that windows reach; negative where the last rows or columns are not seen. */
export const paddingAfter = ({
  image,
  output,
  kernel,
  strides,
  dilation,
  padding,
}: Omit<ConvolutionGeometry, 'groups'>): Size2D => {
  const after = (axis: 0 | 1): number =>
    (output[axis] - 1) * strides[axis] + reach(kernel[axis], dilation[axis]) - image[axis] - padding[axis];
  return [after(0), after(1)];
};
