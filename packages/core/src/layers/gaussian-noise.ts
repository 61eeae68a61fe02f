/** Gaussian noise: in training alone, a normal number is added to each element. */

import { defineLayer } from './definition.ts';
import type { GaussianNoiseSpec } from './types.ts';

/** Any shape to itself: `x + eps`, `eps ~ N(0, std^2)`. Source: Vincent et al. 2010, section 3.3. */
export const gaussianNoise = (std: number): GaussianNoiseSpec => ({ type: 'gaussian-noise', std });

export const gaussianNoiseDefinition = defineLayer<GaussianNoiseSpec>({
  type: 'gaussian-noise',
  kerasName: 'gaussian_noise',
  label: 'Gaussian noise',
  defaults: gaussianNoise(0.1),
  fields: {
    std: { kind: 'number', label: 'Standard deviation', min: 0, max: 10, step: 0.05 },
  },
  outputShape: (_spec, inputShape) => inputShape,
  detail: (spec) => `std ${spec.std}`,
});
