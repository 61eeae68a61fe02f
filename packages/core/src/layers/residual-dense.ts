/** A residual block of two dense layers: what they compute is added to what came in. */
import { type Activation, activationField } from '../activations/index.ts';
import { integer, pythonCall, type SpecOf } from '../registry/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { defineLayer, kernelAndBiasWeights } from './definition.ts';
import { MAX_UNITS } from './limits.ts';
import { requireVectorShape } from './place.ts';
import { linearModule } from './torch-form.ts';

/** The sum has no activation of its own. */
export const residualDenseLayer = defineLayer({
  type: 'residual-dense',
  baseName: 'residual_dense',
  label: 'Residual dense block',
  doc: 'Adds what two dense layers compute to what came in.',
  formula: 'x + activation(x W1 + b1) W2 + b2: [features] to itself',
  source: 'He et al. 2016, Identity Mappings, equation 1',
  fields: {
    units: integer({
      label: 'Units within',
      doc: 'Numbers between the two dense layers.',
      min: 1,
      max: MAX_UNITS,
      default: 128,
    }),
    activation: activationField({
      label: 'Activation within',
      doc: 'What is done to the sums of the first dense layer.',
      default: 'silu',
    }),
  },
  outputShape: (_spec, inputShape, place) => {
    requireVectorShape(inputShape, place);
    return inputShape;
  },
  weights: ({ units }, [features]) => [
    ...kernelAndBiasWeights([features, units], units, { fanIn: features, fanOut: units }, { head: 'inner/' }),
    ...kernelAndBiasWeights([units, features], features, { fanIn: units, fanOut: features }, { head: 'outer/' }),
  ],
  build: ({ activation }, { x, weight, activate }) => {
    const inner = ops.dense(x, weight('inner/kernel'), weight('inner/bias'));
    return ops.add(x, ops.dense(activate(activation, inner), weight('outer/kernel'), weight('outer/bias')));
  },
  detail: ({ units }) => `${units} within`,
  torch: () => [linearModule('inner', ['in', null]), linearModule('outer', [null, 'in'])],
  torchCode: {
    modules: ({ units }, [features]) => ({
      inner: pythonCall('nn.Linear', [features, units]),
      outer: pythonCall('nn.Linear', [units, features]),
    }),
    output: ({ activation }, { x, module, activate }) =>
      `${x} + ${module('outer')}(${activate(activation, `${module('inner')}(${x})`)})`,
  },
  keras: null,
});

/**
 * A residual block of two dense layers as plain data, which `residualDense` makes.
 *
 * @interface
 */
export type ResidualDenseSpec = SpecOf<typeof residualDenseLayer>;

/** `[features]` to itself: `x + activation(x W1 + b1) W2 + b2`. */
export const residualDense = (units: number, activation: Activation): ResidualDenseSpec => ({
  type: 'residual-dense',
  units,
  activation,
});
