/**
 * Keras' layer classes and ours.
 *
 * In: a class name and its config, as Keras 2, Keras 3 and TensorFlow.js write it; or a layer of ours. Out: the other of
 * the two. What would change the numbers and is not done here (padding, strides, an unknown class) is refused by name;
 * what only trains (regularisers, initialisers, constraints) is left aside.
 * Source: https://keras.io/api/layers/
 */

import type { Activation } from '../../activations/index.ts';
import { inputError, type LatentError, shown } from '../../errors.ts';
import {
  conv2d,
  conv2dTranspose,
  dense,
  dropout,
  flatten,
  type GaussianSamplingSpec,
  gaussianNoise,
  gaussianSampling,
  type LayerSpec,
  layerNormalization,
  maxPooling2d,
  reshape,
  upSampling2d,
} from '../../layers/index.ts';
import type { Shape } from '../../tensor/index.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Package and class of the one layer that Keras does not have; its Python text is in the docs. */
export const SAMPLING_PACKAGE = 'latent_plane';
export const SAMPLING_CLASS = 'GaussianSampling';
export const RESIDUAL_CLASS = 'ResidualDense';

/** What a layer of a file comes to. */
export type Translation =
  | { readonly kind: 'layer'; readonly spec: LayerSpec; readonly useBias: boolean }
  /** Belongs to the layer before it. */
  | { readonly kind: 'activation'; readonly activation: Activation }
  /** `input` and layers that leave the numbers as they are. */
  | { readonly kind: 'nothing' };

export const SUPPORTED_CLASSES =
  'Dense, Conv2D, Conv2DTranspose (valid padding, stride 1), MaxPooling2D (valid, stride = window), ' +
  'UpSampling2D (nearest), Flatten, Reshape, Dropout, GaussianNoise, LayerNormalization (last axis, scaled and shifted), Activation, ReLU, Softmax, InputLayer, Sequential, Functional, ' +
  `${SAMPLING_CLASS}; activations linear, relu, silu (swish), sigmoid, tanh, softmax`;

/** Where a layer stands, for messages: `model.keras: layer "dense_1" (Dense)`. */
export interface KerasPlace {
  readonly file: string;
  readonly layer: string;
  readonly className: string;
}

export const placeText = ({ file, layer, className }: KerasPlace): string => `${file}: layer "${layer}" (${className})`;

const refuse = (place: KerasPlace, what: string): LatentError =>
  inputError('unsupported-layer', `${placeText(place)}: ${what}\nSupported: ${SUPPORTED_CLASSES}`);

const ACTIVATIONS: readonly Activation[] = ['linear', 'relu', 'silu', 'sigmoid', 'tanh', 'softmax'];

/** `"relu"`, or Keras 3's object for a function. */
const activationName = (value: unknown): unknown => {
  if (value === undefined || value === null) return 'linear';
  const name = isObject(value) && typeof value.config === 'string' ? value.config : value;
  return name === 'swish' ? 'silu' : name; // two names of one function
};

const activationOf = (value: unknown, place: KerasPlace): Activation => {
  const name = activationName(value);
  const found = ACTIVATIONS.find((activation) => activation === name);
  if (found) return found;
  throw refuse(place, `expects a known activation, got ${shown(name)}; train it again with one of those`);
};

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 1;

const countOf = (config: JsonObject, field: string, place: KerasPlace): number => {
  const value = config[field];
  if (isCount(value)) return value;
  throw refuse(place, `expects a whole number of 1 or more as "${field}", got ${shown(value)}; correct the config`);
};

/** Two numbers, or one for both. */
const pairOf = (value: unknown, field: string, place: KerasPlace): readonly [number, number] => {
  if (isCount(value)) return [value, value];
  if (Array.isArray(value) && value.length === 2 && value.every(isCount)) return [value[0], value[1]];
  throw refuse(place, `expects two whole numbers as "${field}", got ${shown(value)}; correct the config`);
};

