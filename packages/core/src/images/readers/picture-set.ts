/**
 * Decoded pictures into images of one size: what lies under opacity, whether they are grey, which size all have.
 *
 * The ground, behind what is transparent and around what is padded, is one for the whole set. Where nobody says it, pictures
 * are laid on black and on white until all are seen: `chooseGround` then says which of the two counts.
 */
import { inputError } from '../../errors.ts';
import type { Picture } from '../pictures/decoder.ts';
import { lumaOf, type Preprocessing, placeWithin, preprocess } from '../preprocess.ts';
import { type Channels, imageSize } from '../shape.ts';
import type { ImageSet } from '../types.ts';
import type { ReadOptions } from './options.ts';
import { groundOf, isLight } from './polarity.ts';

const BLACK = 0;
const WHITE = 255;

/** Below this difference of its brightest and darkest value a picture hardly stands out. */
const FAINT = 32;

/** A picture without opacity. */
export interface FlatPicture {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly channels: Channels;
  readonly pixels: Uint8Array;
}

/** A picture whose ground may still be chosen. */
export interface DecodedPicture {
  /** On the ground that is asked for, else on black. */
  readonly flat: FlatPicture;
  /** The same on white, of a picture that is transparent in places while the ground is open. */
  readonly onWhite?: FlatPicture;
  /** Where it lies in the size that it was brought to; around it is ground. */
  readonly place: ReturnType<typeof placeWithin>;
  /** Ground was added around it. */
  readonly isPadded: boolean;
  /** Something of it was transparent. */
  readonly isTransparent: boolean;
  /** Mean luma of a transparent picture, each pixel counted by its opacity; null where all of it is transparent, or nothing. */
  readonly brightness: number | null;
}

const isGreyRgba = (rgba: Uint8Array): boolean => {
  for (let at = 0; at < rgba.length; at += 4) if (rgba[at] !== rgba[at + 1] || rgba[at] !== rgba[at + 2]) return false;
  return true;
};

/** On a ground: `colour * opacity + ground * (1 - opacity)`, rounded half up. */
const onGround = (rgba: Uint8Array, ground: number): Uint8Array => {
  const rgb = new Uint8Array((3 * rgba.length) / 4);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    const opacity = rgba[from + 3];
    for (let channel = 0; channel < 3; channel++)
      rgb[to + channel] = Math.floor((2 * (rgba[from + channel] * opacity + ground * (255 - opacity)) + 255) / 510);
  }
  return rgb;
};

const hasOpacity = (rgba: Uint8Array): boolean => {
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 255) return true;
  return false;
};

const brightnessOf = (rgba: Uint8Array): number | null => {
  let [sum, opacities] = [0, 0];
  for (let at = 0; at < rgba.length; at += 4) {
    sum += lumaOf(rgba, at) * rgba[at + 3];
    opacities += rgba[at + 3];
  }
  return opacities === 0 ? null : sum / opacities;
};

const greyOf = (rgb: Uint8Array): Uint8Array => Uint8Array.from({ length: rgb.length / 3 }, (_, i) => rgb[3 * i]);

const laid = ({ height, width, rgba }: Picture, name: string, asked: Preprocessing, ground: number): FlatPicture => {
  const isGrey = isGreyRgba(rgba);
  const rgb = onGround(rgba, ground);
  const whole = {
    pixels: isGrey ? greyOf(rgb) : rgb,
    labels: new Uint8Array(1),
    count: 1,
    height,
    width,
    channels: isGrey ? 1 : 3,
  } as const;
  const sized = preprocess(whole, { ...asked, ground });
  return { name, height: sized.height, width: sized.width, channels: sized.channels, pixels: sized.pixels };
};

/** A picture on its ground, grey where all its pixels are, of the size that is asked for. */
export const flatten = (
  picture: Picture,
  name: string,
  { size, fit = 'pad', channels, ground }: ReadOptions,
): DecodedPicture => {
  const asked: Preprocessing = {
    type: fit,
    ...(size ? { size: [size.height, size.width] } : {}),
    ...(channels === undefined ? {} : { channels }),
  };
  const isTransparent = hasOpacity(picture.rgba);
  const sides = asked.size ?? ([picture.height, picture.width] as const);
  const place = placeWithin(fit, picture, sides);
  return {
    flat: laid(picture, name, asked, ground ?? BLACK),
    ...(isTransparent && ground === undefined ? { onWhite: laid(picture, name, asked, WHITE) } : {}),
    place,
    isPadded: place.height < sides[0] || place.width < sides[1],
    isTransparent,
    brightness: isTransparent ? brightnessOf(picture.rgba) : null,
  };
};

/** What a picture looks like on a ground. */
interface Look {
  /** All its pixels are equal. */
  readonly isBlank: boolean;
  /** It hardly stands out. */
  readonly isFaint: boolean;
}

/** What is known of a picture without its pixels. */
export interface SeenPicture extends Omit<DecodedPicture, 'flat' | 'onWhite' | 'place'>, Omit<FlatPicture, 'pixels'> {
  /** Border pixels of what is no ground; none where the ground is given. */
  readonly border: { readonly light: number; readonly dark: number };
  readonly onBlack: Look;
  readonly onWhite: Look;
}

/** Black or white. */
export type Ground = typeof BLACK | typeof WHITE;

