/**
 * Plain tables and numbers for a terminal, within its width.
 */
import { plainCell } from './console.ts';

/** What a text is wrapped at, however wide the terminal is; longer lines are hard to read. */
const TEXT_COLUMNS = 80;
/** In less nothing can be laid out. */
const LEAST_COLUMNS = 24;
/** The least that is left of a column whose cells are broken over several lines. */
const LEAST_CELL = 8;
const GAP = '  ';

/** The columns of the terminal that reads standard output; without an end where none does, as in a file or a pipe. */
export const terminalColumns = ({ columns }: { readonly columns?: number } = process.stdout): number =>
  columns ? Math.max(LEAST_COLUMNS, columns) : Number.POSITIVE_INFINITY;

const textColumns = (): number => Math.min(TEXT_COLUMNS, terminalColumns());

export type Align = 'left' | 'right';

/** Pieces of at most `width` characters; a word that is longer is cut. */
const brokenWords = (text: string, width: number): string[] =>
  text.split(' ').flatMap((word) => word.match(new RegExp(`.{1,${width}}`, 'gu')) ?? ['']);

/**
 * Text in lines of at most 80 columns, fewer in a narrower terminal; `first` begins the first, `rest` (as many blanks, by
 * default) the others.
 */
export const wrapped = (
  text: string,
  first = '',
  rest: string = ' '.repeat(first.length),
  columns = textColumns(),
): string[] => {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > columns) {
      lines.push(line.trimEnd());
      line = rest;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
};

/** A line, broken where a terminal is too narrow for it. */
export const broken = (text: string): string[] => wrapped(text, '', GAP, terminalColumns());

/** Parts of one line, or a line for each where they do not fit. */
export const fitting = (parts: readonly string[], gap: string, columns = textColumns()): string[] => {
  const line = parts.join(gap);
  return line.length <= columns ? [line] : parts.flatMap((part) => wrapped(part, '', GAP, columns));
};

/** A cell in lines of at most `width`; what is indented stays so. */
const cellLines = (cell: string, width: number): string[] => {
  if (cell.length <= width) return [cell];
  const indent = /^ */.exec(cell)?.[0] ?? '';
  const available = Math.max(1, width - indent.length);
  return wrapped(brokenWords(cell.trim(), available).join(' '), indent, indent, width);
};

interface Grid {
  readonly rows: readonly (readonly string[])[];
  readonly widths: readonly number[];
  readonly aligns: readonly Align[];
}

/** Rows of some of the columns, cells broken where they are wider than their column. */
const gridLines = ({ rows, widths, aligns }: Grid, columns: readonly number[]): string[] =>
  rows.flatMap((row) => {
    const cells = columns.map((column) => cellLines(row[column], widths[column]));
    const height = Math.max(...cells.map(({ length }) => length));
    return Array.from({ length: height }, (_, i) =>
      columns
        .map((column, at) => {
          const text = cells[at][i] ?? '';
          return aligns[column] === 'right' ? text.padStart(widths[column]) : text.padEnd(widths[column]);
        })
        .join(GAP)
        .trimEnd(),
    );
  });

/** The widest that columns may be so that the first stands beside any other. */
const narrowed = (natural: readonly number[], columns: number): number[] => {
  const [first, ...others] = natural;
  const most = Math.max(LEAST_CELL, columns - GAP.length - Math.min(first, LEAST_CELL));
  const widths = others.map((width) => Math.min(width, most));
  return [Math.min(first, columns - GAP.length - Math.max(0, ...widths)), ...widths];
};

/** Groups of columns that fit beside the first, which names the rows and stands in each. */
const foldedColumns = (widths: readonly number[], columns: number): number[][] => {
  const groups: number[][] = [];
  let available = 0;
  for (let column = 1; column < widths.length; column++) {
    const needed = GAP.length + widths[column];
    if (needed > available) {
      groups.push([0]);
      available = columns - widths[0];
    }
    groups[groups.length - 1].push(column);
    available -= needed;
  }
  return groups.length > 0 ? groups : [[0]];
};

/**
 * Columns padded to their widest cell, two blanks between; `aligns` from the left, `left` where it ends. Where they are
 * wider than the terminal, the table is folded: columns that do not fit stand below, beside the first column again.
 */
export const tableLines = (
  cells: readonly (readonly string[])[],
  aligns: readonly Align[] = [],
  columns = terminalColumns(),
): readonly string[] => {
  const rows = cells.map((row) => row.map(plainCell));
  const natural = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const all = natural.map((_, column) => column);
  const total = natural.reduce((sum, width) => sum + width, GAP.length * (natural.length - 1));
  if (total <= columns) return gridLines({ rows, widths: natural, aligns }, all);
  const widths = narrowed(natural, columns);
  return foldedColumns(widths, columns).flatMap((group, i) => [
    ...(i === 0 ? [] : ['']),
    ...gridLines({ rows, widths, aligns }, group),
  ]);
};

/** Names with what they are, one below the other; what a terminal is too narrow for hangs below its beginning. */
export const factLines = (
  facts: readonly (readonly [string, string])[],
  width = Math.max(...facts.map(([name]) => name.length)) + GAP.length,
): string[] =>
  facts.flatMap(([name, value]) => wrapped(plainCell(value), name.padEnd(width), undefined, terminalColumns()));

/** `104,890`, whatever the machine's locale. */
export const grouped = (value: number): string => value.toLocaleString('en-US');

/** An error per pixel with the digits that differ between models; `-` for none. */
export const errorFigure = (value: number | null | undefined): string =>
  value === null || value === undefined || !Number.isFinite(value) ? '-' : value.toFixed(6);

/** `97.25 %`; `-` for none. */
export const percent = (share: number | null | undefined): string =>
  share === null || share === undefined || !Number.isFinite(share) ? '-' : `${(100 * share).toFixed(2)} %`;
