/**
 * The one error type of the library.
 *
 * In: a stable code and a sentence. Out: an `Error` that a program can switch on and a person can act on.
 * The sentence says what is wrong, where, what was expected and what to do next.
 */

/** Who has to act: the caller (`input`), the run itself (`work`), or us (`internal`). */
export type ErrorKind = 'input' | 'work' | 'internal';

/** An error with a stable `code`; its message is printed as `code: message`. */
export class LatentError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;

  constructor(code: string, message: string, kind: ErrorKind = 'input', options?: ErrorOptions) {
    super(`${code}: ${message}`, options);
    this.name = 'LatentError';
    this.code = code;
    this.kind = kind;
  }
}

/** Wrong input or arguments: the caller can mend it (exit code 2). */
export const inputError = (code: string, message: string, options?: ErrorOptions): LatentError =>
  new LatentError(code, message, 'input', options);

/** The work itself failed, for example no space left (exit code 1). */
export const workError = (code: string, message: string, options?: ErrorOptions): LatentError =>
  new LatentError(code, message, 'work', options);

/** A bug of ours: a state that no input should be able to reach. */
export const internalError = (message: string): LatentError => new LatentError('internal', message, 'internal');

/** A mark that no value of ours holds: JSON makes `null` of these numbers, and a message must not. */
const NOT_FINITE = /"\\u0000(NaN|-?Infinity)"/g;

/**
 * A value as a message shows it: JSON, cut after `length` characters. What JSON has no words for is called by its name:
 * `NaN`, `Infinity`, `nothing` for what is absent.
 */
export const shown = (value: unknown, length = 60): string => {
  if (value === undefined) return 'nothing';
  const json = JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'number' && !Number.isFinite(item) ? `\u0000${item}` : item,
  );
  const text = json?.replace(NOT_FINITE, '$1') ?? typeof value;
  return text.length > length ? `${text.slice(0, length)}...` : text;
};
