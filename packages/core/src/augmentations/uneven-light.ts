/** Uneven light: every image is darkened, by another amount at each of its corners. */
import { number, type SpecOf } from '../registry/index.ts';
import { defineAugmentation } from './definition.ts';

/** One for the whole image, one for each corner. */
const DRAWS = 5;

export const unevenLightAugmentation = defineAugmentation({
  type: 'uneven-light',
  label: 'Uneven light',
  doc: 'Darkens every image at every step by another amount, which changes smoothly from corner to corner.',
  formula: 'x (1 - strength (u + w) / 2); u ~ U(0, 1) for the image, w bilinear between U(0, 1) of its corners',
  fields: {
    strength: number({
      label: 'Light lost',
      doc: 'Largest share of the light that is lost.',
      min: 0,
      max: 1,
      step: 0.05,
      default: 0.3,
    }),
  },
  alteration: ({ strength }) => ({
    draws: () => DRAWS,
    alter: ([whole, ...corners], image, { height, width, channels = 1 }) => {
      const [topLeft, topRight, bottomLeft, bottomRight] = corners;
      let at = 0;
      for (let r = 0; r < height; r++) {
        const down = r / Math.max(1, height - 1);
        const left = topLeft + (bottomLeft - topLeft) * down;
        const right = topRight + (bottomRight - topRight) * down;
        for (let c = 0; c < width; c++) {
          const across = left + ((right - left) * c) / Math.max(1, width - 1);
          const light = 1 - (strength * (whole + across)) / 2;
          for (let channel = 0; channel < channels; channel++) image[at++] *= light;
        }
      }
    },
  }),
});

/** Uneven light as plain data. */
export type UnevenLightAugmentation = SpecOf<typeof unevenLightAugmentation>;

/** Up to the share `strength` of the light is lost, more at some corners than at others. */
export const unevenLight = (strength: number): UnevenLightAugmentation => ({ type: 'uneven-light', strength });
