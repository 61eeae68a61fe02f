/** ReLU with a maximum, a slope below and a threshold. */
import { field, number, optional, optionalField, pythonValue } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { defineLayer } from './definition.ts';

const MOST = 1e6;

export const reluLayer = defineLayer({
  type: 'relu',
  baseName: 're_lu',
  label: 'ReLU',
  doc: 'Values above a threshold as they are, others 0 or along a line; no more than a maximum.',
  formula: 'maximum above it, x from the threshold up, slope (x - threshold) below it: any shape to itself',
  source: 'Keras, `ReLU`',
  fields: {
    slope: number({
      label: 'Slope below',
      doc: 'Slope below the threshold.',
      min: 0,
      max: 10,
      step: 0.1,
      default: 0,
      fileDefault: 0,
    }),
    threshold: number({
      label: 'Threshold',
      doc: 'Values from here up stay.',
      min: 0,
      max: MOST,
      default: 0,
      fileDefault: 0,
    }),
    maximum: optional(
      number({ label: 'Maximum', doc: 'Largest value; none when absent.', min: 0, above: true, max: MOST, default: 6 }),
    ),
  },
  outputShape: (_spec, inputShape) => inputShape,
  build: ({ slope, threshold, maximum = Number.POSITIVE_INFINITY }, { x }) =>
    ops.shapedRelu(x, { slope, threshold, maximum }),
  detail: ({ slope, maximum }) => `slope ${slope}${maximum === undefined ? '' : ` to ${maximum}`}`.slice(0, 16),
  tfjsLacks: ({ slope, threshold }) => (slope === 0 && threshold === 0 ? null : 'slope and threshold of ReLU'),
  torchCode: {
    output: ({ slope, threshold, maximum }, { x }) => {
      const below = `${pythonValue(slope)} * (${x} - ${pythonValue(threshold)})`;
      const kept =
        threshold === 0
          ? `F.leaky_relu(${x}, ${pythonValue(slope)})`
          : `torch.where(${x} >= ${pythonValue(threshold)}, ${x}, ${below})`;
      const shaped = slope === 0 && threshold === 0 ? `F.relu(${x})` : kept;
      return maximum === undefined ? shaped : `${shaped}.clamp(max=${pythonValue(maximum)})`;
    },
  },
  keras: {
    className: 'ReLU',
    settings: {
      max_value: optionalField('maximum', null),
      negative_slope: field('slope', 0),
      threshold: field('threshold', 0),
    },
    arrays: [],
  },
});
