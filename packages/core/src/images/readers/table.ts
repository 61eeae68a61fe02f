/**
 * Tables of numbers as text: which character parts the cells, and a matrix of what stands in them.
 *
 * A parser of our own: such a table has a thousand columns and tens of thousands of lines, one column of which may be words.
 * A CSV library makes a string of each of its fifty million cells; here the digits of a plain line become numbers as they are
 * read, and other lines alone are taken apart as text.
 */
import { inputError } from '../../errors.ts';
import { SAVE_AND_PACK_HINT } from './source.ts';

/** Lines of cells. */
export interface Table {
  /** Names of the columns; null where the first line is data. */
  readonly header: readonly string[] | null;
  readonly columns: number;
  readonly rows: number;
  /** `[rows, columns]`; of the column of words 0. */
  readonly values: Float32Array;
  /** The column that holds words, and those of each line; null where all are numbers. */
  readonly words: { readonly column: number; readonly of: readonly string[] } | null;
  /** As people call it: `comma`. */
  readonly delimiter: string;
}

const DELIMITERS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['tab', /\t/],
  ['semicolon', /;/],
  ['comma', /,/],
  ['blank', /[ \t]+/],
];

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const MAX_NUMBERS = 2 ** 29;
const MEBIBYTE = 2 ** 20;

const unquoted = (text: string): string => {
  const plain = text.trim();
  return /^".*"$/.test(plain) ? plain.slice(1, -1).replaceAll('""', '"') : plain;
};

const cellsOf = (line: string, pattern: RegExp): readonly string[] => {
  // Columns that are lined up have blanks at both ends.
  const cells = (pattern.source === '[ \\t]+' ? line.trim() : line).split(pattern).map(unquoted);
  // Some writers end each line as if a cell followed.
  return cells.length > 1 && cells.at(-1) === '' ? cells.slice(0, -1) : cells;
};

const isNumber = (cell: string): boolean => cell !== '' && Number.isFinite(Number(cell));

interface Line {
  /** Of its first byte, and of the byte behind its last. */
  readonly from: number;
  readonly to: number;
  /** From 1. */
  readonly number: number;
}

const isBlank = (bytes: Uint8Array, from: number, to: number): boolean => {
  for (let at = from; at < to; at++) if (bytes[at] > 32) return false;
  return true;
};

/** Lines without their ends; empty ones left out. */
function* linesOf(bytes: Uint8Array): Generator<Line> {
  let [from, number] = [0, 0];
  while (from < bytes.length) {
    const found = bytes.indexOf(LINE_FEED, from);
    const end = found < 0 ? bytes.length : found;
    const to = bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end;
    number++;
    if (!isBlank(bytes, from, to)) yield { from, to, number };
    from = end + 1;
  }
}

const textOf = (bytes: Uint8Array, { from, to }: Line): string => new TextDecoder().decode(bytes.subarray(from, to));

/**
 * Writes the numbers of a line that has nothing but plain ones, without sign or exponent, which is nearly every line there is.
 *
 * @returns whether it was such a line, of as many numbers as `out` takes.
 */
const readPlainLine = (bytes: Uint8Array, { from, to }: Line, delimiter: number | null, out: Float32Array): boolean => {
  let [column, value, digits, decimals] = [0, 0, 0, -1];
  const finish = (): void => {
    // One division of whole numbers below 2^53 rounds as a parser does.
    out[column++] = decimals > 0 ? value / 10 ** decimals : value;
    [value, digits, decimals] = [0, 0, -1];
  };
  for (let at = from; at < to; at++) {
    const code = bytes[at];
    if (code >= 48 && code <= 57) {
      value = value * 10 + code - 48;
      if (++digits > 15) return false;
      if (decimals >= 0) decimals++;
    } else if (code === 46 && decimals < 0) decimals = 0;
    else if (delimiter === null ? code === 32 || code === 9 : code === delimiter) {
      if (digits > 0) finish();
      else if (delimiter !== null || decimals >= 0) return false;
    } else return false;
    if (column > out.length || (column === out.length && digits > 0)) return false;
  }
  if (digits > 0) finish();
  return column === out.length;
};

/** Names of columns stand above numbers: where the first line has words, the second has none. */
const hasHeader = (first: readonly string[], second: readonly string[] | undefined): boolean =>
  second === undefined
    ? first.some((cell) => !isNumber(cell))
    : first.some((cell, column) => !isNumber(cell) && isNumber(second[column] ?? '')) ||
      first.every((cell) => !isNumber(cell));

