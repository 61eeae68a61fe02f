/** Small shifts, rotations and changes of size, another draw for every image at every step. */

import { defineAugmentation } from './definition.ts';
import type { AffineAugmentation } from './types.ts';

/** Standard deviations of normal draws: pixels, degrees, and a share of the size (of rows and columns each its own). */
export const affine = (options: Partial<Omit<AffineAugmentation, 'type'>> = {}): AffineAugmentation => ({
  type: 'affine',
  shift: 0,
  rotation: 0,
  scale: 0,
  shear: 0,
  ...options,
});

export const affineDefinition = defineAugmentation<AffineAugmentation>({
  type: 'affine',
  label: 'Shift, turn, scale, slant',
  defaults: affine({ shift: 0.5, rotation: 3, scale: 0.03 }),
  fields: {
    shift: { kind: 'number', label: 'Shift, pixels', min: 0, max: 10, step: 0.1 },
    rotation: { kind: 'number', label: 'Rotation, degrees', min: 0, max: 45, step: 0.5 },
    scale: { kind: 'number', label: 'Scale, share of the size', min: 0, max: 0.3, step: 0.01 },
    shear: { kind: 'number', label: 'Slant, columns a row', min: 0, max: 0.5, step: 0.01 },
  },
});
