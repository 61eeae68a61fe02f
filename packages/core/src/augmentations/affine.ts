/** Small shifts, rotations and changes of size about the middle of the image. */
import { number, type SpecOf } from '../registry/index.ts';
import { defineAugmentation } from './definition.ts';

const DRAWS = 6;

/** Sine and cosine as sums: those of `Math` may differ in the last bit from one browser to the next. */
const sine = (x: number): number => x * (1 - (x * x) / 6 + x ** 4 / 120 - x ** 6 / 5040);
const cosine = (x: number): number => 1 - (x * x) / 2 + x ** 4 / 24 - x ** 6 / 720;
const degrees = (angle: number): number => (angle * Math.PI) / 180;

export const affineAugmentation = defineAugmentation({
  type: 'affine',
  label: 'Shift, turn, scale, slant',
  doc: 'Another small shift, rotation, size and slant for every image at every step.',
  formula:
    'd(x) = R S x - x + t about the middle; angle, sizes, slant and t are normal numbers of the deviations given',
  source: 'Simard, Steinkraus & Platt 2003, Best Practices for Convolutional Neural Networks, section 2',
  fields: {
    shift: number({
      label: 'Shift, pixels',
      doc: 'Standard deviation of the shift by rows and by columns, in pixels.',
      min: 0,
      max: 10,
      step: 0.1,
      default: 0.5,
    }),
    rotation: number({
      label: 'Rotation, degrees',
      doc: 'Standard deviation of the angle, in degrees.',
      min: 0,
      max: 45,
      step: 0.5,
      default: 3,
    }),
    scale: number({
      label: 'Scale, share of the size',
      doc: 'Standard deviation of the change of size, rows and columns each their own, as a share.',
      min: 0,
      max: 0.3,
      step: 0.01,
      default: 0.03,
    }),
    shear: number({
      label: 'Slant, columns a row',
      doc: 'Standard deviation of the slant, in columns for each row.',
      min: 0,
      max: 0.5,
      step: 0.01,
      default: 0,
    }),
  },
  displacement: ({ shift, rotation, scale, shear }) => ({
    draws: () => DRAWS,
    displace: (draws, offsets, { height, width }) => {
      const [down, right, turn, taller, wider, slant] = draws;
      const angle = degrees(rotation) * turn;
      const rows = 1 + scale * taller;
      const columns = 1 + scale * wider;
      const [middleRow, middleColumn] = [(height - 1) / 2, (width - 1) / 2];
      let at = 0;
      for (let r = 0; r < height; r++) {
        for (let c = 0; c < width; c++, at++) {
          const y = (r - middleRow) * rows;
          const x = (c - middleColumn) * columns + shear * slant * y;
          offsets.rows[at] += cosine(angle) * y - sine(angle) * x - (r - middleRow) + shift * down;
          offsets.columns[at] += sine(angle) * y + cosine(angle) * x - (c - middleColumn) + shift * right;
        }
      }
    },
  }),
});

/** An affine augmentation as plain data. */
export type AffineAugmentation = SpecOf<typeof affineAugmentation>;

/** Standard deviations of normal draws: pixels, degrees, and a share of the size; 0 where nothing is given. */
export const affine = (options: Partial<Omit<AffineAugmentation, 'type'>> = {}): AffineAugmentation => ({
  type: 'affine',
  shift: 0,
  rotation: 0,
  scale: 0,
  shear: 0,
  ...options,
});
