/**
 * Tables of numbers as text: which character parts the cells, and a matrix of what stands in them.
 *
 * A parser of our own: such a table has a thousand columns and tens of thousands of lines, one column of which may be words.
 * A CSV library makes a string of each of its fifty million cells; here digits become numbers as they are read.
 */
import { inputError } from '../../errors.ts';

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
const MAX_NUMBERS = 2 ** 29;

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

/** Lines of bytes, without their ends; empty ones left out. */
function* linesOf(bytes: Uint8Array): Generator<readonly [line: string, number: number]> {
  const decoder = new TextDecoder();
  let [from, number] = [0, 0];
  while (from < bytes.length) {
    const found = bytes.indexOf(LINE_FEED, from);
    const to = found < 0 ? bytes.length : found;
    number++;
    const line = decoder.decode(bytes.subarray(from, to)).replace(/\r$/, '');
    from = to + 1;
    if (line.trim() !== '') yield [line, number];
  }
}

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
  const [first, second] = [...take(linesOf(bytes), 2)].map(([line]) => line);
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
 * @throws LatentError (input) `table-empty`, `table-columns` where lines differ in length, `table-cell` where words stand
 *   in more than one column, each with its line.
 */
export const readTable = (bytes: Uint8Array, file: string, header?: 'yes' | 'no'): Table => {
  const dialect = dialectOf(bytes, file, header);
  const { columns, pattern } = dialect;
  const most = lineCount(bytes) * columns;
  if (most > MAX_NUMBERS)
    throw inputError('too-large', {
      at: { file },
      expected: `at most ${MAX_NUMBERS} numbers`,
      got: `${most}`,
      hint: 'save it with numpy.savez',
    });
  const values = new Float32Array(most);
  const words: string[] = [];
  let [rows, wordColumn, skip] = [0, -1, dialect.header !== null];
  for (const [line, number] of linesOf(bytes)) {
    if (skip) {
      skip = false;
      continue;
    }
    const cells = cellsOf(line, pattern);
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
