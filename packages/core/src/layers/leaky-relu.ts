/** ReLU with a slope below 0. */
import { custom, number, pythonValue } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { defineLayer } from './definition.ts';

/** Keras' layer has it. */
const DEFAULT_SLOPE = 0.3;

export const leakyReluLayer = defineLayer({
  type: 'leaky-relu',
  baseName: 'leaky_re_lu',
  label: 'Leaky ReLU',
  doc: 'Negative values times a slope: 0.3 is usual in Keras, 0.01 in PyTorch.',
  formula: 'x above 0, slope x below: any shape to itself',
  source: 'Maas, Hannun & Ng 2013',
  fields: {
    slope: number({
      label: 'Slope below 0',
      doc: 'What negative values are multiplied by.',
      min: 0,
      max: 10,
      step: 0.01,
      default: DEFAULT_SLOPE,
    }),
  },
  outputShape: (_spec, inputShape) => inputShape,
  build: ({ slope }, { x }) => ops.leakyRelu(x, slope),
  detail: ({ slope }) => `slope ${slope}`,
  torchCode: { output: ({ slope }, { x }) => `F.leaky_relu(${x}, ${pythonValue(slope)})` },
  keras: {
    className: 'LeakyReLU',
    settings: {
      // Keras 2 and TensorFlow.js call it alpha.
      negative_slope: custom({
        write: () => undefined,
        read: (value) => (typeof value === 'number' ? { slope: value } : {}),
      }),
      alpha: custom({
        codeName: 'negative_slope',
        write: ({ slope }) => slope,
        read: (value, { config }) => {
          if (typeof value === 'number') return { slope: value };
          return config.negative_slope === undefined ? { slope: DEFAULT_SLOPE } : {};
        },
      }),
    },
    arrays: [],
  },
});
