/**
 * JPEG, by MozJPEG as WebAssembly, whose pixels are those of libjpeg, as most programs have them; those in cyan, magenta,
 * yellow and black, which that build does not take, by jpeg-js.
 */
import { decodeWith } from './codec.ts';
import { type Decoder, type Picture, requireSize } from './decoder.ts';

/** Frames of any coding; the markers between are others. */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly components: number;
  /** Where its header stands. */
  readonly at: number;
}

/** The frame's header. @throws Error where there is none. */
const frameOf = (bytes: Uint8Array): Frame => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) throw new Error('it is damaged');
    const marker = bytes[at + 1];
    if (isFrame(marker))
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7), components: bytes[at + 9], at };
    // Fill bytes before a marker, and markers that stand alone.
    at += marker === 0xff ? 1 : marker >= 0xd0 && marker <= 0xd8 ? 2 : 2 + view.getUint16(at + 2);
  }
  throw new Error('it is cut short');
};

/** Whether the end is marked: a decoder would fill with grey what is missing. */
const hasEnd = (bytes: Uint8Array, from: number): boolean => {
  for (let at = bytes.lastIndexOf(0xd9); at > from; at = bytes.lastIndexOf(0xd9, at - 1))
    if (bytes[at - 1] === 0xff) return true;
  return false;
};

const decode = async (bytes: Uint8Array, codecs: Parameters<Decoder['decode']>[1]): Promise<Picture> => {
  const { width, height, components, at } = frameOf(bytes);
  if (!hasEnd(bytes, at)) throw new Error('it is cut short');
  requireSize(width, height);
  if (components !== 4) return decodeWith('jpeg', bytes, codecs);
  const { decode: decodeInScript } = await import('jpeg-js');
  const found = decodeInScript(bytes, { useTArray: true, maxMemoryUsageInMB: 2048 });
  return { width: found.width, height: found.height, rgba: found.data };
};

export const jpeg: Decoder = {
  id: 'jpeg',
  label: 'JPEG',
  doc: 'baseline and progressive, grey, colour or CMYK, turned as EXIF says',
  extensions: ['jpg', 'jpeg', 'jfif', 'jpe'],
  begins: (head) => head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff,
  decode,
};
