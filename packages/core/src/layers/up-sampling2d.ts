/** Up-sampling: every pixel repeated along rows and columns, or values drawn between pixels. */
import { choice, field, fixed, optional, optionalField, pythonCall, type SpecOf, size } from '../registry/index.ts';
import type { Size2D } from '../tensor/index.ts';
import * as ops from '../tensor/ops/index.ts';
import { formatShape } from '../tensor/shape.ts';
import { defineLayer } from './definition.ts';
import { MAX_WINDOW } from './limits.ts';
import { requireImageShape } from './place.ts';
import { sides } from './torch-code.ts';

const DEFAULT_FACTOR: Size2D = [2, 2];

export const upSampling2dLayer = defineLayer({
  type: 'up-sampling2d',
  baseName: 'up_sampling2d',
  label: 'Up-sampling',
  doc: 'Repeats every pixel along rows and columns, or draws values between pixels.',
  formula: 'repeat: [h, w, c] -> [h * rows, w * columns, c]',
  fields: {
    size: size({
      label: 'Factor',
      doc: 'How often rows and columns are repeated.',
      min: 1,
      max: MAX_WINDOW,
      default: DEFAULT_FACTOR,
      fileDefault: DEFAULT_FACTOR,
    }),
    interpolation: optional(
      choice({
        label: 'Interpolation',
        doc: 'Each pixel repeated (`nearest`, when absent), or values between the four nearest (`bilinear`, half-pixel centres).',
        choices: ['nearest', 'bilinear'],
        default: 'bilinear',
      }),
    ),
  },
  tfjsLacks: ({ interpolation }) =>
    interpolation === 'bilinear' ? 'bilinear up-sampling between the centres of pixels' : null,
  values: ({ interpolation }) => (interpolation === 'bilinear' ? 'computed' : 'repeated'),
  outputShape: ({ size: [rows, columns] }, inputShape, place) => {
    const [height, width, channels] = requireImageShape(inputShape, place);
    return [height * rows, width * columns, channels];
  },
  build: ({ size: factor, interpolation }, { x }) =>
    interpolation === 'bilinear'
      ? ops.resizeBilinear(x, [x.dims[1] * factor[0], x.dims[2] * factor[1]])
      : ops.upSample2d(x, factor),
  detail: ({ size: factor }) => `factor ${formatShape(factor)}`,
  torchCode: {
    channels: () => 'first',
    modules: ({ size: factor, interpolation }) => ({
      '': pythonCall('nn.Upsample', [], {
        scale_factor: sides(factor),
        mode: interpolation === 'bilinear' ? 'bilinear' : 'nearest-exact',
      }),
    }),
    output: (_spec, { x, module }) => `${module()}(${x})`,
  },
  keras: {
    className: 'UpSampling2D',
    settings: {
      size: field('size', DEFAULT_FACTOR),
      data_format: fixed('channels_last'),
      interpolation: optionalField('interpolation', 'nearest'),
    },
    arrays: [],
  },
});

/**
 * Upsampling as plain data, which `upSampling2d` makes.
 *
 * @interface
 */
export type UpSampling2DSpec = SpecOf<typeof upSampling2dLayer>;

/** Every pixel repeated along rows and columns. `[h, w, c] -> [h * rows, w * columns, c]`. */
export const upSampling2d = (factor: Size2D = DEFAULT_FACTOR): UpSampling2DSpec => ({
  type: 'up-sampling2d',
  size: factor,
});
