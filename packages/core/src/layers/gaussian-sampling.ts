/** The Gaussian code of a variational autoencoder: a head for the mean, a head for the spread, and a sample. */

import { defineLayer, type ParameterRole, requireVectorShape } from './definition.ts';
import { ELEMENTWISE_ACTIVATIONS } from './fields.ts';
import type { GaussianSamplingSpec } from './types.ts';

/**
 * `[inputs] -> [units]`: `z = zMean + exp(zLogSigma) * eps`, or `z = zMean + exp(zLogVar / 2) * eps`,
 * `eps ~ N(0, epsilonStd^2)` in training; `zMean` at inference. The spread's head is linear.
 * Source: Kingma & Welling 2013, section 2.4.
 */
export const gaussianSampling = (options: Omit<GaussianSamplingSpec, 'type'>): GaussianSamplingSpec => ({
  type: 'gaussian-sampling',
  ...options,
});

const MAX_CODE = 64;

/** Name of the spread's head, `z_mean` being the other. */
export const spreadHead = ({ parameterisation }: GaussianSamplingSpec): 'z_log_sigma' | 'z_log_var' =>
  parameterisation === 'log-sigma' ? 'z_log_sigma' : 'z_log_var';

export const gaussianSamplingDefinition = defineLayer<GaussianSamplingSpec>({
  type: 'gaussian-sampling',
  kerasName: 'sampling',
  label: 'Gaussian sampling',
  defaults: gaussianSampling({
    units: 2,
    meanActivation: 'linear',
    parameterisation: 'log-variance',
    epsilonStd: 1,
  }),
  fields: {
    units: { kind: 'integer', label: 'Code size', min: 1, max: MAX_CODE },
    meanActivation: { kind: 'choice', label: 'Activation of the mean', choices: ELEMENTWISE_ACTIVATIONS },
    parameterisation: { kind: 'choice', label: 'Spread given as', choices: ['log-sigma', 'log-variance'] },
    epsilonStd: { kind: 'number', label: 'Standard deviation of the noise', min: 0, max: 10, step: 0.1 },
  },
  outputShape(spec, inputShape, place) {
    requireVectorShape(inputShape, place);
    return [spec.units];
  },
  parameters(spec, [inputs]) {
    const fans = { fanIn: inputs, fanOut: spec.units };
    return ['z_mean', spreadHead(spec)].flatMap((head): ParameterRole[] => [
      { role: `${head}/kernel`, shape: [inputs, spec.units], initializer: 'glorot-uniform', ...fans },
      { role: `${head}/bias`, shape: [spec.units], initializer: 'zeros', ...fans },
    ]);
  },
  activation: (spec) => spec.meanActivation,
  detail: (spec) => `noise std ${spec.epsilonStd}`,
});
