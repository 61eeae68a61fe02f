/** Nearest-neighbour up-sampling: every pixel repeated along rows and columns. */

import type { Size2D } from '../tensor/index.ts';
import { formatShape } from '../tensor/shape.ts';
import { defineLayer, requireImageShape } from './definition.ts';
import { MAX_WINDOW } from './fields.ts';
import type { UpSampling2DSpec } from './types.ts';

/** `[h, w, c] -> [h * rows, w * columns, c]`. */
export const upSampling2d = (size: Size2D = [2, 2]): UpSampling2DSpec => ({ type: 'up-sampling2d', size });

export const upSampling2dDefinition = defineLayer<UpSampling2DSpec>({
  type: 'up-sampling2d',
  kerasName: 'up_sampling2d',
  label: 'Up-sampling',
  defaults: upSampling2d(),
  fields: {
    size: { kind: 'size', label: 'Factor', min: 1, max: MAX_WINDOW },
  },
  outputShape({ size: [rows, columns] }, inputShape, place) {
    const [height, width, channels] = requireImageShape(inputShape, place);
    return [height * rows, width * columns, channels];
  },
  detail: (spec) => `factor ${formatShape(spec.size)}`,
});
