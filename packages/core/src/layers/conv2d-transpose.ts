/** Transposed convolution over rows and columns: each pixel draws a scaled kernel. */
import { type Activation, activationField } from '../activations/index.ts';
import { inputError, internalError, shown } from '../errors.ts';
import {
  activationSetting,
  field,
  ignored,
  kernelAndBias,
  optional,
  optionalField,
  pythonCall,
  type SpecOf,
  size,
} from '../registry/index.ts';
import { type ConvolutionSettings, transposedGeometry } from '../tensor/geometry.ts';
import type { Shape, Size2D } from '../tensor/index.ts';
import * as ops from '../tensor/ops/index.ts';
import {
  convolutionDetail,
  convolutionSettings,
  dilationField,
  filtersField,
  isPlain,
  kernelSizeField,
  paddingField,
  stridesAndDilation,
  stridesField,
} from './convolution.ts';
import { defineLayer, kernelAndBiasWeights, useBiasField } from './definition.ts';
import { MAX_WINDOW } from './limits.ts';
import { errorPlace, requireImageShape } from './place.ts';
import { sides } from './torch-code.ts';
import { convolutionModule } from './torch-form.ts';

/** Which output paddings there are along an axis: `0 to 1`, or `1` alone. */
const outputPaddings = (
  { kernelSize, strides = [1, 1], padding, dilation = [1, 1] }: ConvolutionSettings,
  axis: 0 | 1,
): string => {
  // Under `same` Keras counts from a size that depends on whether the kernel, with its gaps, is odd.
  const least = padding === 'same' ? ((kernelSize[axis] - 1) * dilation[axis]) % 2 : 0;
  const most = least + strides[axis] - 1;
  return least === most ? String(least) : `${least} to ${most}`;
};

/** What PyTorch cuts off on every side, and what the output has more than is then left, or, below 0, less. */
const torchSize = (
  spec: ConvolutionSettings & { readonly outputPadding?: Size2D },
  [height, width]: Shape,
): { readonly padding: Size2D; readonly more: Size2D } => {
  const geometry = transposedGeometry([height, width], spec);
  if (geometry === null) throw internalError('a transposed convolution of a shape that was not checked');
  const { image, output, kernel, strides, dilation, padding } = geometry;
  const along = (axis: 0 | 1): number =>
    image[axis] - ((output[axis] - 1) * strides[axis] + (kernel[axis] - 1) * dilation[axis] + 1 - 2 * padding[axis]);
  return { padding, more: [along(0), along(1)] };
};