/** Refuses a setting that computes something else than this project does; an absent one is Keras' default. */
const require = (
  config: JsonObject,
  place: KerasPlace,
  field: string,
  accepted: readonly unknown[],
  expected: string,
): void => {
  const value = config[field];
  if (value === undefined || value === null) return;
  if (accepted.some((option) => JSON.stringify(option) === JSON.stringify(value))) return;
  throw refuse(place, `expects "${field}" to be ${expected}, got ${shown(value)}`);
};

const useBiasOf = ({ use_bias: useBias }: JsonObject): boolean => useBias !== false;

const requirePlainConvolution = (config: JsonObject, place: KerasPlace): void => {
  require(config, place, 'padding', ['valid'], '"valid"');
  require(config, place, 'strides', [[1, 1], 1], '[1, 1]');
  require(config, place, 'dilation_rate', [[1, 1], 1], '[1, 1]');
  require(config, place, 'groups', [1], '1');
  require(config, place, 'data_format', ['channels_last'], '"channels_last"');
  require(config, place, 'output_padding', [[0, 0], 0], 'none');
};

const requireWindow = (config: JsonObject, place: KerasPlace): void => {
  require(config, place, 'padding', ['valid'], '"valid"');
  require(config, place, 'data_format', ['channels_last'], '"channels_last"');
};

const layer = (spec: LayerSpec, useBias = true): Translation => ({ kind: 'layer', spec, useBias });

/** `-1` stands for what is left of the elements. */
const targetShapeOf = (config: JsonObject, inputShape: Shape, place: KerasPlace): Shape => {
  const { target_shape: target } = config;
  const list: readonly unknown[] = Array.isArray(target) ? target : [target];
  const known = list.filter((dimension) => dimension !== -1);
  if (!known.every(isCount) || list.length - known.length > 1) {
    throw refuse(place, `expects whole numbers as "target_shape", at most one of them -1, got ${shown(target)}`);
  }
  const elements = inputShape.reduce((product, dimension) => product * dimension, 1);
  const rest = elements / known.reduce((product, dimension) => product * dimension, 1);
  return list.map((dimension) => (isCount(dimension) ? dimension : Math.max(1, Math.trunc(rest))));
};

const samplingOf = (config: JsonObject, place: KerasPlace): GaussianSamplingSpec => {
  const { parameterisation, epsilon_std: epsilonStd } = config;
  if (parameterisation !== 'log-sigma' && parameterisation !== 'log-variance')
    throw refuse(place, `expects "parameterisation" log-sigma or log-variance, got ${shown(parameterisation)}`);
  if (typeof epsilonStd !== 'number')
    throw refuse(place, `expects a number as "epsilon_std", got ${shown(epsilonStd)}`);
  const meanActivation = activationOf(config.mean_activation, place);
  return gaussianSampling({ units: countOf(config, 'units', place), meanActivation, parameterisation, epsilonStd });
};

type Reader = (config: JsonObject, place: KerasPlace, inputShape: Shape) => Translation;

const convolution =
  (make: typeof conv2d | typeof conv2dTranspose): Reader =>
  (config, place) => {
    requirePlainConvolution(config, place);
    const kernelSize = pairOf(config.kernel_size, 'kernel_size', place);
    const filters = countOf(config, 'filters', place);
    return layer(make(filters, kernelSize, activationOf(config.activation, place)), useBiasOf(config));
  };

const maxPooling: Reader = (config, place) => {
  requireWindow(config, place);
  const window = pairOf(config.pool_size ?? [2, 2], 'pool_size', place);
  const strides = config.strides ?? window;
  if (pairOf(strides, 'strides', place).join() !== window.join())
    throw refuse(place, `expects "strides" to be the window ${shown(window)}, got ${shown(strides)}`);
  return layer(maxPooling2d(window));
};

