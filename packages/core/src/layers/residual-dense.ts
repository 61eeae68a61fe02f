/** A residual block of two dense layers: what they compute is added to what came in. */

import { defineLayer, requireVectorShape } from './definition.ts';
import { ELEMENTWISE_ACTIVATIONS, MAX_UNITS } from './fields.ts';
import type { ResidualDenseSpec } from './types.ts';

/** `[features]` to itself: `x + activation(x W1 + b1) W2 + b2`. Source: He et al. 2016, Identity Mappings, equation 1. */
export const residualDense = (units: number, activation: ResidualDenseSpec['activation']): ResidualDenseSpec => ({
  type: 'residual-dense',
  units,
  activation,
});

export const residualDenseDefinition = defineLayer<ResidualDenseSpec>({
  type: 'residual-dense',
  kerasName: 'residual_dense',
  label: 'Residual dense block',
  defaults: residualDense(128, 'silu'),
  fields: {
    units: { kind: 'integer', label: 'Units within', min: 1, max: MAX_UNITS },
    activation: { kind: 'choice', label: 'Activation within', choices: ELEMENTWISE_ACTIVATIONS },
  },
  outputShape(_spec, inputShape, place) {
    requireVectorShape(inputShape, place);
    return inputShape;
  },
  parameters: ({ units }, [features]) => {
    const inner = { fanIn: features, fanOut: units };
    const outer = { fanIn: units, fanOut: features };
    return [
      { role: 'inner/kernel', shape: [features, units], initializer: 'glorot-uniform', ...inner },
      { role: 'inner/bias', shape: [units], initializer: 'zeros', ...inner },
      { role: 'outer/kernel', shape: [units, features], initializer: 'glorot-uniform', ...outer },
      { role: 'outer/bias', shape: [features], initializer: 'zeros', ...outer },
    ];
  },
  detail: (spec) => `${spec.units} within`,
});
