/**
 * Numbers out of command-line options.
 *
 * In: what was typed. Out: a number within its bounds, or an error that names the option, what it takes and what came.
 */
import { type Field, inputError, internalError, suggestion } from 'latent-plane/internal';

interface Bounds {
  readonly min: number;
  readonly max?: number;
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

const wrong = (option: string, expected: string, got: string, guess = ''): never => {
  throw inputError('invalid-option', { at: { option }, expected, got: `"${got}"${guess === '' ? '' : `; ${guess}`}` });
};

/** A parser for commander of whole numbers from `min` to `max`. */
export const wholeNumber =
  (option: string, { min, max = Number.MAX_SAFE_INTEGER }: Bounds) =>
  (text: string): number => {
    const value = Number(text);
    const expected =
      max === Number.MAX_SAFE_INTEGER ? `a whole number of ${min} or more` : `a whole number from ${min} to ${max}`;
    return DECIMAL.test(text) && Number.isSafeInteger(value) && value >= min && value <= max
      ? value
      : wrong(option, expected, text);
  };

/** A parser for commander of numbers above `above` (not included) up to `max`. */
export const numberAbove =
  (option: string, above: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    return DECIMAL.test(text) && value > above && value <= max
      ? value
      : wrong(option, `a number above ${above}, at most ${max}`, text);
  };

/** A parser for commander of numbers from `-most` to `most`. */
export const finiteNumber =
  (option: string, most: number) =>
  (text: string): number => {
    const value = Number(text);
    return DECIMAL.test(text) && Math.abs(value) <= most
      ? value
      : wrong(option, `a number from -${most} to ${most}`, text);
  };

/** A parser for commander of shares, 0 to `max`. */
export const share =
  (option: string, max: number) =>
  (text: string): number => {
    const value = Number(text);
    return DECIMAL.test(text) && value >= 0 && value <= max ? value : wrong(option, `a share from 0 to ${max}`, text);
  };

/** A parser for commander of one word out of several. */
export const oneOf =
  <T extends string>(option: string, choices: readonly T[]) =>
  (text: string): T =>
    choices.find((choice) => choice === text) ??
    wrong(option, choices.map((choice) => `"${choice}"`).join(' or '), text, suggestion(text, choices));

/** A parser for commander of what a field takes. */
export const fieldParser = (option: string, field: Field): ((text: string) => number | string) => {
  switch (field.kind) {
    case 'integer':
      return wholeNumber(option, field);
    case 'number':
      return field.above === true ? numberAbove(option, field.min, field.max) : share(option, field.max);
    case 'choice':
      return oneOf(option, field.choices);
    default:
      throw internalError(`${option}: an option cannot take a value of the kind "${field.kind}"`);
  }
};
