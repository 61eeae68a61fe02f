/**
 * Schemas with messages that a person can act on, and one way to run them.
 *
 * In: valibot schemas whose messages say what is expected ("a whole number from 1 to 64"). Out: the checked value, or
 * a `LatentError` that names the path, what was expected and what came. Which fields exist is not decided here.
 */
import * as v from 'valibot';
import { type ErrorPlace, inputError, shown } from '../errors.ts';
import { suggestion } from './registry.ts';

/** A schema for one field, whatever its type. */
export type FieldSchema<Output = unknown> = v.GenericSchema<unknown, Output>;

/** Whole number in `[min, max]`. */
export const integerSchema = (min: number, max: number): FieldSchema<number> => {
  const expected = `a whole number from ${min} to ${max}`;
  return v.pipe(v.number(expected), v.integer(expected), v.minValue(min, expected), v.maxValue(max, expected));
};

/** Finite number in `[min, max]`. */
export const numberSchema = (min: number, max: number): FieldSchema<number> => {
  const expected = `a number from ${min} to ${max}`;
  return v.pipe(v.number(expected), v.finite(expected), v.minValue(min, expected), v.maxValue(max, expected));
};

/** Finite number in `(above, max]`. */
export const openNumberSchema = (above: number, max: number): FieldSchema<number> => {
  const expected = `a number above ${above}, up to ${max}`;
  return v.pipe(v.number(expected), v.finite(expected), v.gtValue(above, expected), v.maxValue(max, expected));
};

/** Finite number in `(0, max]`. */
export const positiveSchema = (max: number): FieldSchema<number> => openNumberSchema(0, max);

export const booleanSchema = (): FieldSchema<boolean> => v.boolean('true or false');

/** Text of at most `maxLength` characters, optionally of a pattern that `expected` puts in words. */
export const textSchema = (
  maxLength: number,
  { pattern = /^/, expected = `text of up to ${maxLength} characters` }: { pattern?: RegExp; expected?: string } = {},
): FieldSchema<string> => v.pipe(v.string(expected), v.maxLength(maxLength, expected), v.regex(pattern, expected));

/** One of a few words; the message guesses which of them a misspelt one was meant to be. */
export const choiceSchema = <const Choice extends string>(choices: readonly Choice[]): FieldSchema<Choice> => {
  const expected = `one of ${choices.join(', ')}`;
  return v.picklist(choices, ({ input }) => {
    const guess = typeof input === 'string' ? suggestion(input, choices) : '';
    return guess === '' ? expected : `${expected} (${guess})`;
  });
};

/** A list of `min` to `max` items of one kind; `example` is what messages show. */
export const listSchema = <Item>(
  item: FieldSchema<Item>,
  min: number,
  max: number,
  example = '',
): FieldSchema<Item[]> => {
  const count = min === max ? `a list of ${min}` : `a list of ${min} to ${max}`;
  const expected = example === '' ? count : `${count} such as ${example}`;
  return v.pipe(v.array(item, expected), v.minLength(min, expected), v.maxLength(max, expected));
};

/** The offending value; of a long list its length. */
const show = (value: unknown): string => {
  if (Array.isArray(value) && value.length > 8) return `a list of ${value.length}`;
  return shown(value);
};

/** Keys from the outside in: `["encoder", 2, "units"]`. */
export type DataPath = readonly (string | number)[];

