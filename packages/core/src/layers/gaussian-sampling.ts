/** The Gaussian code of a variational autoencoder: a head for the mean, a head for the log-scale, and a sample. */
import { activationField, activationOf } from '../activations/index.ts';
import { activationSetting, choice, field, integer, number, pythonCall, type Spec } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import type { LayerContext } from './context.ts';
import { defineLayer, kernelAndBiasWeights, type Parameterisation } from './definition.ts';
import { type DenseSpec, dense } from './dense.ts';
import type { JoinedHeads } from './keras-form.ts';
import { requireVectorShape } from './place.ts';
import { reparameterise } from './reparameterise.ts';
import { linearModule } from './torch-form.ts';

const MAX_CODE = 4096;
const MEAN = 'z_mean';

const PARAMETERISATIONS: readonly Parameterisation[] = ['log-sigma', 'log-variance'];

/** Name of the log-scale's head, `z_mean` being the other. */
export const logScaleHead = ({
  parameterisation,
}: {
  readonly parameterisation: Parameterisation;
}): 'z_log_sigma' | 'z_log_var' => (parameterisation === 'log-sigma' ? 'z_log_sigma' : 'z_log_var');

const fields = {
  units: integer({ label: 'Code size', doc: 'Numbers of the code.', min: 1, max: MAX_CODE, default: 2 }),
  meanActivation: activationField({
    label: 'Activation of the mean',
    doc: 'What is done to the sums of the mean.',
    default: 'linear',
  }),
  parameterisation: choice({
    label: 'Scale given as',
    doc: 'What the second head gives: the logarithm of the standard deviation, or of the variance.',
    choices: PARAMETERISATIONS,
    default: 'log-variance',
    fileDefault: 'log-variance',
  }),
  epsilonStd: number({
    label: 'Standard deviation of the noise',
    doc: 'Standard deviation of eps.',
    min: 0,
    max: 10,
    step: 0.1,
    default: 1,
    fileDefault: 1,
  }),
};

/**
 * Gaussian sampling as plain data, which `gaussianSampling` makes.
 *
 * @interface
 */
export type GaussianSamplingSpec = Spec<'gaussian-sampling', typeof fields>;

/** Two Dense heads that a layer of whatever class joins, whose code is not read. */
const joinedHeads: JoinedHeads = {
  className: 'Dense',
  join(mean: DenseSpec, scale: DenseSpec, scaleName) {
    if (scale.activation !== 'linear' || !activationOf(mean.activation).elementwise || mean.units !== scale.units)
      return {
        expected: 'two heads of one size, the one of the scale linear',
        got: `${mean.units} ${mean.activation} and ${scale.units} ${scale.activation}`,
      };
    const bySigma = /sigma|std/i.test(scaleName);
    return gaussianSampling({
      units: mean.units,
      meanActivation: mean.activation,
      parameterisation: bySigma ? 'log-sigma' : 'log-variance',
      // The noise is in the class's code: Keras' examples have these two.
      epsilonStd: bySigma ? 0.1 : 1,
    });
  },
  split: ({ units, meanActivation }: GaussianSamplingSpec) => [dense(units, meanActivation), dense(units, 'linear')],
  names: (spec: GaussianSamplingSpec) => [MEAN, logScaleHead(spec)],
};

const build = (spec: GaussianSamplingSpec, { x, sampling, weight, activate, draw, keepHeads }: LayerContext) => {
  const bySigma = spec.parameterisation === 'log-sigma';
  const scaleName = logScaleHead(spec);
  const head = (name: string) => ops.dense(x, weight(`${name}/kernel`), weight(`${name}/bias`));
  const zMean = activate(spec.meanActivation, head(MEAN));
  const zLogScale = head(scaleName);
  keepHeads({ zMean, zLogScale, zLogVar: bySigma ? ops.scale(zLogScale, 2) : zLogScale, scaleName });
  if (!sampling) return zMean;
  const eps = draw({ kind: 'normal', std: spec.epsilonStd }, zMean.dims);
  return reparameterise(zMean, bySigma ? zLogScale : ops.scale(zLogScale, 0.5), eps);
};

/** The head of the log-scale is linear. */
export const gaussianSamplingLayer = defineLayer({
  type: 'gaussian-sampling',
  baseName: 'sampling',
  label: 'Gaussian sampling',
  doc: 'A Gaussian code of two dense heads; training draws a sample of it, inference takes its mean.',
  formula:
    'z_mean + exp(z_log_sigma) eps, or z_mean + exp(z_log_var / 2) eps, eps ~ N(0, epsilonStd^2): [inputs] -> [units]',
  source: 'Kingma & Welling 2013, section 2.4',
  fields,
  outputShape: ({ units }, inputShape, place) => {
    requireVectorShape(inputShape, place);
    return [units];
  },
  weights: (spec, [inputs]) =>
    [MEAN, logScaleHead(spec)].flatMap((head) =>
      kernelAndBiasWeights(
        [inputs, spec.units],
        spec.units,
        { fanIn: inputs, fanOut: spec.units },
        { head: `${head}/` },
      ),
    ),
  build,
  activationField: 'meanActivation',
  detail: ({ epsilonStd }) => `noise std ${epsilonStd}`,
  gaussian: ({ parameterisation }) => parameterisation,
  noiseStd: ({ epsilonStd }) => epsilonStd,
  torch: (spec) => [MEAN, logScaleHead(spec)].map((head) => linearModule(head)),
  torchCode: {
    modules: (spec, [inputs]) =>
      Object.fromEntries(
        [MEAN, logScaleHead(spec)].map((head) => [head, pythonCall('nn.Linear', [inputs, spec.units])]),
      ),
    output: (spec, { x, module, activate }) => [
      activate(spec.meanActivation, `${module(MEAN)}(${x})`),
      `${module(logScaleHead(spec))}(${x})`,
    ],
  },
  keras: {
    className: 'GaussianSampling',
    registered: 'latent_plane',
    settings: {
      units: field('units'),
      mean_activation: activationSetting('meanActivation'),
      parameterisation: field('parameterisation'),
      epsilon_std: field('epsilonStd'),
    },
    arrays: ['kernel', 'bias'],
    heads: joinedHeads,
  },
  tfjs: ({ units, meanActivation }) => ({ spec: dense(units, meanActivation), head: MEAN }),
});

/**
 * `[inputs] -> [units]`: `z = zMean + exp(zLogSigma) * eps`, or `z = zMean + exp(zLogVar / 2) * eps`,
 * `eps ~ N(0, epsilonStd^2)` in training; `zMean` at inference.
 */
export const gaussianSampling = (options: Omit<GaussianSamplingSpec, 'type'>): GaussianSamplingSpec => ({
  type: 'gaussian-sampling',
  ...options,
});
