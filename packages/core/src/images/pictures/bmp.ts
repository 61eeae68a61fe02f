/**
 * BMP: Windows bitmaps without compression.
 *
 * A decoder of our own: the libraries for it need Node's Buffer, which a page lacks, or leave the palette out.
 * Source: https://learn.microsoft.com/windows/win32/gdi/bitmap-storage
 */
import { beginsWith, type Decoder, type Picture, requireSize } from './decoder.ts';

const MASKS: Readonly<Record<number, readonly number[]>> = {
  16: [0x7c00, 0x3e0, 0x1f, 0],
  32: [0xff0000, 0xff00, 0xff, 0],
};
const BIT_FIELDS = 3;

/** The bits of a mask as 0 to 255. */
const channel = (value: number, mask: number): number => {
  if (mask === 0) return 255;
  const shift = 31 - Math.clz32(mask & -mask);
  return Math.round((((value & mask) >>> shift) * 255) / (mask >>> shift));
};

interface Header {
  readonly width: number;
  readonly height: number;
  readonly isTopDown: boolean;
  readonly bits: number;
  readonly pixels: number;
  readonly palette: number;
  readonly paletteBytes: number;
  readonly masks: readonly number[];
}

const readHeader = (view: DataView): Header => {
  const size = view.getUint32(14, true);
  // The oldest header has its fields in two bytes each, and colours of three.
  const isOld = size === 12;
  const signed = isOld ? view.getInt16(20, true) : view.getInt32(22, true);
  const width = isOld ? view.getUint16(18, true) : view.getInt32(18, true);
  const bits = view.getUint16(isOld ? 0x18 : 0x1c, true);
  const compression = isOld ? 0 : view.getUint32(30, true);
  if (compression !== 0 && compression !== BIT_FIELDS) throw new Error('it is compressed; save it as PNG');
  const hasMasks = compression === BIT_FIELDS;
  const masks = hasMasks ? [0, 4, 8].map((at) => view.getUint32(54 + at, true)) : (MASKS[bits] ?? []);
  const opacity = hasMasks && size >= 56 ? view.getUint32(66, true) : 0;
  return {
    width,
    height: Math.abs(signed),
    isTopDown: signed < 0,
    bits,
    pixels: view.getUint32(10, true),
    palette: 14 + size,
    paletteBytes: isOld ? 3 : 4,
    masks: hasMasks ? [...masks, opacity] : masks,
  };
};

type Colour = readonly [red: number, green: number, blue: number, opacity: number];

/** The colour of a pixel in a row that begins at `row`. */
const colourAt = (
  view: DataView,
  { bits, palette, paletteBytes, masks }: Header,
  row: number,
  column: number,
): Colour => {
  if (bits === 24) {
    const at = row + 3 * column;
    return [view.getUint8(at + 2), view.getUint8(at + 1), view.getUint8(at), 255];
  }
  if (bits === 16 || bits === 32) {
    const value = bits === 16 ? view.getUint16(row + 2 * column, true) : view.getUint32(row + 4 * column, true);
    const [red, green, blue, opacity] = masks.map((mask) => channel(value, mask));
    return [red, green, blue, opacity];
  }
  const bit = column * bits;
  const index = (view.getUint8(row + (bit >> 3)) >> (8 - bits - (bit & 7))) & ((1 << bits) - 1);
  const at = palette + index * paletteBytes;
  return [view.getUint8(at + 2), view.getUint8(at + 1), view.getUint8(at), 255];
};

const decode = (bytes: Uint8Array): Picture => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const header = readHeader(view);
  const { width, height, bits, pixels, isTopDown } = header;
  requireSize(width, height);
  if (![1, 4, 8, 16, 24, 32].includes(bits)) throw new Error(`it has ${bits} bits a pixel`);
  const rowBytes = 4 * Math.ceil((width * bits) / 32);
  if (pixels + rowBytes * height > bytes.length) throw new Error('it is cut short');
  const rgba = new Uint8Array(4 * width * height);
  for (let row = 0; row < height; row++) {
    const from = pixels + rowBytes * (isTopDown ? row : height - 1 - row);
    for (let column = 0; column < width; column++)
      rgba.set(colourAt(view, header, from, column), 4 * (row * width + column));
  }
  return { width, height, rgba };
};

export const bmp: Decoder = {
  id: 'bmp',
  label: 'BMP',
  doc: '1 to 32 bits a pixel, palette, not compressed',
  extensions: ['bmp', 'dib'],
  begins: (head) => beginsWith(head, 'BM'),
  decode,
};