/** `encoder[2].units` */
export const formatPath = (path: DataPath): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`))
    .join('')
    .replace(/^\./, '');

const pathOf = (issue: v.BaseIssue<unknown>): DataPath =>
  (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));

/** What valibot says where a schema has no message of its own. */
const OWN_WORDS = /^Invalid /;

/** What valibot calls the types, in ours. */
const TYPE_WORDS: Readonly<Record<string, string | undefined>> = {
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  Array: 'a list',
  Object: 'an object',
};

/** Valibot's own words for an object and for a choice of objects, in ours; most other schemas carry their message. */
const expectation = (issue: v.BaseIssue<unknown>): string => {
  const { type, expected, message } = issue;
  if (type === 'variant') return expected === 'Object' ? 'an object' : `one of ${expected}`;
  const isPlain = OWN_WORDS.test(message);
  if (type === 'strict_object' || (type.endsWith('object') && isPlain))
    return expected === 'Object' ? 'an object' : 'a value';
  if (!isPlain) return message;
  if (expected === null) return type === 'integer' ? 'a whole number' : `another ${type}`;
  return TYPE_WORDS[expected] ?? expected;
};

/** How data are refused: with which code, where they came from, what to do instead. */
export interface Refusal {
  readonly code: string;
  /** What is being read: `{ subject: 'recipe' }`. */
  readonly at: ErrorPlace;
  /** A next step that exists; that of somebody's own data when absent. */
  readonly hint?: string;
  /** Where in a text a value is written, or the name of a field that should not be there. */
  readonly locate?: (path: DataPath, what: 'value' | 'name') => ErrorPlace;
}

const isUnknownField = (issue: v.BaseIssue<unknown>): boolean =>
  issue.type === 'strict_object' && issue.expected === 'never';

const isMissing = (issue: v.BaseIssue<unknown>): boolean =>
  issue.input === undefined && issue.path?.at(-1)?.origin === 'key' && !isUnknownField(issue);

/** A field that should not be there beside one that is missing: the same, misspelt, in most files. */
const unknownBeside = (
  schema: v.GenericSchema<unknown, unknown>,
  value: unknown,
  missing: v.BaseIssue<unknown>,
): v.BaseIssue<unknown> | null => {
  const parent = formatPath(pathOf(missing).slice(0, -1));
  const issues = v.safeParse(schema, value).issues ?? [];
  return issues.find((issue) => isUnknownField(issue) && formatPath(pathOf(issue).slice(0, -1)) === parent) ?? null;
};

/** A copy of data with null at a path, where that leads through objects and lists. */
const withNull = (value: unknown, [key, ...rest]: DataPath): unknown => {
  if (key === undefined) return null;
  if (Array.isArray(value)) return typeof key === 'number' ? value.with(key, withNull(value[key], rest)) : value;
  if (typeof value !== 'object' || value === null) return value;
  return { ...value, [key]: withNull(Reflect.get(value, key), rest) };
};

/** What says of a field that is missing what it takes: the fault that it would have if it were null. */
const wantedAt = (
  schema: v.GenericSchema<unknown, unknown>,
  value: unknown,
  missing: v.BaseIssue<unknown>,
): v.BaseIssue<unknown> => {
  const path = formatPath(pathOf(missing));
  const issues = v.safeParse(schema, withNull(value, pathOf(missing))).issues ?? [];
  return issues.find((issue) => formatPath(pathOf(issue)) === path) ?? missing;
};

/** The type of the value that a field lies in, as the end of "no field of this name". */
const ofType = (value: unknown, path: DataPath): string => {
  const owner = path
    .slice(0, -1)
    .reduce<unknown>(
      (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
      value,
    );
  const type: unknown =
    path.length > 1 && typeof owner === 'object' && owner !== null ? Reflect.get(owner, 'type') : undefined;
  return typeof type === 'string' ? ` in "${type}"` : '';
};

/**
 * Checks an untrusted value against a schema.
 *
 * @returns the value, rebuilt from the known fields alone.
 * @throws LatentError `code` (input) with the path of the first fault, what was expected and what came.
 */
export const checkAgainst = <Output>(
  schema: v.GenericSchema<unknown, Output>,
  value: unknown,
  { code, at: outer, hint, locate }: Refusal,
): Output => {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [first] = result.issues;
  const misspelt = isMissing(first) ? unknownBeside(schema, value, first) : null;
  const issue = misspelt ?? first;
  const isUnknown = isUnknownField(issue);
  const told = isMissing(issue) ? wantedAt(schema, value, issue) : issue;
  const path = formatPath(pathOf(issue));
  const at = { ...outer, ...locate?.(pathOf(issue), isUnknown ? 'name' : 'value') };
  if (isUnknown) {
    throw inputError(code, {
      at: { ...at, field: path },
      ...(misspelt
        ? { expected: `the name "${pathOf(first).at(-1)}"`, got: `"${pathOf(issue).at(-1)}"` }
        : { expected: `no field of this name${ofType(value, pathOf(issue))}`, got: 'one' }),
      hint: hint ?? (misspelt ? 'correct its spelling' : 'take it out or correct its spelling'),
    });
  }
  throw inputError(code, {
    at: path === '' ? at : { ...at, field: path },
    expected: expectation(told),
    got: show(issue.input),
    hint: hint ?? 'correct it and try again',
  });
};
