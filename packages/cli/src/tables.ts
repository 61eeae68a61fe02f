/**
 * Plain tables and numbers for a terminal.
 *
 * In: cells. Out: lines without trailing blanks. Whoever fills the cells sees to the width.
 */
import { plainCell } from './console.ts';

/** What a terminal is taken to have. */
const COLUMNS = 80;

export type Align = 'left' | 'right';

/** Columns padded to their widest cell, two blanks between; `aligns` from the left, `left` where it ends. */
export const tableLines = (cells: readonly (readonly string[])[], aligns: readonly Align[] = []): readonly string[] => {
  const rows = cells.map((row) => row.map(plainCell));
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (aligns[column] === 'right' ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join('  ')
      .trimEnd(),
  );
};

/** `104,890`, whatever the machine's locale. */
export const grouped = (value: number): string => value.toLocaleString('en-US');

/** An error per pixel with the digits that differ between models; `-` for none. */
export const errorFigure = (value: number | null | undefined): string =>
  value === null || value === undefined || !Number.isFinite(value) ? '-' : value.toFixed(6);

/** `97.25 %`; `-` for none. */
export const percent = (share: number | null | undefined): string =>
  share === null || share === undefined || !Number.isFinite(share) ? '-' : `${(100 * share).toFixed(2)} %`;

/** Text in lines of at most 80 columns; `first` begins the first, `rest` (as many blanks, by default) the others. */
export const wrapped = (text: string, first = '', rest: string = ' '.repeat(first.length)): string[] => {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
};
