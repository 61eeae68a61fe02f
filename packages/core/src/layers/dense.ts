/** Fully connected layer. */
import type { Activation } from '../activations/index.ts';
import { defineLayer, requireVectorShape } from './definition.ts';
import { ELEMENTWISE_ACTIVATIONS, MAX_UNITS } from './fields.ts';
import type { DenseSpec } from './types.ts';

/** `y = activation(x W + b)`, `[inputs] -> [units]`. */
export const dense = (units: number, activation: Activation): DenseSpec => ({ type: 'dense', units, activation });

export const denseDefinition = defineLayer<DenseSpec>({
  type: 'dense',
  kerasName: 'dense',
  label: 'Dense',
  defaults: dense(32, 'relu'),
  fields: {
    units: { kind: 'integer', label: 'Units', min: 1, max: MAX_UNITS },
    activation: { kind: 'choice', label: 'Activation', choices: [...ELEMENTWISE_ACTIVATIONS, 'softmax'] },
  },
  outputShape(spec, inputShape, place) {
    requireVectorShape(inputShape, place);
    return [spec.units];
  },
  parameters: ({ units }, [inputs]) => [
    { role: 'kernel', shape: [inputs, units], initializer: 'glorot-uniform', fanIn: inputs, fanOut: units },
    { role: 'bias', shape: [units], initializer: 'zeros', fanIn: inputs, fanOut: units },
  ],
  activation: (spec) => spec.activation,
});