/** Kernel `[rows, columns, filters, channels]`. */
export const conv2dTransposeLayer = defineLayer({
  type: 'conv2d-transpose',
  baseName: 'conv2d_transpose',
  label: 'Transposed convolution',
  doc: 'Draws a scaled kernel at every pixel and adds them up, the reverse of a convolution.',
  formula:
    'activation(x *T K + b): [h, w, channels] -> [(h - 1) s + rows, (w - 1) s + columns, filters], or [h s, w s, filters] under `same`',
  fields: {
    filters: filtersField('Channels that the layer gives.'),
    kernelSize: kernelSizeField,
    activation: activationField({ label: 'Activation', doc: 'What is done to the sums.', default: 'relu' }),
    strides: stridesField('1'),
    padding: paddingField,
    outputPadding: optional(
      size({
        label: 'Output padding',
        doc: 'Rows and columns that the output has beyond the smallest size; Keras’ usual size when absent.',
        min: 0,
        max: MAX_WINDOW,
        default: [0, 0],
      }),
    ),
    dilation: dilationField,
    useBias: useBiasField,
  },
  outputShape: (spec, inputShape, place) => {
    const [rows, columns] = requireImageShape(inputShape, place);
    const geometry = transposedGeometry([rows, columns], spec);
    if (geometry === null)
      throw inputError('invalid-layer', {
        at: { ...errorPlace(place), field: 'outputPadding' },
        expected: `${outputPaddings(spec, 0)} rows and ${outputPaddings(spec, 1)} columns, so that a convolution gives the input back`,
        got: shown(spec.outputPadding ?? 'none'),
        hint: 'leave it out, or take one of those',
      });
    return [...geometry.image, spec.filters];
  },
  // Keras reads the fans off the kernel's last two axes, which here are filters and channels, in that order.
  weights: ({ filters, kernelSize: [rows, columns], useBias }, [, , channels]) =>
    kernelAndBiasWeights(
      [rows, columns, filters, channels],
      filters,
      { fanIn: rows * columns * filters, fanOut: rows * columns * channels },
      { useBias },
    ),
  build: (spec, { x, weight, activate }) => {
    const bias = spec.useBias === false ? null : weight('bias');
    if (isPlain(spec) && spec.outputPadding === undefined)
      return activate(spec.activation, ops.conv2dTranspose(x, weight('kernel'), bias));
    const geometry = transposedGeometry([x.dims[1], x.dims[2]], spec);
    if (geometry === null) throw internalError('a transposed convolution of a shape that was not checked');
    return activate(spec.activation, ops.stridedConv2dImage(x, weight('kernel'), bias, geometry));
  },
  activationField: 'activation',
  detail: convolutionDetail,
  biasParameter: 'bias',
  convolution: true,
  // Every place is computed from a patch of its own.
  workspace: ({ kernelSize: [rows, columns] }, [, , channels], [height, width]) =>
    height * width * rows * columns * channels,
  tfjsLacks: ({ dilation = [1, 1], outputPadding }) =>
    outputPadding !== undefined || dilation.some((n) => n !== 1)
      ? 'dilation and output padding of transposed convolutions'
      : null,
  kerasLacks: (spec) => {
    const { outputPadding = [0, 0], strides = [1, 1] } = spec;
    return outputPadding.some((n, axis) => n >= strides[axis])
      ? 'output padding that is not less than the strides'
      : stridesAndDilation(spec);
  },
  torch: () => [convolutionModule],
  torchCode: {
    channels: () => 'first',
    modules: (spec, inputShape) => {
      const { filters, kernelSize, strides = [1, 1], dilation = [1, 1], useBias } = spec;
      const { padding, more } = torchSize(spec, inputShape);
      const added: Size2D = [Math.max(0, more[0]), Math.max(0, more[1])];
      const settings = {
        stride: sides(strides, 1),
        padding: sides(padding, 0),
        output_padding: sides(added, 0),
        dilation: sides(dilation, 1),
        bias: useBias === false ? false : undefined,
      };
      return { '': pythonCall('nn.ConvTranspose2d', [inputShape[2], filters, sides(kernelSize)], settings) };
    },
    output: (spec, { x, inputShape, outputShape: [rows, columns], module, activate }) => {
      const isLarger = torchSize(spec, inputShape).more.some((n) => n < 0);
      const drawn = `${module()}(${x})`;
      return activate(spec.activation, isLarger ? `${drawn}[:, :, :${rows}, :${columns}]` : drawn);
    },
  },
  keras: {
    className: 'Conv2DTranspose',
    aliases: ['Convolution2DTranspose'],
    settings: {
      filters: field('filters'),
      kernel_size: field('kernelSize'),
      ...convolutionSettings,
      output_padding: optionalField('outputPadding', null),
      activation: activationSetting('activation'),
      ...kernelAndBias,
      activity_regularizer: ignored(null),
    },
    arrays: ['kernel', 'bias'],
  },
});

/**
 * A transposed convolution as plain data, which `conv2dTranspose` makes.
 *
 * @interface
 */
export type Conv2DTransposeSpec = SpecOf<typeof conv2dTransposeLayer>;

/**
 * A transposed convolution without padding, strides of 1.
 * `[h, w, channels] -> [h + rows - 1, w + columns - 1, filters]`.
 */
export const conv2dTranspose = (filters: number, kernelSize: Size2D, activation: Activation): Conv2DTransposeSpec => ({
  type: 'conv2d-transpose',
  filters,
  kernelSize,
  activation,
});
