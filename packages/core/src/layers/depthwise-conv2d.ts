/** Depthwise convolution: each channel has kernels of its own and sees no other. */
import { activationField } from '../activations/index.ts';
import {
  activationSetting,
  field,
  ignored,
  integer,
  kernelAndBias,
  optional,
  optionalField,
} from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import {
  convolutionDetail,
  convolutionSettings,
  dilationField,
  geometryOf,
  kernelSizeField,
  paddingField,
  requireGeometry,
  stridesField,
} from './convolution.ts';
import { defineLayer, trained, useBiasField } from './definition.ts';
import { convolved, torchConvolution } from './torch-code.ts';
import { depthwiseWeight } from './torch-form.ts';

const MAX_MULTIPLIER = 64;

export const depthMultiplierField = optional(
  integer({
    label: 'Depth multiplier',
    doc: 'Channels that each channel gives; 1 when absent.',
    min: 1,
    max: MAX_MULTIPLIER,
    default: 2,
  }),
);

/** Kernel `[rows, columns, channels, depthMultiplier]`. */
export const depthwiseConv2dLayer = defineLayer({
  type: 'depthwise-conv2d',
  baseName: 'depthwise_conv2d',
  label: 'Depthwise convolution',
  doc: 'A convolution in which each channel has kernels of its own and sees no other.',
  formula: 'activation(x_c * K_c + b), channel by channel: [h, w, channels] -> [..., channels x depthMultiplier]',
  source: 'Chollet 2017, Xception',
  fields: {
    kernelSize: kernelSizeField,
    activation: activationField({ label: 'Activation', doc: 'What is done to the sums.', default: 'relu' }),
    depthMultiplier: depthMultiplierField,
    strides: stridesField('1'),
    padding: paddingField,
    dilation: dilationField,
    useBias: useBiasField,
  },
  outputShape: (spec, inputShape, place) => {
    const { output } = requireGeometry(spec, inputShape, 'kernel', place);
    return [...output, inputShape[2] * (spec.depthMultiplier ?? 1)];
  },
  weights: ({ kernelSize: [rows, columns], depthMultiplier = 1, useBias }, [, , channels]) => {
    const fans = { fanIn: rows * columns * channels, fanOut: rows * columns * depthMultiplier };
    return [
      trained('depthwise_kernel', [rows, columns, channels, depthMultiplier], fans, 'glorot-uniform'),
      ...(useBias === false ? [] : [trained('bias', [channels * depthMultiplier], fans, 'zeros')]),
    ];
  },
  build: (spec, { x, weight, activate }) => {
    const [rows, columns, channels] = x.dims.slice(1);
    const { depthMultiplier = 1, kernelSize, useBias } = spec;
    const kernel = ops.reshape(weight('depthwise_kernel'), [...kernelSize, 1, channels * depthMultiplier]);
    const geometry = geometryOf({ ...spec, groups: channels }, [rows, columns, channels]);
    const bias = useBias === false ? null : weight('bias');
    return activate(spec.activation, ops.stridedConv2d(x, kernel, bias, geometry));
  },
  activationField: 'activation',
  detail: convolutionDetail,
  biasParameter: 'bias',
  convolution: true,
  workspace: ({ kernelSize: [rows, columns] }, [, , channels], [height, width]) =>
    height * width * rows * columns * channels,
  // It has the setting, and computes as if it were 1.
  tfjsLacks: ({ dilation = [1, 1] }) => (dilation.some((n) => n !== 1) ? 'dilation of depthwise convolutions' : null),
  torch: () => [{ head: '', arrays: { weight: depthwiseWeight, bias: { role: 'bias' } } }],
  torchCode: {
    channels: () => 'first',
    modules: (spec, inputShape) => {
      const [, , channels] = inputShape;
      return { '': torchConvolution(spec, inputShape, channels * (spec.depthMultiplier ?? 1), channels) };
    },
    output: (spec, { x, inputShape, module, activate }) =>
      activate(spec.activation, `${module()}(${convolved(x, spec, inputShape)})`),
  },
  keras: {
    className: 'DepthwiseConv2D',
    settings: {
      kernel_size: field('kernelSize'),
      ...convolutionSettings,
      depth_multiplier: optionalField('depthMultiplier', 1),
      activation: activationSetting('activation'),
      use_bias: kernelAndBias.use_bias,
      bias_initializer: kernelAndBias.bias_initializer,
      bias_regularizer: ignored(null),
      activity_regularizer: ignored(null),
      bias_constraint: ignored(null),
    },
    arrays: ['depthwise_kernel', 'bias'],
    shortNames: true,
  },
});
