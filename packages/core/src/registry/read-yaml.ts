/** YAML, and so JSON, that anybody may have written: its data, and where in the text each of them stands. */
import { isMap, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import { type ErrorPlace, inputError, reasonOf } from '../errors.ts';
import { isRecord } from './parse-json.ts';
import type { DataPath } from './validation.ts';

/** Data of a text, with the place of each. */
export interface LocatedData {
  readonly value: unknown;
  /** Of the value at a path, or of the field's name; where there is none, of what it would be in. */
  placeOf(path: DataPath, what?: 'value' | 'name'): ErrorPlace;
}

/** An alias can make a kilobyte of text a gigabyte of data. */
const MAX_ALIASES = 100;

/** Where a field is written, by its dotted name: `schedule.warmupEpochs` as one key, or as keys within each other. */
export const fieldPlace = ({ value, placeOf }: LocatedData, field: string, within: DataPath = []): ErrorPlace => {
  const outer = within.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value);
  const isKey = isRecord(outer) && Object.hasOwn(outer, field);
  return placeOf([...within, ...(isKey ? [field] : field.split('.'))]);
};

type Document = ReturnType<typeof parseDocument>;

const startOf = (node: unknown): number | undefined => {
  const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
  return Array.isArray(range) && typeof range[0] === 'number' ? range[0] : undefined;
};

const nodeAt = (document: Document, path: DataPath): unknown =>
  path.length === 0 ? document.contents : document.getIn(path, true);

/** Where the name of a field is written. */
const nameOffset = (document: Document, path: DataPath): number | undefined => {
  const map = nodeAt(document, path.slice(0, -1));
  const key = isMap(map)
    ? map.items.find((pair) => isPair(pair) && isScalar(pair.key) && pair.key.value === path.at(-1))?.key
    : undefined;
  return startOf(key);
};

const offsetOf = (document: Document, path: DataPath, what: 'value' | 'name'): number | undefined => {
  const own = (what === 'name' ? nameOffset(document, path) : undefined) ?? startOf(nodeAt(document, path));
  return own !== undefined || path.length === 0 ? own : offsetOf(document, path.slice(0, -1), 'value');
};

/** @throws LatentError `code` (input) of a text nested deeper than can be followed. */
const parsed = (text: string, lines: LineCounter, file: string, code: string): Document => {
  try {
    return parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true });
  } catch (cause) {
    const facts = { at: { file }, expected: 'YAML or JSON', got: 'fields nested too deeply to be read' };
    throw inputError(code, facts, { cause });
  }
};

/** A fault in the reader's own words, but for what only a programmer could do about it. */
const faultWords = ({ code, message }: Document['errors'][number]): string =>
  code === 'MULTIPLE_DOCS' ? 'a second document, behind "---"' : `a fault: ${message}`;

/**
 * Reads a text of one document.
 *
 * @param code - of the error.
 * @throws LatentError `code` (input) with file, line and column where it is no YAML.
 */
export const readYaml = (text: string, file: string, code: string): LocatedData => {
  const lines = new LineCounter();
  const document = parsed(text, lines, file, code);
  const place = (offset: number | undefined): ErrorPlace => {
    if (offset === undefined) return { file };
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const [error] = document.errors;
  if (error !== undefined)
    throw inputError(code, {
      at: place(error.pos[0]),
      expected: 'one document of YAML or JSON',
      got: faultWords(error),
    });
  try {
    return {
      value: document.toJS({ maxAliasCount: MAX_ALIASES }),
      placeOf: (path, what = 'value') => place(offsetOf(document, path, what)),
    };
  } catch (cause) {
    const got = `aliases that cannot be followed: ${reasonOf(cause)}`;
    throw inputError(code, { at: { file }, expected: 'plain fields', got }, { cause });
  }
};
