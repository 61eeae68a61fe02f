/** What the layers of the convolution family have in common: their fields, how they lie over an image, their form in Keras. */
import { internalError } from '../errors.ts';
import { choice, fixed, integer, optional, optionalField, size } from '../registry/index.ts';
import { type ConvolutionGeometry, type ConvolutionSettings, convolutionGeometry } from '../tensor/geometry.ts';
import type { Shape, Size2D } from '../tensor/index.ts';
import { formatShape } from '../tensor/shape.ts';
import { MAX_FILTERS, MAX_WINDOW } from './limits.ts';
import { type LayerPlace, requireImageShape, shapeMismatch } from './place.ts';

const ONE: Size2D = [1, 1];
const MAX_GROUPS = 4096;

const isOne = (sides: Size2D): boolean => sides.every((n) => n === 1);

export const kernelSizeField = size({
  label: 'Kernel size',
  doc: 'Rows and columns that a kernel covers.',
  min: 1,
  max: MAX_WINDOW,
  default: [3, 3],
});

export const filtersField = (doc: string) => integer({ label: 'Filters', doc, min: 1, max: MAX_FILTERS, default: 16 });

/** Rows and columns from one window to the next. */
export const stridesField = (absent: string) =>
  optional(
    size({
      label: 'Strides',
      doc: `Rows and columns from one window to the next; ${absent} when absent.`,
      min: 1,
      max: MAX_WINDOW,
      default: [2, 2],
    }),
  );

export const paddingField = optional(
  choice({
    label: 'Padding',
    doc: 'None (`valid`, when absent), or so much that the output has the size of the image over the stride (`same`, as Keras has it: an odd row lies below, an odd column right). PyTorch pads alike on all sides: put `zero-padding2d` before the layer.',
    choices: ['valid', 'same'],
    default: 'same',
  }),
);

export const dilationField = optional(
  size({
    label: 'Dilation',
    doc: 'Rows and columns from one element of the kernel to the next; 1 when absent.',
    min: 1,
    max: MAX_WINDOW,
    default: [2, 2],
  }),
);

export const groupsField = optional(
  integer({
    label: 'Groups',
    doc: 'In so many parts are channels and filters split, each of which sees its own; 1 when absent.',
    min: 1,
    max: MAX_GROUPS,
    default: 2,
  }),
);

/** Keras' settings of the fields above. */
export const convolutionSettings = {
  strides: optionalField('strides', [1, 1], { or: [1] }),
  padding: optionalField('padding', 'valid'),
  data_format: fixed('channels_last'),
  dilation_rate: optionalField('dilation', [1, 1], { or: [1] }),
} as const;

/** Whether the older ops compute it: stride 1, nothing around the image, no gaps, one group. */
export const isPlain = ({
  strides = ONE,
  padding = 'valid',
  dilation = ONE,
  groups = 1,
}: ConvolutionSettings): boolean => padding === 'valid' && groups === 1 && isOne(strides) && isOne(dilation);

/** What neither TensorFlow.js nor Keras' own convolution takes together; null where a layer has one of them at most. */
export const stridesAndDilation = ({ strides = ONE, dilation = ONE }: Partial<ConvolutionSettings>): string | null =>
  isOne(strides) || isOne(dilation) ? null : 'strides and dilation in one convolution';

/** Most characters of a detail. */
const DETAIL = 16;

/** `kernel 3x3`, `3x3 / 2 same`: what the summary says; of what does not fit it leaves out the last words whole. */
export const convolutionDetail = ({
  kernelSize,
  strides = ONE,
  padding = 'valid',
  dilation = ONE,
}: ConvolutionSettings): string => {
  const kernel = formatShape(kernelSize);
  const isWide = !isOne(dilation);
  const isStrided = !isOne(strides);
  if (!isStrided && !isWide && padding === 'valid') return `kernel ${kernel}`;
  const step = isStrided ? ` / ${strides[0] === strides[1] ? strides[0] : formatShape(strides)}` : '';
  const gaps = isWide ? ` d${dilation[0] === dilation[1] ? dilation[0] : formatShape(dilation)}` : '';
  const words = [step, padding === 'same' ? ' same' : '', gaps];
  return words.reduce((text, word) => (text.length + word.length > DETAIL ? text : text + word), kernel);
};

/**
 * How a window lies over an image of that shape.
 *
 * @throws LatentError `shape-mismatch` where the image is smaller than the window.
 */
export const requireGeometry = (
  settings: ConvolutionSettings,
  inputShape: Shape,
  what: 'kernel' | 'window',
  place: LayerPlace,
): ConvolutionGeometry => {
  const [rows, columns] = requireImageShape(inputShape, place);
  const geometry = convolutionGeometry([rows, columns], settings);
  if (geometry !== null) return geometry;
  const { kernelSize, dilation = ONE } = settings;
  const covered = kernelSize.map((side, axis) => (side - 1) * dilation[axis] + 1);
  const expected = [`${covered[0]} rows or more`, `${covered[1]} columns or more`, 'channels'];
  throw shapeMismatch(place, expected, inputShape, `take a smaller ${what} or pool less before it`);
};

/** The geometry of a shape that was checked. */
export const geometryOf = (settings: ConvolutionSettings, [rows, columns]: Shape): ConvolutionGeometry => {
  const geometry = convolutionGeometry([rows, columns], settings);
  if (geometry === null) throw internalError('a window over a shape that was not checked');
  return geometry;
};
