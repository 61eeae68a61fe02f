/** Fully connected layer. */
import { type Activation, activationField } from '../activations/index.ts';
import { activationSetting, field, integer, kernelAndBias, pythonCall, type SpecOf } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { defineLayer, kernelAndBiasWeights, useBiasField } from './definition.ts';
import { MAX_UNITS } from './limits.ts';
import { requireVectorShape } from './place.ts';
import { linearModule } from './torch-form.ts';

/** `y = activation(x W + b)`. Kernel `[inputs, units]`. */
export const denseLayer = defineLayer({
  type: 'dense',
  baseName: 'dense',
  label: 'Dense',
  doc: 'Fully connected: every output is a weighted sum of all inputs.',
  formula: 'activation(x W + b): [inputs] -> [units]',
  fields: {
    units: integer({ label: 'Units', doc: 'Numbers that the layer gives.', min: 1, max: MAX_UNITS, default: 32 }),
    activation: activationField({
      label: 'Activation',
      doc: 'What is done to the sums.',
      default: 'relu',
      any: true,
    }),
    useBias: useBiasField,
  },
  outputShape: ({ units }, inputShape, place) => {
    requireVectorShape(inputShape, place);
    return [units];
  },
  weights: ({ units, useBias }, [inputs]) =>
    kernelAndBiasWeights([inputs, units], units, { fanIn: inputs, fanOut: units }, { useBias }),
  build: ({ activation, useBias }, { x, weight, activate }) => {
    const sums = useBias === false ? ops.gemm(x, weight('kernel')) : ops.dense(x, weight('kernel'), weight('bias'));
    return activate(activation, sums);
  },
  activationField: 'activation',
  biasParameter: 'bias',
  torch: () => [linearModule()],
  torchCode: {
    modules: ({ units, useBias }, [inputs]) => ({
      '': pythonCall('nn.Linear', [inputs, units], { bias: useBias === false ? false : undefined }),
    }),
    output: ({ activation }, { x, module, activate }) => activate(activation, `${module()}(${x})`),
  },
  keras: {
    className: 'Dense',
    settings: { units: field('units'), activation: activationSetting('activation'), ...kernelAndBias },
    arrays: ['kernel', 'bias'],
  },
});

/**
 * A fully connected layer as plain data, which `dense` makes.
 *
 * @interface
 */
export type DenseSpec = SpecOf<typeof denseLayer>;

/** A fully connected layer. `y = activation(x W + b)`, `[inputs] -> [units]`. */
export const dense = (units: number, activation: Activation): DenseSpec => ({ type: 'dense', units, activation });
