/** GIF, by omggif: the first picture of those that move. */
import { beginsWith, type Decoder, requireSize } from './decoder.ts';

export const gif: Decoder = {
  id: 'gif',
  label: 'GIF',
  doc: 'the first picture',
  extensions: ['gif'],
  begins: (head) => beginsWith(head, 'GIF8'),
  decode: async (bytes) => {
    const { GifReader } = await import('omggif');
    // The library takes what indexes like an array of bytes.
    const reader = new GifReader(bytes as Buffer);
    const { width, height } = reader;
    requireSize(width, height);
    const rgba = new Uint8Array(4 * width * height);
    reader.decodeAndBlitFrameRGBA(0, rgba);
    return { width, height, rgba };
  },
};
