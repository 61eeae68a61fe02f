/** Dropout: in training alone, each element is zeroed with probability `rate`, the rest scaled up to keep the mean. */
import { field, ignored, number, pythonCall, type SpecOf } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { defineLayer } from './definition.ts';

export const dropoutLayer = defineLayer({
  type: 'dropout',
  baseName: 'dropout',
  label: 'Dropout',
  doc: 'In training alone, sets a random share of the values to 0 and scales the others up.',
  formula: 'x * m / (1 - rate), m = 0 with probability rate, else 1: any shape to itself',
  source: 'Srivastava et al. 2014',
  fields: {
    // At 1 nothing would be left to scale up: 1 / (1 - rate) has to stay finite.
    rate: number({
      label: 'Rate',
      doc: 'Share of the values that is set to 0.',
      min: 0,
      max: 0.99,
      step: 0.05,
      default: 0.2,
    }),
  },
  values: 'unchanged',
  drops: ({ rate }) => rate !== 0,
  outputShape: (_spec, inputShape) => inputShape,
  build: ({ rate }, { x, training, draw }) =>
    training && rate !== 0 ? ops.multiply(x, draw({ kind: 'dropout', rate }, x.dims)) : x,
  detail: ({ rate }) => `rate ${rate}`,
  torchCode: {
    modules: ({ rate }) => ({ '': pythonCall('nn.Dropout', [rate]) }),
    output: (_spec, { x, module }) => `${module()}(${x})`,
  },
  keras: {
    className: 'Dropout',
    settings: { rate: field('rate'), noise_shape: ignored(null), seed: ignored(null) },
    arrays: [],
  },
});

/**
 * Dropout as plain data, which `dropout` makes.
 *
 * @interface
 */
export type DropoutSpec = SpecOf<typeof dropoutLayer>;

/**
 * In training each number is 0 with probability `rate`, the others grow by `1 / (1 - rate)`; nothing at inference.
 * Any shape to itself.
 */
export const dropout = (rate: number): DropoutSpec => ({ type: 'dropout', rate });
