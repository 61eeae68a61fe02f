/** An activation as a layer of its own. */
import { activationField } from '../activations/index.ts';
import { activationSetting } from '../registry/index.ts';
import { defineLayer } from './definition.ts';

/** Where it stands behind a layer without an activation, that layer's own is the same. */
export const activationLayer = defineLayer({
  type: 'activation',
  baseName: 'activation',
  label: 'Activation',
  doc: 'An activation as a layer of its own: behind a normalisation, or behind a sum of branches.',
  formula: 'activation(x): any shape to itself',
  fields: {
    activation: activationField({
      label: 'Activation',
      doc: 'What is done to the values.',
      default: 'relu',
      any: true,
      linear: false,
    }),
  },
  outputShape: (_spec, inputShape) => inputShape,
  build: ({ activation }, { x, activate }) => activate(activation, x),
  activationField: 'activation',
  torchCode: { output: ({ activation }, { x, activate }) => activate(activation, x) },
  keras: { className: 'Activation', settings: { activation: activationSetting('activation') }, arrays: [] },
});
