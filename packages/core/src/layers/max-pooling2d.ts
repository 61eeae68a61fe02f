/** Largest value of each window; windows do not overlap and a remainder at the edge is dropped. */

import type { Size2D } from '../tensor/index.ts';
import { formatShape } from '../tensor/shape.ts';
import { defineLayer, requireImageShape, shapeMismatch } from './definition.ts';
import { MAX_WINDOW } from './fields.ts';
import type { MaxPooling2DSpec } from './types.ts';

/** `[h, w, c] -> [floor(h / rows), floor(w / columns), c]`. */
export const maxPooling2d = (poolSize: Size2D = [2, 2]): MaxPooling2DSpec => ({ type: 'max-pooling2d', poolSize });

export const maxPooling2dDefinition = defineLayer<MaxPooling2DSpec>({
  type: 'max-pooling2d',
  kerasName: 'max_pooling2d',
  label: 'Max pooling',
  defaults: maxPooling2d(),
  fields: {
    poolSize: { kind: 'size', label: 'Window', min: 1, max: MAX_WINDOW },
  },
  outputShape({ poolSize: [rows, columns] }, inputShape, place) {
    const [height, width, channels] = requireImageShape(inputShape, place);
    if (height < rows || width < columns) {
      const expected = [`${rows} rows or more`, `${columns} columns or more`, 'channels'];
      throw shapeMismatch(place, expected, inputShape, 'take a smaller window or pool less before it');
    }
    return [Math.floor(height / rows), Math.floor(width / columns), channels];
  },
  detail: (spec) => `window ${formatShape(spec.poolSize)}`,
});
