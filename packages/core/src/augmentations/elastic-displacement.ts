/** The displacements of an elastic distortion: random at the points of a lattice, linear between them. */
import type { ElasticAugmentation } from './types.ts';
import type { Augmentation, ImageSize } from './warp.ts';

export const elasticAugmentation = ({ strength, cell }: ElasticAugmentation): Augmentation => {
  const points = (length: number): number => Math.ceil(length / cell) + 1;
  const lattice = ({ height, width }: ImageSize): number => points(height) * points(width);
  return {
    name: 'augment/elastic',
    draws: (size) => 2 * lattice(size),
    displace: (draws, field, size) => {
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
          field.rows[at] += strength * between(corner);
          field.columns[at] += strength * between(second + corner);
        }
      }
    },
  };
};
