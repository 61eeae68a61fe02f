/** Gaussian noise: in training alone, a normal number is added to each element. */
import { field, ignored, number, pythonValue, type SpecOf } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { defineLayer } from './definition.ts';

export const gaussianNoiseLayer = defineLayer({
  type: 'gaussian-noise',
  baseName: 'gaussian_noise',
  label: 'Gaussian noise',
  doc: 'In training alone, adds a normal number to every value.',
  formula: 'x + eps, eps ~ N(0, std^2): any shape to itself',
  source: 'Vincent et al. 2010, section 3.3',
  fields: {
    std: number({
      label: 'Standard deviation',
      doc: 'Standard deviation of the noise.',
      min: 0,
      max: 10,
      step: 0.05,
      default: 0.1,
    }),
  },
  values: 'unchanged',
  outputShape: (_spec, inputShape) => inputShape,
  build: ({ std }, { x, training, draw }) =>
    training && std !== 0 ? ops.add(x, draw({ kind: 'normal', std }, x.dims)) : x,
  detail: ({ std }) => `std ${std}`,
  torchCode: {
    output: ({ std }, { x }) => `${x} + ${pythonValue(std)} * torch.randn_like(${x}) if self.training else ${x}`,
  },
  keras: { className: 'GaussianNoise', settings: { stddev: field('std'), seed: ignored(null) }, arrays: [] },
});

/**
 * Gaussian noise as plain data, which `gaussianNoise` makes.
 *
 * @interface
 */
export type GaussianNoiseSpec = SpecOf<typeof gaussianNoiseLayer>;

/** Noise in training: `x + eps`, `eps ~ N(0, std^2)`; nothing at inference. Any shape to itself. */
export const gaussianNoise = (std: number): GaussianNoiseSpec => ({ type: 'gaussian-noise', std });
