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

const MOST_CODES = 4096;

/** The bits of a frame's sub-blocks, as codes of so many. @returns null at their end. */
const codeReader = (bytes: Uint8Array, from: number): ((size: number) => number | null) => {
  let [at, left, bits, held] = [from + 1, bytes[from] ?? 0, 0, 0];
  return (size) => {
    while (held < size) {
      if (left === 0) return null;
      if (at >= bytes.length) throw new Error('it is cut off');
      bits |= bytes[at++] << held;
      held += 8;
      left -= 1;
      if (left === 0) left = bytes[at++] ?? 0;
    }
    const code = bits & ((1 << size) - 1);
    bits >>= size;
    held -= size;
    return code;
  };
};

/**
 * Refuses codes that the table does not have yet: the library would follow their entries, which may lead round in a circle.
 * Source: Compuserve 1989, GIF89a, appendix F.
 *
 * @param at - where the frame's smallest code size stands.
 */
const requireCodes = (bytes: Uint8Array, at: number): void => {
  const smallest = bytes[at];
  if (!(smallest >= 1 && smallest <= 11)) throw new Error(`its codes begin with ${smallest} bits`);
  const clear = 1 << smallest;
  const next = codeReader(bytes, at + 1);
  let [size, known, isFirst] = [smallest + 1, clear + 2, true];
  for (let code = next(size); code !== null && code !== clear + 1; code = next(size)) {
    if (code === clear) {
      [size, known, isFirst] = [smallest + 1, clear + 2, true];
      continue;
    }
    if (code > known || (isFirst && code >= clear)) throw new Error('it has a code that stands for nothing');
    if (!isFirst && known < MOST_CODES) {
      known += 1;
      if (known >= 1 << size && size < 12) size += 1;
    }
    isFirst = false;
  }
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
    requireCodes(bytes, reader.frameInfo(0).data_offset);
    const rgba = new Uint8Array(4 * width * height);
    errorOfWarning(() => reader.decodeAndBlitFrameRGBA(0, rgba));
    return { width, height, rgba };
  },
};
