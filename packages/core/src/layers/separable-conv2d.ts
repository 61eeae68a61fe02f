/** Separable convolution: a depthwise one, then a mixture of the channels at each place. */
import { activationField } from '../activations/index.ts';
import { activationSetting, field, ignored, kernelAndBias, optionalField, pythonCall } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import {
  convolutionDetail,
  convolutionSettings,
  dilationField,
  filtersField,
  geometryOf,
  kernelSizeField,
  paddingField,
  requireGeometry,
  stridesAndDilation,
  stridesField,
} from './convolution.ts';
import { defineLayer, trained, useBiasField } from './definition.ts';
import { depthMultiplierField } from './depthwise-conv2d.ts';
import { convolved, torchConvolution } from './torch-code.ts';
import { depthwiseModule, pointwiseModule } from './torch-form.ts';

/** Kernels `[rows, columns, channels, depthMultiplier]` and `[1, 1, channels x depthMultiplier, filters]`. */
export const separableConv2dLayer = defineLayer({
  type: 'separable-conv2d',
  baseName: 'separable_conv2d',
  label: 'Separable convolution',
  doc: 'A depthwise convolution whose channels are then mixed at each place: fewer weights than a convolution.',
  formula: 'activation((x_c * K_c) P + b): [h, w, channels] -> [..., filters]',
  source: 'Chollet 2017, Xception',
  fields: {
    filters: filtersField('Channels that the layer gives.'),
    kernelSize: kernelSizeField,
    activation: activationField({ label: 'Activation', doc: 'What is done to the sums.', default: 'relu' }),
    depthMultiplier: depthMultiplierField,
    strides: stridesField('1'),
    padding: paddingField,
    dilation: dilationField,
    useBias: useBiasField,
  },
  outputShape: (spec, inputShape, place) => [
    ...requireGeometry(spec, inputShape, 'kernel', place).output,
    spec.filters,
  ],
  weights: ({ filters, kernelSize: [rows, columns], depthMultiplier = 1, useBias }, [, , channels]) => {
    const between = channels * depthMultiplier;
    const depthwise = { fanIn: rows * columns * channels, fanOut: rows * columns * depthMultiplier };
    const pointwise = { fanIn: between, fanOut: filters };
    return [
      trained('depthwise_kernel', [rows, columns, channels, depthMultiplier], depthwise, 'glorot-uniform'),
      trained('pointwise_kernel', [1, 1, between, filters], pointwise, 'glorot-uniform'),
      ...(useBias === false ? [] : [trained('bias', [filters], pointwise, 'zeros')]),
    ];
  },
  build: (spec, { x, weight, activate }) => {
    const [rows, columns, channels] = x.dims.slice(1);
    const { depthMultiplier = 1, kernelSize, useBias } = spec;
    const kernel = ops.reshape(weight('depthwise_kernel'), [...kernelSize, 1, channels * depthMultiplier]);
    const between = ops.stridedConv2d(x, kernel, null, geometryOf({ ...spec, groups: channels }, [rows, columns]));
    const bias = useBias === false ? null : weight('bias');
    return activate(spec.activation, ops.conv2d(between, weight('pointwise_kernel'), bias));
  },
  activationField: 'activation',
  detail: convolutionDetail,
  biasParameter: 'bias',
  convolution: true,
  workspace: ({ kernelSize: [rows, columns] }, [, , channels], [height, width]) =>
    height * width * rows * columns * channels,
  tfjsLacks: stridesAndDilation,
  torch: () => [depthwiseModule, pointwiseModule],
  torchCode: {
    channels: () => 'first',
    modules: (spec, inputShape) => {
      const [, , channels] = inputShape;
      const between = channels * (spec.depthMultiplier ?? 1);
      const bias = spec.useBias === false ? false : undefined;
      return {
        depthwise: torchConvolution({ ...spec, useBias: false }, inputShape, between, channels),
        pointwise: pythonCall('nn.Conv2d', [between, spec.filters, 1], { bias }),
      };
    },
    output: (spec, { x, inputShape, module, activate }) => {
      const apart = `${module('depthwise')}(${convolved(x, spec, inputShape)})`;
      return activate(spec.activation, `${module('pointwise')}(${apart})`);
    },
  },
  keras: {
    className: 'SeparableConv2D',
    aliases: ['SeparableConvolution2D'],
    settings: {
      filters: field('filters'),
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
    arrays: ['depthwise_kernel', 'pointwise_kernel', 'bias'],
  },
});