/** The part of it that is no ground. */
const withoutGround = ({ flat, place }: DecodedPicture): ImageSet => {
  const { height, width, channels } = flat;
  const [top, left] = [Math.max(0, place.top), Math.max(0, place.left)];
  const [rows, columns] = [Math.min(height, place.height), Math.min(width, place.width)];
  const pixels = new Uint8Array(rows * columns * channels);
  for (let row = 0; row < rows; row++) {
    const at = ((top + row) * width + left) * channels;
    pixels.set(flat.pixels.subarray(at, at + columns * channels), row * columns * channels);
  }
  return { pixels, labels: new Uint8Array(1), count: 1, height: rows, width: columns, channels };
};

/**
 * The ground for the whole set. Where pictures are transparent in places the one that keeps more contrast with what is opaque:
 * white where the mean brightness of these pictures is below 127.5, else black. Where none is but some are padded, that of
 * the pictures themselves (`groundOf`). Else black.
 */
export const chooseGround = (pictures: readonly SeenPicture[]): Ground => {
  if (pictures.some(({ isTransparent }) => isTransparent)) {
    const known = pictures.flatMap(({ brightness }) => (brightness === null ? [] : [brightness]));
    const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
    return mean < 127.5 ? WHITE : BLACK;
  }
  if (!pictures.some(({ isPadded }) => isPadded)) return BLACK;
  const count = (side: 'light' | 'dark'): number => pictures.reduce((sum, { border }) => sum + border[side], 0);
  return isLight(count('dark'), count('light')) ? WHITE : BLACK;
};

/** White around a picture that was padded in black. */
const paddedWhite = ({ flat, place, isPadded }: DecodedPicture): FlatPicture => {
  const { height, width, channels } = flat;
  if (!isPadded) return flat;
  const pixels = new Uint8Array(imageSize(flat)).fill(WHITE);
  const [top, left] = [Math.max(0, place.top), Math.max(0, place.left)];
  const bytes = Math.min(width, place.width) * channels;
  for (let row = top; row < top + Math.min(height, place.height); row++) {
    const at = (row * width + left) * channels;
    pixels.set(flat.pixels.subarray(at, at + bytes), at);
  }
  return { ...flat, pixels };
};

/** The picture on the ground that was chosen. */
export const onChosenGround = (picture: DecodedPicture, ground: Ground): FlatPicture =>
  ground === BLACK ? picture.flat : (picture.onWhite ?? paddedWhite(picture));

/** All pixels are equal. */
const isBlank = ({ pixels, channels }: FlatPicture): boolean => {
  for (let at = channels; at < pixels.length; at++) if (pixels[at] !== pixels[at - channels]) return false;
  return true;
};

/** It hardly stands out: in no channel do its values differ by much. */
const isFaint = ({ pixels, channels }: FlatPicture): boolean => {
  for (let channel = 0; channel < channels; channel++) {
    let [lowest, highest] = [255, 0];
    for (let at = channel; at < pixels.length; at += channels) {
      lowest = Math.min(lowest, pixels[at]);
      highest = Math.max(highest, pixels[at]);
    }
    if (highest - lowest >= FAINT) return false;
  }
  return true;
};

const lookOf = (picture: FlatPicture): Look => ({ isBlank: isBlank(picture), isFaint: isFaint(picture) });

/**
 * What is remembered of a picture.
 *
 * @param isOpen - whether its ground is still to be chosen.
 */
export const seen = (picture: DecodedPicture, isOpen: boolean): SeenPicture => {
  const { flat, isPadded, isTransparent, brightness } = picture;
  const { name, height, width, channels } = flat;
  const onBlack = lookOf(flat);
  const onWhite = isOpen ? onChosenGround(picture, WHITE) : flat;
  return {
    ...{ name, height, width, channels, isPadded, isTransparent, brightness, onBlack },
    border: isOpen ? groundOf([withoutGround(picture)]).pixels : { light: 0, dark: 0 },
    onWhite: onWhite === flat ? onBlack : lookOf(onWhite),
  };
};

const sizeText = ({ height, width }: Pick<FlatPicture, 'height' | 'width'>): string => `${height} x ${width}`;

/** @throws LatentError (input) `sizes-mixed`, with how many there are of which size. */
export const requireOneSize = (pictures: readonly Pick<FlatPicture, 'height' | 'width'>[], source: string): void => {
  const counts = new Map<string, number>();
  for (const picture of pictures) counts.set(sizeText(picture), (counts.get(sizeText(picture)) ?? 0) + 1);
  if (counts.size === 1) return;
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  const [[common]] = sorted;
  const listed = sorted.slice(0, 4).map(([size, count]) => `${count} of ${size}`);
  throw inputError('sizes-mixed', {
    at: { file: source },
    expected: 'pictures of one size',
    got: `${listed.join(', ')}${sorted.length > 4 ? `, and ${sorted.length - 4} other sizes` : ''}`,
    hint: `say to which size they are brought, and how: #size=${common.replaceAll(' ', '')},fit=pad (or crop, stretch)`,
  });
};

/** Pictures one after another; those in grey become colour where others have some. */
export const joinPictures = (
  count: number,
  pictureAt: (i: number) => FlatPicture,
  shape: Pick<ImageSet, 'height' | 'width' | 'channels'>,
): Uint8Array => {
  const size = imageSize(shape);
  const pixels = new Uint8Array(count * size);
  for (let i = 0; i < count; i++) {
    const picture = pictureAt(i);
    if (picture.channels === shape.channels) pixels.set(picture.pixels, i * size);
    else for (let at = 0; at < size; at++) pixels[i * size + at] = picture.pixels[Math.floor(at / 3)];
  }
  return pixels;
};
