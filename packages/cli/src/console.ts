/**
 * What every command says the same way: one JSON document or a text on standard output, notes on standard error.
 */
import { LatentError } from 'latent-plane';
import { reasonOf } from 'latent-plane/internal';
import pc from 'picocolors';
import { systemCode } from './files/file-system.ts';

/** A stream as far as it is used here. */
export interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Colour where a person looks on and does not forbid it. Source: no-color.org. */
export const wantsColour = (
  { isTTY }: Pick<Output, 'isTTY'>,
  environment: NodeJS.ProcessEnv = process.env,
): boolean => {
  if (environment.NO_COLOR) return false;
  if (environment.FORCE_COLOR) return environment.FORCE_COLOR !== '0';
  return isTTY === true && environment.TERM !== 'dumb';
};

/** Colour functions for a stream; they change nothing where there is to be no colour. */
export const coloursFor = (stream: Output): ReturnType<typeof pc.createColors> => pc.createColors(wantsColour(stream));

/** What a terminal obeys instead of showing it: control characters but ends of lines and tabs, and bidirectional overrides. */
const OBEYED = /(?![\n\t])[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;

/**
 * Text as a terminal may show it: a title, a class name or a path may be anybody's, and hold what moves the cursor, hides
 * text or answers in the person's name. Such characters are written as JSON writes them: `\u001b`.
 */
export const plainText = (text: string): string =>
  text.replace(OBEYED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A path as a shell takes it for one word, in a command that a person is told to type. */
export const shellWord = (text: string): string =>
  text !== '' && /^[\w%+,./:@=~\\-]+$/.test(text) && !text.startsWith('-')
    ? text
    : `'${text.replaceAll("'", "'\\''")}'`;

/** `plainText` on one line, for a cell of a table. */
export const plainCell = (text: string): string => plainText(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t');

/** The one JSON document of `--json`; the same value for whoever parses it, and nothing that a terminal obeys. */
export const printJson = (value: unknown, stream: Output = process.stdout): void => {
  // JSON itself escapes half of these.
  stream.write(`${plainText(JSON.stringify(value, null, 2))}\n`);
};

/** A text with colours of ours; what is anybody's in it was made plain before. */
export const printStyled = (text: string, stream: Output = process.stdout): void => {
  stream.write(text.endsWith('\n') ? text : `${text}\n`);
};

/** A text that was asked for. */
export const print = (text: string, stream: Output = process.stdout): void => printStyled(plainText(text), stream);

/** A remark beside the result; never on standard output. */
export const note = (text: string, stream: Output = process.stderr): void => {
  stream.write(`${plainText(text)}\n`);
};

export const EXIT = { done: 0, workFailed: 1, wrongInput: 2, interrupted: 130 } as const;

/** The exit code that goes with an error. */
export const exitCodeOf = (error: unknown): number =>
  error instanceof LatentError && error.kind === 'input' ? EXIT.wrongInput : EXIT.workFailed;

const sentence = (error: unknown): string => {
  if (error instanceof LatentError) {
    return error.kind === 'internal'
      ? `${error.message}\nThis is a fault of Latent Plane: please report it, with the output of the same command and --debug.`
      : error.message;
  }
  const message = reasonOf(error);
  // What the system refuses (a full disk, a folder that may not be read) is nobody's bug.
  if (systemCode(error) !== undefined && error instanceof Error && 'syscall' in error) return `system: ${message}`;
  return `internal: ${message}\nThis is a fault of Latent Plane: please report it, with the output of the same command and --debug.`;
};

/** Says on standard error what went wrong; with `debug` also where. */
export const printError = (
  error: unknown,
  { debug = false, stream = process.stderr }: { readonly debug?: boolean; readonly stream?: Output } = {},
): void => {
  stream.write(`${coloursFor(stream).red('error')}: ${plainText(sentence(error))}\n`);
  if (!debug) return;
  for (let at: unknown = error; at instanceof Error; at = at.cause) stream.write(`${plainText(String(at.stack))}\n`);
};

/** `1 epoch`, `2 epochs`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
