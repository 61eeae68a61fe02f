/** Salt and pepper: grains of every image become black or white, as dust on a scan is. */
import { integer, number, type SpecOf } from '../registry/index.ts';
import { defineAugmentation } from './definition.ts';

export const saltAndPepperAugmentation = defineAugmentation({
  type: 'salt-and-pepper',
  label: 'Salt and pepper',
  doc: 'Other grains of every image become black or white at every step, as many of one as of the other on average.',
  formula:
    'a grain begins at a pixel where u < share, u ~ U(0, 1): 0 where u < share / 2, else 1, over a square of 1 to grain pixels a side',
  source: 'Vincent et al. 2010, section 3.3, where a grain is one pixel',
  fields: {
    share: number({
      label: 'Grains a pixel',
      doc: 'Probability that a grain begins at a pixel: the share of the pixels that change where grains are single pixels.',
      min: 0,
      max: 1,
      step: 0.01,
      default: 0.05,
    }),
    grain: integer({
      label: 'Largest grain, pixels',
      doc: 'Longest side of a grain; every side from 1 up is as likely.',
      min: 1,
      max: 64,
      default: 1,
      fileDefault: 1,
    }),
  },
  alteration: ({ share, grain }) => ({
    draws: ({ height, width }) => height * width,
    alter: (draws, image, { height, width, channels = 1 }) => {
      for (let pixel = 0; pixel < draws.length; pixel++) {
        if (draws[pixel] >= share) continue;
        // From 0 to below 2: the whole part is the value, the rest the side.
        const drawn = (2 * draws[pixel]) / share;
        const value = drawn < 1 ? 0 : 1;
        const side = 1 + Math.floor((drawn - value) * grain);
        const column = pixel % width;
        const to = Math.min(width, column + side);
        for (let row = Math.floor(pixel / width), end = Math.min(height, row + side); row < end; row++)
          image.fill(value, (row * width + column) * channels, (row * width + to) * channels);
      }
    },
  }),
});

/** Salt and pepper as plain data. */
export type SaltAndPepperAugmentation = SpecOf<typeof saltAndPepperAugmentation>;

/** A grain of up to `grain` pixels a side begins at a pixel with the probability `share`, black or white. */
export const saltAndPepper = (share: number, grain = 1): SaltAndPepperAugmentation => ({
  type: 'salt-and-pepper',
  share,
  grain,
});
