/** A layer as somebody would add it: one file. Not part of the program. */
import { activationField } from '../../activations/index.ts';
import { activationSetting, field, number } from '../../registry/index.ts';
import * as ops from '../../tensor/ops/index.ts';
import { defineLayer, trained } from '../definition.ts';
import { requireVectorShape } from '../place.ts';

/** `y = activation(x * gain + shift)`, a number of each for every feature; in training the gain shakes. */
export const featureScaleLayer = defineLayer({
  type: 'feature-scale',
  baseName: 'feature_scale',
  label: 'Feature scale',
  doc: 'Scales and shifts every feature by a number of its own.',
  formula: 'activation(x * gain * exp(eps) + shift), eps ~ N(0, shake^2): [features] to itself',
  fields: {
    shake: number({ label: 'Shake', doc: 'Standard deviation of the noise.', min: 0, max: 1, step: 0.1, default: 0.5 }),
    activation: activationField({ label: 'Activation', doc: 'What is done to the sums.', default: 'linear' }),
  },
  outputShape: (_spec, inputShape, place) => {
    requireVectorShape(inputShape, place);
    return inputShape;
  },
  weights: (_spec, [features]) => {
    const fans = { fanIn: features, fanOut: features };
    return [trained('gain', [features], fans, 'glorot-uniform'), trained('shift', [features], fans, 'zeros')];
  },
  build: ({ shake, activation }, { x, training, weight, activate, draw }) => {
    const scaled = ops.scaleColumns(x, weight('gain'));
    const shaken = training
      ? ops.multiply(scaled, ops.exponential(draw({ kind: 'normal', std: shake }, x.dims)))
      : scaled;
    return activate(activation, ops.shiftColumns(shaken, weight('shift')));
  },
  activationField: 'activation',
  biasParameter: 'shift',
  detail: ({ shake }) => `shake ${shake}`,
  torchCode: null,
  keras: {
    className: 'FeatureScale',
    registered: 'somebody',
    settings: { shake: field('shake'), activation: activationSetting('activation') },
    arrays: ['gain', 'shift'],
  },
});
