/** Layer normalisation: the features of each image to mean 0 and variance 1, then scaled and shifted as learned. */

import { defineLayer, requireVectorShape } from './definition.ts';
import type { LayerNormalizationSpec } from './types.ts';

/**
 * `[features]` to itself: `gamma (x - mean) / sqrt(variance + epsilon) + beta`, over the features of one image. Gamma
 * begins at 1, beta at 0; Keras' default of epsilon is 1e-3. Source: Ba, Kiros & Hinton 2016.
 */
export const layerNormalization = (epsilon = 1e-3): LayerNormalizationSpec => ({
  type: 'layer-normalization',
  epsilon,
});

export const layerNormalizationDefinition = defineLayer<LayerNormalizationSpec>({
  type: 'layer-normalization',
  kerasName: 'layer_normalization',
  label: 'Layer normalisation',
  defaults: layerNormalization(),
  fields: {
    epsilon: { kind: 'number', label: 'Added to the variance', min: 1e-6, max: 1, step: 0.001 },
  },
  outputShape(_spec, inputShape, place) {
    requireVectorShape(inputShape, place);
    return inputShape;
  },
  parameters: (_spec, [features]) => [
    { role: 'gamma', shape: [features], initializer: 'ones', fanIn: features, fanOut: features },
    { role: 'beta', shape: [features], initializer: 'zeros', fanIn: features, fanOut: features },
  ],
});