const readers: Readonly<Record<string, Reader>> = {
  InputLayer: () => ({ kind: 'nothing' }),
  Dense: (config, place) =>
    layer(dense(countOf(config, 'units', place), activationOf(config.activation, place)), useBiasOf(config)),
  Conv2D: convolution(conv2d),
  Convolution2D: convolution(conv2d),
  Conv2DTranspose: convolution(conv2dTranspose),
  Convolution2DTranspose: convolution(conv2dTranspose),
  MaxPooling2D: maxPooling,
  MaxPool2D: maxPooling,
  UpSampling2D: (config, place) => {
    requireWindow(config, place);
    require(config, place, 'interpolation', ['nearest'], '"nearest"');
    return layer(upSampling2d(pairOf(config.size ?? [2, 2], 'size', place)));
  },
  Flatten: (config, place) => {
    require(config, place, 'data_format', ['channels_last'], '"channels_last"');
    return layer(flatten());
  },
  Reshape: (config, place, inputShape) => layer(reshape(targetShapeOf(config, inputShape, place))),
  Dropout: ({ rate }, place) => {
    if (typeof rate !== 'number') throw refuse(place, `expects a number as "rate", got ${shown(rate)}`);
    return layer(dropout(rate));
  },
  GaussianNoise: ({ stddev }, place) => {
    if (typeof stddev !== 'number') throw refuse(place, `expects a number as "stddev", got ${shown(stddev)}`);
    return layer(gaussianNoise(stddev));
  },
  LayerNormalization: (config, place, inputShape) => {
    require(config, place, 'axis', [-1, [-1], inputShape.length, [inputShape.length]], 'the last axis');
    require(config, place, 'scale', [true], 'true');
    require(config, place, 'center', [true], 'true');
    require(config, place, 'rms_scaling', [false], 'false');
    const { epsilon = 1e-3 } = config;
    if (typeof epsilon !== 'number') throw refuse(place, `expects a number as "epsilon", got ${shown(epsilon)}`);
    return layer(layerNormalization(epsilon));
  },
  Activation: (config, place) => ({ kind: 'activation', activation: activationOf(config.activation, place) }),
  ReLU: (config, place) => {
    require(config, place, 'max_value', [], 'none');
    require(config, place, 'negative_slope', [0], '0');
    require(config, place, 'threshold', [0], '0');
    return { kind: 'activation', activation: 'relu' };
  },
  Softmax: (config, place) => {
    require(config, place, 'axis', [-1], '-1');
    return { kind: 'activation', activation: 'softmax' };
  },
  [SAMPLING_CLASS]: (config, place) => layer(samplingOf(config, place)),
};

/** `relu` of `some_package>Custom`: what is not Keras' own is named with its package. */
const ownName = (registered: unknown, module: unknown): boolean =>
  registered === undefined ||
  registered === null ||
  (typeof registered === 'string' && !registered.includes('>')) ||
  (typeof module === 'string' && /^keras(\.|$)/.test(module) && typeof registered !== 'string');

/**
 * One layer of a Keras config.
 *
 * @param node - `{ class_name, config, registered_name?, module? }`.
 * @param inputShape - what reaches the layer, without the batch axis.
 * @throws LatentError (input) `unsafe-layer` for a Lambda, whose code is never run; `custom-layer` for a class that is
 *   not Keras' own; `unsupported-layer` for one that this project does not compute.
 */
export const translateLayer = (node: JsonObject, place: KerasPlace, inputShape: Shape): Translation => {
  const { className } = place;
  if (className === 'Lambda') {
    throw inputError(
      'unsafe-layer',
      `${placeText(place)}: holds Python code, which is never run here; replace it by a layer of Keras, or take its values alone for a network that is known: npx latent import FILE --network vae-1 --out DIR\nSupported: ${SUPPORTED_CLASSES}`,
    );
  }
  const registered = node.registered_name;
  const isOurs = className === SAMPLING_CLASS;
  if (!isOurs && !ownName(registered, node.module)) {
    throw inputError(
      'custom-layer',
      `${placeText(place)}: expects a layer of Keras, got the custom class ${shown(registered)}, whose code is never run here; replace it\nSupported: ${SUPPORTED_CLASSES}`,
    );
  }
  const reader = Object.hasOwn(readers, className) ? readers[className] : undefined;
  if (reader === undefined) throw refuse(place, 'expects a supported layer; replace it, or leave it out');
  if (!isObject(node.config)) throw refuse(place, `expects a config object, got ${shown(node.config)}`);
  return reader(node.config, place, inputShape);
};

