/** The same elements in the same order under another shape. */
import { elementCount, formatShape } from '../shape.ts';
import type { ReshapeSpec, Shape } from '../types.ts';
import { defineLayer, shapeMismatch } from './definition.ts';
import { MAX_UNITS } from './fields.ts';

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
