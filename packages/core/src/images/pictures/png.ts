/** PNG, by fast-png. */
import type { DecodedPng } from 'fast-png';
import { beginsWith, type Decoder, type Picture, requireSize, toRgba } from './decoder.ts';

/** Rows of 1, 2 or 4 bits a pixel, each beginning a byte, as a number for each pixel. */
const spread = ({ data, width, height, depth }: DecodedPng): Uint8Array => {
  const values = new Uint8Array(width * height);
  const rowBytes = Math.ceil((width * depth) / 8);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const bit = column * depth;
      const byte = data[row * rowBytes + (bit >> 3)];
      values[row * width + column] = (byte >> (8 - depth - (bit & 7))) & ((1 << depth) - 1);
    }
  return values;
};

const coloured = (indices: Uint8Array, palette: readonly (readonly number[])[]): Uint8Array => {
  const rgba = new Uint8Array(4 * indices.length);
  indices.forEach((index, i) => {
    const [red = 0, green = 0, blue = 0, opacity = 255] = palette[index] ?? [];
    rgba.set([red, green, blue, opacity], 4 * i);
  });
  return rgba;
};

/** One colour of a picture without opacity of its own may stand for what is transparent. */
const withTransparent = (
  rgba: Uint8Array,
  samples: ArrayLike<number>,
  channels: number,
  key: Uint16Array | undefined,
): Uint8Array => {
  if (key === undefined || key.length < channels) return rgba;
  for (let i = 0; i < rgba.length / 4; i++) {
    let isKey = true;
    for (let channel = 0; channel < channels; channel++) isKey &&= samples[i * channels + channel] === key[channel];
    if (isKey) rgba[4 * i + 3] = 0;
  }
  return rgba;
};

const picture = (png: DecodedPng): Picture => {
  const { width, height, depth, channels, palette } = png;
  requireSize(width, height);
  const samples = depth < 8 ? spread(png) : png.data;
  if (palette) return { width, height, rgba: coloured(Uint8Array.from(samples), palette) };
  const highest = 2 ** depth - 1;
  const byte = depth === 8 ? undefined : (value: number): number => Math.round((value * 255) / highest);
  return { width, height, rgba: withTransparent(toRgba(samples, channels, byte), samples, channels, png.transparency) };
};

export const png: Decoder = {
  id: 'png',
  label: 'PNG',
  doc: '1 to 16 bits a channel, grey or colour, palette, opacity, interlaced; of moving ones the first picture',
  extensions: ['png', 'apng'],
  begins: (head) => beginsWith(head, '\x89PNG'),
  decode: async (bytes) => {
    const { decode } = await import('fast-png');
    return picture(decode(bytes));
  },
};
