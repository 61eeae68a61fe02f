/** The Gaussian code of a variational autoencoder whose heads are layers of their own: a sample of mean and log-scale. */
import { choice, field, number, type Spec } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { sameShape } from '../tensor/shape.ts';
import type { LayerContext } from './context.ts';
import { defineLayer, type Parameterisation } from './definition.ts';
import { logScaleHead } from './gaussian-sampling.ts';
import { shapeMismatch } from './place.ts';
import { reparameterise } from './reparameterise.ts';

const PARAMETERISATIONS: readonly Parameterisation[] = ['log-sigma', 'log-variance'];

const fields = {
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

/** Mean and log-scale: two inputs, or the halves of one along its last axis. */
const headsOf = ({ inputs }: LayerContext) => {
  const [first, second] = inputs;
  if (second !== undefined) return [first, second] as const;
  const axis = first.dims.length - 1;
  const half = first.dims[axis] / 2;
  return [ops.sliceAxis(first, axis, 0, half), ops.sliceAxis(first, axis, half, 2 * half)] as const;
};

const build = (spec: Spec<'sampling', typeof fields>, context: LayerContext) => {
  const bySigma = spec.parameterisation === 'log-sigma';
  const [zMean, zLogScale] = headsOf(context);
  const zLogVar = bySigma ? ops.scale(zLogScale, 2) : zLogScale;
  context.keepHeads({ zMean, zLogScale, zLogVar, scaleName: logScaleHead(spec) });
  if (!context.sampling) return zMean;
  const eps = context.draw({ kind: 'normal', std: spec.epsilonStd }, zMean.dims);
  return reparameterise(zMean, bySigma ? zLogScale : ops.scale(zLogScale, 0.5), eps);
};

/** Without weights of its own. */
export const samplingLayer = defineLayer({
  type: 'sampling',
  baseName: 'gaussian_code',
  label: 'Sampling',
  doc: 'A Gaussian code of two heads that are layers before it, or of one whose first half is the mean; training draws a sample, inference takes the mean.',
  formula:
    'mean + exp(log_sigma) eps, or mean + exp(log_var / 2) eps, eps ~ N(0, epsilonStd^2): two of [...] to [...], or [..., 2 n] to [..., n]',
  source: 'Kingma & Welling 2013, section 2.4',
  fields,
  inputs: [1, 2],
  outputShape: (_spec, inputShape, place, inputShapes) => {
    const [, second] = inputShapes;
    if (second !== undefined) {
      if (!sameShape(inputShape, second))
        throw shapeMismatch(place, inputShape, second, 'give both heads as many units or filters');
      return inputShape;
    }
    const last = inputShape[inputShape.length - 1];
    if (last % 2 !== 0)
      throw shapeMismatch(
        place,
        [...inputShape.slice(0, -1), 'an even number'],
        inputShape,
        'name two heads in "inputs", or give one of twice the size of the code',
      );
    return [...inputShape.slice(0, -1), last / 2];
  },
  build,
  detail: ({ epsilonStd }) => `noise std ${epsilonStd}`,
  gaussian: ({ parameterisation }) => parameterisation,
  noiseStd: ({ epsilonStd }) => epsilonStd,
  tfjsLacks: () => 'sampling of heads that are layers of their own',
  torchCode: {
    output: (_spec, { inputs: [first, second], axis, outputShape }) => {
      if (second !== undefined) return [first, second];
      const half = outputShape[outputShape.length - 1];
      return [`${first}.narrow(${axis}, 0, ${half})`, `${first}.narrow(${axis}, ${half}, ${half})`];
    },
  },
  keras: {
    className: 'Sampling',
    registered: 'latent_plane',
    settings: { parameterisation: field('parameterisation'), epsilon_std: field('epsilonStd') },
    arrays: [],
  },
});
