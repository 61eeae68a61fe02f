/** The same elements in the same order under another shape. */

import type { Shape } from '../tensor/index.ts';
import { elementCount, formatShape } from '../tensor/shape.ts';
import { defineLayer, shapeMismatch } from './definition.ts';
import { MAX_UNITS } from './fields.ts';
import type { ReshapeSpec } from './types.ts';

/** Any shape to `targetShape` with as many elements. */
export const reshape = (targetShape: Shape): ReshapeSpec => ({ type: 'reshape', targetShape });

export const reshapeDefinition = defineLayer<ReshapeSpec>({
  type: 'reshape',
  kerasName: 'reshape',
  label: 'Reshape',
  defaults: reshape([28, 28, 1]),
  fields: {
    targetShape: { kind: 'shape', label: 'Target shape', min: 1, max: MAX_UNITS },
  },
  outputShape({ targetShape }, inputShape, place) {
    const elements = elementCount(targetShape);
    if (elements !== elementCount(inputShape)) {
      const step = `${formatShape(targetShape)} holds ${elements} elements: give it as many, or change its target shape`;
      throw shapeMismatch(place, [elements], inputShape, step);
    }
    return [...targetShape];
  },
});
