/**
 * JSON that anybody may have written: read, checked against a schema, refused with its place.
 */
import * as v from 'valibot';
import { inputError, reasonOf } from '../errors.ts';
import { checkAgainst, type Refusal } from './validation.ts';

/** Whether JSON gave an object with fields: no list, no null. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Bytes that are no UTF-8 are refused rather than mended: a name with a replaced letter is another name. */
const decoded = (source: Uint8Array | string): unknown =>
  JSON.parse(typeof source === 'string' ? source : new TextDecoder('utf-8', { fatal: true }).decode(source));

/** What the engine says of a text quotes it; a file of another kind holds what no terminal should be sent. */
const UNPRINTABLE = /[^\p{L}\p{N}\p{P}\p{S} ]/gu;

/**
 * Reads JSON of any form.
 *
 * @param source - a text, or its UTF-8 bytes.
 * @throws LatentError `code` (input) where it is no JSON, with what the engine says of it.
 */
export const parseJson = (source: Uint8Array | string, { code, at, hint }: Refusal): unknown => {
  try {
    return decoded(source);
  } catch (cause) {
    const reason = reasonOf(cause).replace(UNPRINTABLE, '?');
    throw inputError(
      code,
      { at, problem: `it cannot be parsed (${reason})`, expected: 'JSON in UTF-8', hint },
      { cause },
    );
  }
};

/**
 * Reads JSON of one form.
 *
 * @throws LatentError `code` (input) where it is no JSON; with the path of the first fault where it has another form.
 */
export const parseJsonAs = <Output>(
  source: Uint8Array | string,
  schema: v.GenericSchema<unknown, Output>,
  refusal: Refusal,
): Output => checkAgainst(schema, parseJson(source, refusal), refusal);

/** The same where a document that is none, or of another form, counts as absent: null. */
export const tryJsonAs = <Output>(
  source: Uint8Array | string,
  schema: v.GenericSchema<unknown, Output>,
): Output | null => {
  try {
    return v.parse(schema, decoded(source));
  } catch {
    return null;
  }
};
