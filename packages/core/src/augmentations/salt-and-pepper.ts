/** Salt and pepper: some pixels of every image become black, some white. */
import { number, type SpecOf } from '../registry/index.ts';
import { defineAugmentation } from './definition.ts';

export const saltAndPepperAugmentation = defineAugmentation({
  type: 'salt-and-pepper',
  label: 'Salt and pepper',
  doc: 'Other pixels of every image become black or white at every step, as many of one as of the other on average.',
  formula: '0 where u < share / 2, 1 where share / 2 <= u < share, else x; u ~ U(0, 1) for each pixel',
  source: 'Vincent et al. 2010, section 3.3',
  fields: {
    share: number({
      label: 'Share of the pixels',
      doc: 'Probability that a pixel changes; all its channels do.',
      min: 0,
      max: 1,
      step: 0.01,
      default: 0.05,
    }),
  },
  alteration: ({ share }) => ({
    draws: ({ height, width }) => height * width,
    alter: (draws, image, { channels = 1 }) => {
      for (let pixel = 0; pixel < draws.length; pixel++)
        if (draws[pixel] < share)
          image.fill(draws[pixel] < share / 2 ? 0 : 1, pixel * channels, (pixel + 1) * channels);
    },
  }),
});

/** Salt and pepper as plain data. */
export type SaltAndPepperAugmentation = SpecOf<typeof saltAndPepperAugmentation>;

/** A pixel becomes black or white with the probability `share`. */
export const saltAndPepper = (share: number): SaltAndPepperAugmentation => ({ type: 'salt-and-pepper', share });
