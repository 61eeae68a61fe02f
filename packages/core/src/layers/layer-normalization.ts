/** Layer normalisation: the features of each image to mean 0 and variance 1, then scaled and shifted as learned. */
import { shown } from '../errors.ts';
import { custom, field, fixed, ignored, kerasInitializer, number, pythonCall, type SpecOf } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { defineLayer, trained } from './definition.ts';
import { normalizationModule } from './torch-form.ts';

/** Keras' own. */
const DEFAULT_EPSILON = 1e-3;

/** Weights `gamma`, `beta`. */
export const layerNormalizationLayer = defineLayer({
  type: 'layer-normalization',
  baseName: 'layer_normalization',
  label: 'Layer normalisation',
  doc: 'Brings the features of each image, or the channels of each of its pixels, to mean 0 and variance 1, then scales and shifts them.',
  formula: 'gamma (x - mean) / sqrt(variance + epsilon) + beta, over the last axis: [..., features] to itself',
  source: 'Ba, Kiros & Hinton 2016',
  fields: {
    epsilon: number({
      label: 'Added to the variance',
      doc: 'Keeps the division finite.',
      min: 1e-6,
      max: 1,
      step: 0.001,
      default: DEFAULT_EPSILON,
      fileDefault: DEFAULT_EPSILON,
    }),
  },
  outputShape: (_spec, inputShape) => inputShape,
  weights: (_spec, inputShape) => {
    const features = inputShape[inputShape.length - 1];
    const fans = { fanIn: features, fanOut: features };
    return [trained('gamma', [features], fans, 'ones'), trained('beta', [features], fans, 'zeros')];
  },
  build: ({ epsilon }, { x, weight }) => {
    const features = x.dims[x.dims.length - 1];
    const count = x.dims.slice(0, -1).reduce((product, dim) => product * dim, 1);
    const isVector = x.dims.length === 2;
    const rows = isVector ? x : ops.reshape(x, [Math.max(count, -1), features]);
    const y = ops.shiftColumns(ops.scaleColumns(ops.standardizeRows(rows, epsilon), weight('gamma')), weight('beta'));
    return isVector ? y : ops.reshape(y, x.dims);
  },
  torch: () => [normalizationModule],
  torchCode: {
    channels: () => 'last',
    modules: ({ epsilon }, inputShape) => ({
      '': pythonCall('nn.LayerNorm', [inputShape[inputShape.length - 1]], { eps: epsilon }),
    }),
    output: (_spec, { x, module }) => `${module()}(${x})`,
  },
  keras: {
    className: 'LayerNormalization',
    limits: 'last axis, scaled and shifted',
    settings: {
      axis: custom({
        write: () => [-1],
        read: (axis, { inputShape, refuse }) => {
          const last = [-1, inputShape.length];
          const [only, ...more]: readonly unknown[] = Array.isArray(axis) ? axis : [axis ?? -1];
          if (more.length > 0 || !last.some((accepted) => accepted === only))
            throw refuse({ at: { field: 'axis' }, expected: 'the last axis', got: shown(axis) });
          return {};
        },
      }),
      epsilon: field('epsilon', DEFAULT_EPSILON),
      center: fixed(true),
      scale: fixed(true),
      rms_scaling: fixed(undefined, { or: [false], expected: 'false' }),
      beta_initializer: ignored(kerasInitializer('Zeros')),
      gamma_initializer: ignored(kerasInitializer('Ones')),
      beta_regularizer: ignored(null),
      gamma_regularizer: ignored(null),
      beta_constraint: ignored(null),
      gamma_constraint: ignored(null),
    },
    arrays: ['gamma', 'beta'],
  },
});

/**
 * Layer normalisation as plain data, which `layerNormalization` makes.
 *
 * @interface
 */
export type LayerNormalizationSpec = SpecOf<typeof layerNormalizationLayer>;

/** `[features]` to itself. Gamma begins at 1, beta at 0. */
export const layerNormalization = (epsilon = DEFAULT_EPSILON): LayerNormalizationSpec => ({
  type: 'layer-normalization',
  epsilon,
});
