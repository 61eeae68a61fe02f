/** Elastic distortion: every image is pulled about by a smooth random displacement of its own. */

import { IDX_LIMITS } from '../images/index.ts';
import { integer, number, type SpecOf } from '../registry/index.ts';
import { defineAugmentation } from './definition.ts';
import type { ImageSize } from './warp.ts';

export const elasticAugmentation = defineAugmentation({
  type: 'elastic',
  label: 'Elastic distortion',
  doc: 'Other smooth random displacements for every image at every step.',
  formula: 'd(x) = bilinear interpolation of normal displacements at the points of a lattice',
  source: 'Simard, Steinkraus & Platt 2003, section 2; theirs smooths noise of every pixel',
  fields: {
    strength: number({
      label: 'Displacement, pixels',
      doc: 'Standard deviation of the displacement at a point of the lattice, in pixels.',
      min: 0,
      max: 10,
      step: 0.1,
      default: 0.5,
    }),
    cell: integer({
      label: 'Cell of the lattice, pixels',
      doc: 'Pixels between two points of the lattice.',
      min: 2,
      max: IDX_LIMITS.side,
      default: 7,
    }),
  },
  displacement: ({ strength, cell }) => {
    const points = (length: number): number => Math.ceil(length / cell) + 1;
    const lattice = ({ height, width }: ImageSize): number => points(height) * points(width);
    return {
      draws: (size) => 2 * lattice(size),
      displace: (draws, offsets, size) => {
        const { height, width } = size;
        const across = points(width);
        const second = lattice(size);
        let at = 0;
        for (let r = 0; r < height; r++) {
          const row = Math.floor(r / cell);
          const down = r / cell - row;
          for (let c = 0; c < width; c++, at++) {
            const column = Math.floor(c / cell);
            const right = c / cell - column;
            const corner = row * across + column;
            const a = (1 - down) * (1 - right);
            const b = (1 - down) * right;
            const d = down * (1 - right);
            const e = down * right;
            const between = (from: number): number =>
              a * draws[from] + b * draws[from + 1] + d * draws[from + across] + e * draws[from + across + 1];
            offsets.rows[at] += strength * between(corner);
            offsets.columns[at] += strength * between(second + corner);
          }
        }
      },
    };
  },
});

/** An elastic augmentation as plain data. */
export type ElasticAugmentation = SpecOf<typeof elasticAugmentation>;

/** Normal displacements of standard deviation `strength` pixels on a lattice of `cell` pixels. */
export const elastic = (strength: number, cell = 7): ElasticAugmentation => ({ type: 'elastic', strength, cell });