/** How Keras names the class of a layer of ours. */
export const kerasClassOf = ({ type }: LayerSpec): string =>
  ({
    dense: 'Dense',
    conv2d: 'Conv2D',
    'conv2d-transpose': 'Conv2DTranspose',
    'max-pooling2d': 'MaxPooling2D',
    'up-sampling2d': 'UpSampling2D',
    flatten: 'Flatten',
    reshape: 'Reshape',
    dropout: 'Dropout',
    'gaussian-noise': 'GaussianNoise',
    'layer-normalization': 'LayerNormalization',
    'residual-dense': RESIDUAL_CLASS,
    'gaussian-sampling': SAMPLING_CLASS,
  })[type];

const initializer = (className: string, config: JsonObject): JsonObject => ({
  module: 'keras.initializers',
  class_name: className,
  config,
  registered_name: null,
});

const weighted = {
  use_bias: true,
  kernel_initializer: initializer('GlorotUniform', { seed: null }),
  bias_initializer: initializer('Zeros', {}),
  kernel_regularizer: null,
  bias_regularizer: null,
  kernel_constraint: null,
  bias_constraint: null,
};

/** `swish` is the name that Keras 2, Keras 3 and TensorFlow.js share. */
const kerasActivation = (activation: Activation): string => (activation === 'silu' ? 'swish' : activation);

/** The config of a layer of ours as Keras 2.15 and Keras 3 read it, without name, dtype and `trainable`. */
export const kerasConfigOf = (spec: LayerSpec): JsonObject => {
  switch (spec.type) {
    case 'dense':
      return { units: spec.units, activation: kerasActivation(spec.activation), ...weighted };
    case 'conv2d':
    case 'conv2d-transpose':
      return {
        filters: spec.filters,
        kernel_size: [...spec.kernelSize],
        strides: [1, 1],
        padding: 'valid',
        data_format: 'channels_last',
        dilation_rate: [1, 1],
        ...(spec.type === 'conv2d' ? { groups: 1 } : { output_padding: null }),
        activation: kerasActivation(spec.activation),
        ...weighted,
        activity_regularizer: null,
      };
    case 'max-pooling2d':
      return {
        pool_size: [...spec.poolSize],
        padding: 'valid',
        strides: [...spec.poolSize],
        data_format: 'channels_last',
      };
    case 'up-sampling2d':
      return { size: [...spec.size], data_format: 'channels_last', interpolation: 'nearest' };
    case 'flatten':
      return { data_format: 'channels_last' };
    case 'reshape':
      return { target_shape: [...spec.targetShape] };
    case 'dropout':
      return { rate: spec.rate, noise_shape: null, seed: null };
    case 'gaussian-noise':
      return { stddev: spec.std, seed: null };
    case 'layer-normalization':
      return {
        axis: [-1],
        epsilon: spec.epsilon,
        center: true,
        scale: true,
        beta_initializer: initializer('Zeros', {}),
        gamma_initializer: initializer('Ones', {}),
        beta_regularizer: null,
        gamma_regularizer: null,
        beta_constraint: null,
        gamma_constraint: null,
      };
    case 'residual-dense':
      throw inputError(
        'unsupported-layer',
        'Keras and TensorFlow.js have no layer that is "residual-dense"; export the network as ONNX: --to onnx',
      );
    case 'gaussian-sampling':
      return {
        units: spec.units,
        mean_activation: kerasActivation(spec.meanActivation),
        parameterisation: spec.parameterisation,
        epsilon_std: spec.epsilonStd,
      };
  }
};
