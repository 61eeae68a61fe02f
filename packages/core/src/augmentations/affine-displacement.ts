/** The displacements of a shift, rotation, change of size and slant about the middle of the image. */
import type { AffineAugmentation } from './types.ts';
import type { Augmentation } from './warp.ts';

const DRAWS = 6;

/** Sine and cosine as sums: those of `Math` may differ in the last bit from one browser to the next. */
const sine = (x: number): number => x * (1 - (x * x) / 6 + x ** 4 / 120 - x ** 6 / 5040);
const cosine = (x: number): number => 1 - (x * x) / 2 + x ** 4 / 24 - x ** 6 / 720;
const degrees = (angle: number): number => (angle * Math.PI) / 180;

export const affineAugmentation = ({ shift, rotation, scale, shear }: AffineAugmentation): Augmentation => ({
  name: 'augment/affine',
  draws: () => DRAWS,
  displace: (draws, field, { height, width }) => {
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
        field.rows[at] += cosine(angle) * y - sine(angle) * x - (r - middleRow) + shift * down;
        field.columns[at] += sine(angle) * y + cosine(angle) * x - (c - middleColumn) + shift * right;
      }
    }
  },
});
