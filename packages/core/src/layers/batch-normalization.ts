/** Batch normalisation: each channel to mean 0 and variance 1 over the batch, then scaled and shifted as learned. */
import { shown } from '../errors.ts';
import {
  choice,
  custom,
  field,
  fixed,
  flag,
  ignored,
  kerasInitializer,
  number,
  optional,
  optionalField,
  pythonCall,
  type Spec,
} from '../registry/index.ts';
import type { Shape } from '../tensor/index.ts';
import * as ops from '../tensor/ops/index.ts';
import type { ColumnScale } from '../tensor/ops/standardize-columns.ts';
import { constant, type Tensor } from '../tensor/tensor.ts';
import type { LayerContext } from './context.ts';
import { defineLayer, runningState, trained } from './definition.ts';
import { normalizationModule } from './torch-form.ts';

/** Keras' own. */
const DEFAULT_EPSILON = 1e-3;
const DEFAULT_MOMENTUM = 0.99;

const fields = {
  momentum: number({
    label: 'Momentum',
    doc: 'Share of the running mean and variance that a batch leaves as they are; PyTorch’s momentum is 1 less this.',
    min: 0,
    max: 1,
    step: 0.01,
    default: DEFAULT_MOMENTUM,
    fileDefault: DEFAULT_MOMENTUM,
  }),
  epsilon: number({
    label: 'Added to the variance',
    doc: 'Keeps the division finite; 0.001 in Keras, 0.00001 in PyTorch.',
    min: 1e-8,
    max: 1,
    step: 0.001,
    default: DEFAULT_EPSILON,
    fileDefault: DEFAULT_EPSILON,
  }),
  scale: optional(flag({ label: 'Scaled', doc: 'Whether gamma is learned; it is when absent.', default: false })),
  center: optional(flag({ label: 'Shifted', doc: 'Whether beta is learned; it is when absent.', default: false })),
  runningVariance: optional(
    choice({
      label: 'Running variance',
      doc: 'Follows the variance of the batch divided by its size (`biased`, when absent, as in Keras), or by one less (`unbiased`, as in PyTorch).',
      choices: ['biased', 'unbiased'],
      default: 'unbiased',
    }),
  ),
};

type BatchNormalizationSpec = Spec<'batch-normalization', typeof fields>;

const channelsOf = (shape: Shape): number => shape[shape.length - 1];

/** `momentum * running + (1 - momentum) * value`. */
const followed = (running: Tensor, value: Tensor, momentum: number): Tensor =>
  ops.add(ops.scale(running, momentum), ops.scale(value, 1 - momentum));

const normalized = (
  spec: BatchNormalizationSpec,
  rows: Tensor,
  columnScale: ColumnScale,
  { weight, keepRunning }: LayerContext,
): Tensor => {
  const { momentum, epsilon, runningVariance } = spec;
  const { y, mean, variance } = ops.standardizeColumns(rows, epsilon, columnScale);
  const [count] = rows.dims;
  const unbiased = runningVariance === 'unbiased' && count > 1 ? count / (count - 1) : 1;
  keepRunning('moving_mean', followed(weight('moving_mean'), mean, momentum));
  keepRunning('moving_variance', followed(weight('moving_variance'), ops.scale(variance, unbiased), momentum));
  return y;
};

const build = (spec: BatchNormalizationSpec, context: LayerContext): Tensor => {
  const { x, training, weight } = context;
  const channels = channelsOf(x.dims);
  const count = x.dims.slice(0, -1).reduce((product, dim) => product * dim, 1);
  const rows = ops.reshape(x, [Math.max(count, -1), channels]);
  const ones = constant(new Float32Array(channels).fill(1), [channels]);
  const gamma = spec.scale === false ? null : weight('gamma');
  const beta = spec.center === false ? null : weight('beta');
  if (training) return ops.reshape(normalized(spec, rows, { gamma, beta }, context), x.dims);
  const factor = ops.divide(gamma ?? ones, ops.squareRoot(ops.shift(weight('moving_variance'), spec.epsilon)));
  const moved = ops.multiply(weight('moving_mean'), factor);
  const offset = beta ? ops.subtract(beta, moved) : ops.scale(moved, -1);
  return ops.reshape(ops.shiftColumns(ops.scaleColumns(rows, factor), offset), x.dims);
};

/** Weights `gamma`, `beta`; running state `moving_mean`, `moving_variance`. */
export const batchNormalizationLayer = defineLayer({
  type: 'batch-normalization',
  baseName: 'batch_normalization',
  label: 'Batch normalisation',
  doc: 'Brings each channel to mean 0 and variance 1 over the batch, then scales and shifts it; inference takes running means. Of one value in a channel, such as a vector in a last batch of one image, the variance is 0 and the output is beta, as in Keras; where every batch is so, a training is refused, as in PyTorch.',
  formula:
    'gamma (x - mean) / sqrt(variance + epsilon) + beta, over batch, rows and columns: [..., channels] to itself',
  source: 'Ioffe & Szegedy 2015, algorithms 1 and 2',
  fields,
  overBatch: true,
  outputShape: (_spec, inputShape) => inputShape,
  weights: ({ scale, center }, inputShape) => {
    const channels = channelsOf(inputShape);
    const fans = { fanIn: channels, fanOut: channels };
    return [
      ...(scale === false ? [] : [trained('gamma', [channels], fans, 'ones')]),
      ...(center === false ? [] : [trained('beta', [channels], fans, 'zeros')]),
      runningState('moving_mean', [channels], 'zeros'),
      runningState('moving_variance', [channels], 'ones'),
    ];
  },
  build,
  detail: ({ momentum }) => `momentum ${momentum}`,
  torch: () => [normalizationModule],
  torchCode: {
    channels: () => 'first',
    modules: ({ momentum, epsilon }, inputShape) => {
      const name = inputShape.length === 3 ? 'nn.BatchNorm2d' : 'nn.BatchNorm1d';
      const settings = { eps: epsilon, momentum: Number((1 - momentum).toPrecision(12)) };
      return { '': pythonCall(name, [channelsOf(inputShape)], settings) };
    },
    output: (_spec, { x, module }) => `${module()}(${x})`,
  },
  keras: {
    className: 'BatchNormalization',
    limits: 'last axis',
    settings: {
      axis: custom({
        write: () => -1,
        read: (axis, { inputShape, refuse }) => {
          const last: readonly unknown[] = [-1, inputShape.length];
          const [only, ...more]: readonly unknown[] = Array.isArray(axis) ? axis : [axis ?? -1];
          if (more.length > 0 || !last.includes(only))
            throw refuse({ at: { field: 'axis' }, expected: 'the last axis', got: shown(axis) });
          return {};
        },
      }),
      momentum: field('momentum', DEFAULT_MOMENTUM),
      epsilon: field('epsilon', DEFAULT_EPSILON),
      center: optionalField('center', true),
      scale: optionalField('scale', true),
      beta_initializer: ignored(kerasInitializer('Zeros')),
      gamma_initializer: ignored(kerasInitializer('Ones')),
      moving_mean_initializer: ignored(kerasInitializer('Zeros')),
      moving_variance_initializer: ignored(kerasInitializer('Ones')),
      beta_regularizer: ignored(null),
      gamma_regularizer: ignored(null),
      beta_constraint: ignored(null),
      gamma_constraint: ignored(null),
      synchronized: fixed(undefined, { or: [false], expected: 'false' }),
    },
    arrays: ['gamma', 'beta', 'moving_mean', 'moving_variance'],
  },
});
