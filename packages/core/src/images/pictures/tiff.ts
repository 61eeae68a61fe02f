/** TIFF, by the library of that name: the first page. */
import { beginsWith, type Decoder, type Picture, requireSize, toRgba } from './decoder.ts';

const decodeFirst = async (bytes: Uint8Array): Promise<Picture> => {
  const { decode } = await import('tiff');
  const [page] = decode(bytes, { pages: [0] });
  const { width, height, bitsPerSample, samplesPerPixel, palette, data } = page;
  requireSize(width, height);
  if (palette) {
    const rgba = new Uint8Array(4 * width * height);
    for (let i = 0; i < width * height; i++) {
      const [red, green, blue] = palette[data[i]] ?? [0, 0, 0];
      // Its colours have 16 bits.
      rgba.set([red >> 8, green >> 8, blue >> 8, 255], 4 * i);
    }
    return { width, height, rgba };
  }
  const isFloat = data instanceof Float32Array || data instanceof Float64Array;
  const highest = isFloat ? 1 : 2 ** bitsPerSample - 1;
  const byte = (value: number): number => Math.min(255, Math.max(0, Math.round((value * 255) / highest)));
  if (![1, 2, 3, 4].includes(samplesPerPixel)) throw new Error(`it has ${samplesPerPixel} channels`);
  return { width, height, rgba: toRgba(data, samplesPerPixel, highest === 255 ? undefined : byte) };
};

export const tiff: Decoder = {
  id: 'tiff',
  label: 'TIFF',
  doc: 'the first page: grey, palette or colour of 8, 16 or 32 bits, not in JPEG; orientation is not looked at',
  extensions: ['tif', 'tiff'],
  begins: (head) => beginsWith(head, 'II*\0') || beginsWith(head, 'MM\0*'),
  decode: decodeFirst,
};
