/**
 * Arrays of words out of `.npy` files: NumPy's text of a fixed length, `U` of four bytes a character, `S` of one.
 *
 * Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
import { type ErrorFacts, inputError, type LatentError } from '../errors.ts';
import { parseNpyHeader } from './npy.ts';
import { headerRange, isNpyHead, type NumberArray } from './npy-numbers.ts';

/** Words in axes. */
export interface WordArray extends Pick<NumberArray, 'dims' | 'isColumnMajor'> {
  /** As many as the sizes ask for, without the zeros that fill them up. */
  readonly words: readonly string[];
}

const WORDS = /^([<>|=])([US])(\d{1,6})$/;
/** Bytes of a header that says what its values are. */
const HEAD_BYTES = 4096;
const MAX_WORDS = 20_000_000;

/** Whether the values of a file are words; numbers and objects are not. */
export const isNpyWords = (head: Uint8Array): boolean =>
  isNpyHead(head) && /'descr'\s*:\s*'[<>|=][US]\d/.test(String.fromCharCode(...head.subarray(0, HEAD_BYTES)));

/**
 * Reads an array of words.
 *
 * @param bytes - the whole file.
 * @param file - its name, for messages.
 * @throws LatentError (input) `npy-magic`, `npy-version`, `npy-header`, `npy-dtype`, `npy-size`.
 */
export const readNpyWords = (bytes: Uint8Array, file: string): WordArray => {
  const refuse = (code: string, facts: ErrorFacts): LatentError => inputError(code, { at: { file }, ...facts });
  const [from, start] = headerRange(bytes, refuse);
  const text = new TextDecoder('latin1').decode(bytes.subarray(from, start));
  const { descriptor, fortranOrder: isColumnMajor, dims } = parseNpyHeader(text, refuse);
  const [, order, kind, letters] = WORDS.exec(descriptor) ?? [];
  if (kind === undefined) throw refuse('npy-dtype', { expected: 'words: U or S', got: `"${descriptor}"` });
  const count = dims.reduce((product, dim) => product * dim, 1);
  const width = Number(letters) * (kind === 'U' ? 4 : 1);
  if (bytes.length - start !== count * width || count > MAX_WORDS)
    throw refuse('npy-size', {
      expected: `${count * width} bytes of values for [${dims.join(', ')}]`,
      got: `${bytes.length - start}`,
      hint: 'fetch it again',
    });
  const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  const utf8 = new TextDecoder();
  const letter = (at: number): string => {
    const point = view.getUint32(at, order !== '>');
    return point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
  };
  const word = (i: number): string => {
    const at = i * width;
    const whole =
      kind === 'S'
        ? utf8.decode(bytes.subarray(start + at, start + at + width))
        : Array.from({ length: width / 4 }, (_, place) => letter(at + 4 * place)).join('');
    const end = whole.search(/\0+$/);
    return end < 0 ? whole : whole.slice(0, end);
  };
  return { dims, isColumnMajor, words: Array.from({ length: count }, (_, i) => word(i)) };
};
