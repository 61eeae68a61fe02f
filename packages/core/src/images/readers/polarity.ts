/**
 * Light or dark ground, decided for the whole set: no image is inverted on its own.
 *
 * Rule: the ground is light where the median of the pixels along the borders of all images is above 127; of colour its
 * luma counts. Images stay as they are unless `polarity=invert` is said, which inverts all of them.
 */
import { lumaOf } from '../preprocess.ts';
import { imageSize } from '../shape.ts';
import type { ImageSet } from '../types.ts';
import type { ReadOptions } from './options.ts';

const DARKEST_LIGHT = 128;

interface Sets {
  readonly train: ImageSet;
  readonly test: ImageSet;
}

/** Places of the pixels along the border of an image. */
export const borderOf = ({ height, width }: Pick<ImageSet, 'height' | 'width'>): readonly number[] => {
  const places: number[] = [];
  for (let row = 0; row < height; row++) {
    const isWhole = row === 0 || row === height - 1;
    for (let column = 0; column < width; column += isWhole ? 1 : Math.max(1, width - 1))
      places.push(row * width + column);
  }
  return places;
};

/** Whether the median of counted values is light: more of them are than are not. */
export const isLight = (dark: number, light: number): boolean => light > dark;

interface Ground {
  readonly light: number;
  readonly dark: number;
  /** Border pixels that are light, and that are dark. */
  readonly pixels: { readonly light: number; readonly dark: number };
  /** Of all border pixels taken together. */
  readonly isLight: boolean;
}

/** How many images have a light border, how many a dark one, and which the set has as a whole. */
export const groundOf = (sets: readonly ImageSet[]): Ground => {
  const [counted, pixels] = [
    { light: 0, dark: 0 },
    { light: 0, dark: 0 },
  ];
  for (const set of sets) {
    const border = borderOf(set);
    const size = imageSize(set);
    for (let i = 0; i < set.count; i++) {
      let light = 0;
      for (const place of border) {
        const at = i * size + place * set.channels;
        const value = set.channels === 1 ? set.pixels[at] : lumaOf(set.pixels, at);
        if (value >= DARKEST_LIGHT) light++;
      }
      const dark = border.length - light;
      pixels.light += light;
      pixels.dark += dark;
      if (isLight(dark, light)) counted.light++;
      else counted.dark++;
    }
  }
  return { ...counted, pixels, isLight: isLight(pixels.dark, pixels.light) };
};

/** Every value subtracted from white. */
export const inverted = (set: ImageSet): ImageSet => ({ ...set, pixels: set.pixels.map((value) => 255 - value) });

/** The images as they are asked for, and what the ground is where nobody said what to do with it. */
export const withPolarity = (
  { train, test }: Sets,
  { polarity }: ReadOptions,
): Sets & { readonly notes: readonly string[] } => {
  if (polarity === 'invert') return { train: inverted(train), test: inverted(test), notes: [] };
  if (polarity === 'keep') return { train, test, notes: [] };
  const { light, dark, isLight: isLightGround } = groundOf([train, test]);
  const notes = isLightGround
    ? [
        `light ground in ${light} of ${light + dark} images, dark in ${dark}: all are kept as they are (#polarity=invert inverts all)`,
      ]
    : [];
  return { train, test, notes };
};
