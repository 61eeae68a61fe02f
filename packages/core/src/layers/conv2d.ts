/** Convolution over rows and columns. */
import { type Activation, activationField } from '../activations/index.ts';
import { inputError } from '../errors.ts';
import { activationSetting, field, ignored, kernelAndBias, optionalField, type SpecOf } from '../registry/index.ts';
import type { Size2D } from '../tensor/index.ts';
import * as ops from '../tensor/ops/index.ts';
import {
  convolutionDetail,
  convolutionSettings,
  dilationField,
  filtersField,
  geometryOf,
  groupsField,
  isPlain,
  kernelSizeField,
  paddingField,
  requireGeometry,
  stridesAndDilation,
  stridesField,
} from './convolution.ts';
import { defineLayer, kernelAndBiasWeights, useBiasField } from './definition.ts';
import { errorPlace, shapeMismatch } from './place.ts';
import { convolved, torchConvolution } from './torch-code.ts';
import { convolutionModule } from './torch-form.ts';

/** Kernel `[rows, columns, channels / groups, filters]`. */
export const conv2dLayer = defineLayer({
  type: 'conv2d',
  baseName: 'conv2d',
  label: 'Convolution',
  doc: 'Slides kernels over the image; every output sees one window of it.',
  formula:
    'activation(x * K + b): [h, w, channels] -> [floor((h - rows) / s) + 1, floor((w - columns) / s) + 1, filters], or [ceil(h / s), ceil(w / s), filters] under `same`',
  fields: {
    filters: filtersField('Kernels, each of which gives a channel.'),
    kernelSize: kernelSizeField,
    activation: activationField({ label: 'Activation', doc: 'What is done to the sums.', default: 'relu' }),
    strides: stridesField('1'),
    padding: paddingField,
    dilation: dilationField,
    groups: groupsField,
    useBias: useBiasField,
  },
  outputShape: (spec, inputShape, place) => {
    const { filters, groups = 1 } = spec;
    const { output } = requireGeometry(spec, inputShape, 'kernel', place);
    const [, , channels] = inputShape;
    if (channels % groups !== 0)
      throw shapeMismatch(
        place,
        ['rows', 'columns', `a multiple of ${groups} channels`],
        inputShape,
        'change "groups"',
      );
    if (filters % groups !== 0)
      throw inputError('invalid-layer', {
        at: { ...errorPlace(place), field: 'filters' },
        expected: `a multiple of the ${groups} groups`,
        got: String(filters),
        hint: 'change one of them',
      });
    return [...output, filters];
  },
  // Keras: fans of a convolution are its receptive field times its channels.
  weights: ({ filters, kernelSize: [rows, columns], groups = 1, useBias }, [, , channels]) =>
    kernelAndBiasWeights(
      [rows, columns, channels / groups, filters],
      filters,
      { fanIn: (rows * columns * channels) / groups, fanOut: rows * columns * filters },
      { useBias },
    ),
  build: (spec, { x, weight, activate }) => {
    const bias = spec.useBias === false ? null : weight('bias');
    const sums = isPlain(spec)
      ? ops.conv2d(x, weight('kernel'), bias)
      : ops.stridedConv2d(x, weight('kernel'), bias, geometryOf(spec, x.dims.slice(1)));
    return activate(spec.activation, sums);
  },
  activationField: 'activation',
  detail: convolutionDetail,
  biasParameter: 'bias',
  convolution: true,
  // Every place is computed from a patch of its own.
  workspace: ({ kernelSize: [rows, columns] }, [, , channels], [height, width]) =>
    height * width * rows * columns * channels,
  tfjsLacks: (spec) => ((spec.groups ?? 1) === 1 ? stridesAndDilation(spec) : 'convolutions of groups'),
  kerasLacks: stridesAndDilation,
  torch: () => [convolutionModule],
  torchCode: {
    channels: () => 'first',
    modules: (spec, inputShape) => ({ '': torchConvolution(spec, inputShape, spec.filters) }),
    output: (spec, { x, inputShape, module, activate }) =>
      activate(spec.activation, `${module()}(${convolved(x, spec, inputShape)})`),
  },
  keras: {
    className: 'Conv2D',
    aliases: ['Convolution2D'],
    settings: {
      filters: field('filters'),
      kernel_size: field('kernelSize'),
      ...convolutionSettings,
      groups: optionalField('groups', 1),
      activation: activationSetting('activation'),
      ...kernelAndBias,
      activity_regularizer: ignored(null),
    },
    arrays: ['kernel', 'bias'],
  },
});

/**
 * A convolution as plain data, which `conv2d` makes.
 *
 * @interface
 */
export type Conv2DSpec = SpecOf<typeof conv2dLayer>;

/** A convolution without padding, strides of 1. `[h, w, channels] -> [h - rows + 1, w - columns + 1, filters]`. */
export const conv2d = (filters: number, kernelSize: Size2D, activation: Activation): Conv2DSpec => ({
  type: 'conv2d',
  filters,
  kernelSize,
  activation,
});
