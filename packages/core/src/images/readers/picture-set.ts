/** Decoded pictures into images of one size: what lies under opacity, whether they are grey, which size all have. */
import { inputError } from '../../errors.ts';
import type { Picture } from '../pictures/decoder.ts';
import { preprocess } from '../preprocess.ts';
import type { Channels } from '../shape.ts';
import type { ReadOptions } from './options.ts';

/** A picture without opacity. */
export interface FlatPicture {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly channels: Channels;
  readonly pixels: Uint8Array;
  /** Something of it was transparent. */
  readonly isTransparent: boolean;
  /** All its pixels are one colour, though it was not so before it was laid on a ground. */
  readonly isBlank: boolean;
}

const isGreyRgba = (rgba: Uint8Array): boolean => {
  for (let at = 0; at < rgba.length; at += 4) if (rgba[at] !== rgba[at + 1] || rgba[at] !== rgba[at + 2]) return false;
  return true;
};

const isOneColour = (bytes: Uint8Array, channels: number): boolean => {
  for (let at = channels; at < bytes.length; at++) if (bytes[at] !== bytes[at - channels]) return false;
  return true;
};

/** On a ground: `colour * opacity + ground * (1 - opacity)`, rounded half up. */
const onGround = (rgba: Uint8Array, ground: number): { readonly rgb: Uint8Array; readonly isTransparent: boolean } => {
  const rgb = new Uint8Array((3 * rgba.length) / 4);
  let isTransparent = false;
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    const opacity = rgba[from + 3];
    if (opacity !== 255) isTransparent = true;
    for (let channel = 0; channel < 3; channel++)
      rgb[to + channel] = Math.floor((2 * (rgba[from + channel] * opacity + ground * (255 - opacity)) + 255) / 510);
  }
  return { rgb, isTransparent };
};

const greyOf = (rgb: Uint8Array): Uint8Array => Uint8Array.from({ length: rgb.length / 3 }, (_, i) => rgb[3 * i]);

/** A picture on its ground, grey where all its pixels are, of the size that is asked for. */
export const flatten = ({ height, width, rgba }: Picture, name: string, options: ReadOptions): FlatPicture => {
  const { rgb, isTransparent } = onGround(rgba, options.ground ?? 0);
  const isGrey = isGreyRgba(rgba);
  const channels = isGrey ? 1 : 3;
  const whole = {
    pixels: isGrey ? greyOf(rgb) : rgb,
    labels: new Uint8Array(1),
    count: 1,
    height,
    width,
    channels,
  } as const;
  const isBlank = isOneColour(whole.pixels, channels) && !isOneColour(rgba, 4);
  const { size, fit = 'pad', channels: wanted } = options;
  const sized = preprocess(whole, {
    type: fit,
    ...(size ? { size: [size.height, size.width] } : {}),
    ...(wanted === undefined ? {} : { channels: wanted }),
    ground: options.ground ?? 0,
  });
  return {
    name,
    height: sized.height,
    width: sized.width,
    channels: sized.channels,
    pixels: sized.pixels,
    isTransparent,
    isBlank,
  };
};

const sizeText = ({ height, width }: FlatPicture): string => `${height} x ${width}`;

/** @throws LatentError (input) `sizes-mixed`, with how many there are of which size. */
export const requireOneSize = (pictures: readonly FlatPicture[], source: string): void => {
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
export const joinPictures = (pictures: readonly FlatPicture[], channels: Channels): Uint8Array => {
  const [{ height, width }] = pictures;
  const size = height * width * channels;
  const pixels = new Uint8Array(pictures.length * size);
  pictures.forEach((picture, i) => {
    if (picture.channels === channels) pixels.set(picture.pixels, i * size);
    else for (let at = 0; at < size; at++) pixels[i * size + at] = picture.pixels[Math.floor(at / 3)];
  });
  return pixels;
};
