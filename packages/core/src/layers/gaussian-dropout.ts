/** Noise that values are multiplied by. */
import { field, ignored, number, pythonValue } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { defineLayer } from './definition.ts';

export const gaussianDropoutLayer = defineLayer({
  type: 'gaussian-dropout',
  baseName: 'gaussian_dropout',
  label: 'Gaussian dropout',
  doc: 'In training alone, multiplies the values by noise around 1 of the spread that dropout of this rate has.',
  formula: 'x (1 + eps), eps ~ N(0, rate / (1 - rate)): any shape to itself',
  source: 'Srivastava et al. 2014, section 10',
  fields: {
    rate: number({
      label: 'Rate',
      doc: 'Share that dropout of the same spread drops.',
      min: 0,
      max: 0.99,
      step: 0.05,
      default: 0.2,
    }),
  },
  values: 'unchanged',
  outputShape: (_spec, inputShape) => inputShape,
  build: ({ rate }, { x, training, draw }) =>
    training && rate !== 0
      ? ops.multiply(x, ops.shift(draw({ kind: 'normal', std: Math.sqrt(rate / (1 - rate)) }, x.dims), 1))
      : x,
  detail: ({ rate }) => `rate ${rate}`,
  torchCode: {
    output: ({ rate }, { x }) =>
      `${x} * (1 + ${pythonValue(Math.sqrt(rate / (1 - rate)))} * torch.randn_like(${x})) if self.training else ${x}`,
  },
  keras: { className: 'GaussianDropout', settings: { rate: field('rate'), seed: ignored(null) }, arrays: [] },
});
