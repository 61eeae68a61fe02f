/** GIF, by omggif: the first picture of those that move. */
import { beginsWith, type Decoder, requireSize } from './decoder.ts';

/** The library says on the console what is wrong, and goes on; a picture that is half there is none. */
const errorOfWarning = (decode: () => void): void => {
  const { log } = console;
  let warning: string | null = null;
  console.log = (text: unknown): void => {
    warning = String(text);
  };
  try {
    decode();
  } finally {
    console.log = log;
  }
  if (warning !== null) throw new Error('it is damaged', { cause: warning });
};

export const gif: Decoder = {
  id: 'gif',
  label: 'GIF',
  doc: 'the first picture',
  extensions: ['gif'],
  begins: (head) => beginsWith(head, 'GIF8'),
  decode: async (bytes) => {
    const { GifReader } = await import('omggif');
    // The library takes what indexes like an array of bytes.
    const reader = new GifReader(bytes as ConstructorParameters<typeof GifReader>[0]);
    const { width, height } = reader;
    requireSize(width, height);
    const rgba = new Uint8Array(4 * width * height);
    errorOfWarning(() => reader.decodeAndBlitFrameRGBA(0, rgba));
    return { width, height, rgba };
  },
};