interface Dialect {
  readonly delimiter: string;
  readonly pattern: RegExp;
  readonly header: readonly string[] | null;
  readonly columns: number;
}

const dialectOf = (bytes: Uint8Array, file: string, header: 'yes' | 'no' | undefined): Dialect => {
  const [first, second] = [...take(linesOf(bytes), 2)].map((line) => textOf(bytes, line));
  if (first === undefined)
    throw inputError('table-empty', { at: { file }, expected: 'lines of numbers', got: 'an empty file' });
  const data = second ?? first;
  const [delimiter, pattern] = DELIMITERS.find(([, sign]) => sign.test(data)) ?? DELIMITERS[3];
  const [top, next] = [cellsOf(first, pattern), second === undefined ? undefined : cellsOf(second, pattern)];
  const isNamed = header === undefined ? hasHeader(top, next) : header === 'yes';
  return { delimiter, pattern, header: isNamed ? top : null, columns: (next ?? top).length };
};

function* take<T>(items: Iterable<T>, count: number): Generator<T> {
  let left = count;
  if (left === 0) return;
  for (const item of items) {
    yield item;
    if (--left === 0) return;
  }
}

const lineCount = (bytes: Uint8Array): number => {
  let count = 1;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) count++;
  return count;
};

/**
 * Reads a table.
 *
 * @param header - whether the first line names the columns; told by its cells when absent.
 * @param onProgress - told how many bytes are read, about once a mebibyte.
 * @throws LatentError (input) `table-empty`, `table-columns` where lines differ in length, `table-cell` where words stand
 *   in more than one column, each with its line.
 */
export const readTable = (
  bytes: Uint8Array,
  file: string,
  header?: 'yes' | 'no',
  onProgress?: (done: number) => void,
): Table => {
  const dialect = dialectOf(bytes, file, header);
  const { columns, pattern } = dialect;
  const most = lineCount(bytes) * columns;
  if (most > MAX_NUMBERS)
    throw inputError('too-large', {
      at: { file },
      expected: `at most ${MAX_NUMBERS} numbers`,
      got: `${most}`,
      hint: SAVE_AND_PACK_HINT,
    });
  const values = new Float32Array(most);
  const words: string[] = [];
  let [rows, wordColumn, skip] = [0, -1, dialect.header !== null];
  const code = { tab: 9, semicolon: 59, comma: 44 }[dialect.delimiter] ?? null;
  let told = 0;
  for (const line of linesOf(bytes)) {
    if (line.to - told >= MEBIBYTE) {
      told = line.to;
      onProgress?.(told);
    }
    if (skip) {
      skip = false;
      continue;
    }
    const { number } = line;
    if (wordColumn < 0 && readPlainLine(bytes, line, code, values.subarray(rows * columns, (rows + 1) * columns))) {
      rows++;
      continue;
    }
    const cells = cellsOf(textOf(bytes, line), pattern);
    if (cells.length !== columns)
      throw inputError('table-columns', {
        at: { file, line: number },
        expected: `${columns} columns, as in the lines before`,
        got: `${cells.length}`,
        hint: 'is the file cut short?',
      });
    for (let column = 0; column < columns; column++) {
      const value = Number(cells[column]);
      if (Number.isFinite(value) && cells[column] !== '') values[rows * columns + column] = value;
      else if (wordColumn < 0 && rows === 0) wordColumn = column;
      else if (wordColumn !== column)
        throw inputError('table-cell', {
          at: { file, line: number, column: column + 1 },
          expected: 'a number, or words in one column alone, the label',
          got: `"${cells[column].slice(0, 40)}"`,
          hint: 'take out columns that are neither pixels nor the label',
        });
    }
    if (wordColumn >= 0) words.push(cells[wordColumn]);
    rows++;
  }
  onProgress?.(bytes.length);
  if (rows === 0)
    throw inputError('table-empty', { at: { file }, expected: 'lines of numbers', got: 'a header alone' });
  return {
    header: dialect.header,
    columns,
    rows,
    values: values.subarray(0, rows * columns),
    words: wordColumn < 0 ? null : { column: wordColumn, of: words },
    delimiter: dialect.delimiter,
  };
};
