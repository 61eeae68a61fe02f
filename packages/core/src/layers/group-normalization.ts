/** Group normalisation: groups of channels of each image to mean 0 and variance 1, then scaled and shifted as learned. */
import { inputError, shown } from '../errors.ts';
import { custom, field, fixed, ignored, integer, kerasInitializer, number, pythonCall } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { defineLayer, trained } from './definition.ts';
import { errorPlace, requireImageShape } from './place.ts';
import { normalizationModule } from './torch-form.ts';

/** Keras' own. */
const DEFAULT_EPSILON = 1e-3;
const MAX_GROUPS = 4096;

/** Weights `gamma`, `beta`. */
export const groupNormalizationLayer = defineLayer({
  type: 'group-normalization',
  baseName: 'group_normalization',
  label: 'Group normalisation',
  doc: 'Brings groups of channels of each image to mean 0 and variance 1, then scales and shifts each channel.',
  formula:
    'gamma (x - mean) / sqrt(variance + epsilon) + beta, over pixels and channels of a group: [h, w, c] to itself',
  source: 'Wu & He 2018',
  fields: {
    groups: integer({
      label: 'Groups',
      doc: 'In so many parts the channels are split.',
      min: 1,
      max: MAX_GROUPS,
      default: 1,
    }),
    epsilon: number({
      label: 'Added to the variance',
      doc: 'Keeps the division finite.',
      min: 1e-8,
      max: 1,
      step: 0.001,
      default: DEFAULT_EPSILON,
      fileDefault: DEFAULT_EPSILON,
    }),
  },
  outputShape: ({ groups }, inputShape, place) => {
    const [, , channels] = requireImageShape(inputShape, place);
    if (channels % groups !== 0)
      throw inputError('invalid-layer', {
        at: { ...errorPlace(place), field: 'groups' },
        expected: `a divisor of the ${channels} channels`,
        got: String(groups),
        hint: 'change one of them',
      });
    return inputShape;
  },
  weights: (_spec, inputShape) => {
    const channels = inputShape[inputShape.length - 1];
    const fans = { fanIn: channels, fanOut: channels };
    return [trained('gamma', [channels], fans, 'ones'), trained('beta', [channels], fans, 'zeros')];
  },
  build: ({ groups, epsilon }, { x, weight }) => {
    const [batch, height, width, channels] = x.dims;
    const perGroup = channels / groups;
    // Rows of the values of one group of one image.
    const apart = ops.permute(ops.reshape(x, [batch, height * width, groups, perGroup]), [0, 2, 1, 3]);
    const rows = ops.reshape(apart, [batch < 0 ? -1 : batch * groups, height * width * perGroup]);
    const even = ops.reshape(ops.standardizeRows(rows, epsilon), [batch, groups, height * width, perGroup]);
    const back = ops.permute(even, [0, 2, 1, 3]);
    const columns = ops.reshape(back, [batch < 0 ? -1 : batch * height * width, channels]);
    return ops.reshape(ops.shiftColumns(ops.scaleColumns(columns, weight('gamma')), weight('beta')), x.dims);
  },
  detail: ({ groups }) => `${groups} groups`,
  tfjsLacks: () => 'group normalisation',
  torch: () => [normalizationModule],
  torchCode: {
    channels: () => 'first',
    modules: ({ groups, epsilon }, [, , channels]) => ({
      '': pythonCall('nn.GroupNorm', [groups, channels], { eps: epsilon }),
    }),
    output: (_spec, { x, module }) => `${module()}(${x})`,
  },
  keras: {
    className: 'GroupNormalization',
    limits: 'last axis, scaled and shifted',
    settings: {
      groups: field('groups', 32),
      axis: custom({
        write: () => -1,
        read: (axis, { inputShape, refuse }) => {
          if (axis === undefined || axis === null || axis === -1 || axis === inputShape.length) return {};
          throw refuse({ at: { field: 'axis' }, expected: 'the last axis', got: shown(axis) });
        },
      }),
      epsilon: field('epsilon', DEFAULT_EPSILON),
      center: fixed(true),
      scale: fixed(true),
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
