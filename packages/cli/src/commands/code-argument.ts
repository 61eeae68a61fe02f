/** A code on the command line: `0.3,-1.5`. In: what was typed. Out: its numbers, or what is wrong with them. */
import { inputError } from 'latent-plane/internal';
import { counted } from '../console.ts';

const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;

/** The numbers of a code; null of a text that is none. */
export const codeIn = (text: string): readonly number[] | null => {
  const words = text.split(',');
  const code = words.map(Number);
  // Beyond single precision a number would become infinite on its way to the decoder.
  const isCode = words.every((word) => NUMBER.test(word)) && code.every((value) => Number.isFinite(Math.fround(value)));
  return isCode ? code : null;
};

/** `0.3,-1.5` as a code; how many numbers it takes the model says. @throws LatentError (input) `invalid-option`. */
export const codeArgument =
  (option: string, expected = `numbers with commas between as in ${option} 0.3,0.7`) =>
  (text: string): readonly number[] => {
    const code = codeIn(text);
    if (code !== null) return code;
    throw inputError('invalid-option', {
      at: { option },
      expected,
      got: `"${text}"`,
    });
  };

/** Codes of more numbers are told by their first ones. */
const SHOWN = 8;

/** `0.3,0.7`, or `0.3,0.7,... (4096 numbers)`. */
export const shownCode = (code: readonly number[]): string =>
  code.length <= SHOWN ? code.join(',') : `${code.slice(0, 2).join(',')},... (${counted(code.length, 'number')})`;

/** @throws LatentError (input) `code-size` for a code that has not as many numbers as the model's. */
export const requireCodeSize = (option: string, code: readonly number[], size: number, argument: string): void => {
  if (code.length === size) return;
  throw inputError('code-size', {
    at: { option: `${option} ${shownCode(code)}` },
    expected: `${counted(size, 'number')}, as many as a code of "${argument}" has`,
    got: `${code.length}`,
    hint: `for example ${option} ${shownCode(Array.from({ length: size }, () => 0))}`,
  });
};
