/** Which columns of a table are pixels, and which say the class. */
import { inputError } from '../../errors.ts';
import { isSquare } from './flat-images.ts';
import { oneHotLabels } from './label-values.ts';
import type { ReadOptions } from './options.ts';
import type { Table } from './table.ts';

/** The columns of a table. */
export interface Columns {
  /** Those of the pixels stand together: the first, and how many. */
  readonly pixels: { readonly from: number; readonly count: number };
  /** `column` holds classes, `one-hot` columns hold the place of a 1. */
  readonly label:
    | { readonly kind: 'none' }
    | { readonly kind: 'column' | 'one-hot'; readonly from: number; readonly count: number };
  readonly notes: readonly string[];
}

const MAX_ONE_HOT = 200;
const LABEL_NAMES = /^(labels?|class(es)?|target|y|digit|character|category|emotion)$/i;
/** Numbers of lines, which programs write beside the data. */
const ID_NAMES = /^(|id|index|idx|imageid|unnamed: ?\d+)$/i;

const without = (columns: number, label: { readonly from: number; readonly count: number }): Columns['pixels'] =>
  label.from === 0 ? { from: label.count, count: columns - label.count } : { from: 0, count: columns - label.count };

/** Whether a column may be labels: whole numbers, more than one of them. */
const variety = ({ values, rows, columns }: Table, column: number): number => {
  const seen = new Set<number>();
  for (let row = 0; row < rows; row++) {
    const value = values[row * columns + column];
    if (!Number.isInteger(value) || value < 0) return 0;
    seen.add(value);
  }
  // Classes are numbered without gaps; pixels of a column hardly ever are.
  const isNumbered = [...seen].every((value) => value === 0 || value === 1 || seen.has(value - 1));
  return seen.size > 1 ? (isNumbered ? 2 : 1) : 0;
};

const oneHot = (table: Table, count: number, where: 'first' | 'last' | undefined): Columns['label'] | null => {
  const { values, rows, columns } = table;
  for (const place of where === undefined ? (['last', 'first'] as const) : [where]) {
    const from = place === 'last' ? columns - count : 0;
    if (oneHotLabels(values, rows, (row, column) => row * columns + from + column, count) !== null)
      return { kind: 'one-hot', from, count };
  }
  return null;
};

/** How many columns are no pixels; null where no number of them leaves an image. */
const surplusOf = (table: Table, { size, label }: ReadOptions): number | null => {
  const { columns } = table;
  if (size) return columns - size.height * size.width * (size.channels ?? 1);
  if (label === 'none') return 0;
  // Columns with one 1 in each line are no accident, even where all columns together would be a square too.
  for (let count = 3; count <= Math.min(MAX_ONE_HOT, columns - 1, table.rows); count++)
    if (isSquare(columns - count) && oneHot(table, count, label) !== null) return count;
  const isSaid = label !== undefined || table.words !== null;
  if (!isSaid && isSquare(columns)) return 0;
  if (isSquare(columns - 1)) return 1;
  return null;
};

const placeOf = (table: Table, { label }: ReadOptions): readonly [column: number, why: string | null] => {
  const last = table.columns - 1;
  if (label === 'first') return [0, null];
  if (label === 'last') return [last, null];
  if (table.words) return [table.words.column, null];
  const named = table.header?.findIndex((name) => LABEL_NAMES.test(name)) ?? -1;
  if (named === 0 || named === last) return [named, `the label is the column "${table.header?.[named]}"`];
  const isLast = variety(table, last) > variety(table, 0);
  return [
    isLast ? last : 0,
    `the label was taken to be the ${isLast ? 'last' : 'first'} column (#label=${isLast ? 'first' : 'last'})`,
  ];
};

/**
 * The columns of a table: by the words above them, by how many leave a square image, by what stands in them.
 *
 * @throws LatentError (input) `table-layout` where no column can be told from the others.
 */
export const columnsOf = (table: Table, options: ReadOptions, file: string): Columns => {
  const { columns } = table;
  const surplus = surplusOf(table, options);
  if (surplus === 0) return { pixels: { from: 0, count: columns }, label: { kind: 'none' }, notes: [] };
  if (surplus === 1) {
    const [from, why] = placeOf(table, options);
    if (from === 0 || from === columns - 1) {
      const label = { kind: 'column' as const, from, count: 1 };
      return { pixels: without(columns, label), label, notes: why === null ? [] : [why] };
    }
  }
  if (surplus !== null && surplus > 1 && options.label !== 'none') {
    const label = oneHot(table, surplus, options.label);
    if (label && label.kind !== 'none')
      return {
        pixels: without(columns, label),
        label,
        notes: [`the ${label.from === 0 ? 'first' : 'last'} ${surplus} columns are one-hot labels`],
      };
  }
  const ids = table.header?.filter((name) => ID_NAMES.test(name)) ?? [];
  throw inputError('table-layout', {
    at: { file },
    expected: options.size
      ? `${columns - (surplus ?? 0)} columns of pixels, and a label before or behind them`
      : 'as many columns as a square image has pixels, and a label before or behind them',
    got: `${columns} columns${ids.length === 0 ? '' : `, of which "${ids[0]}" numbers the lines: take it out`}`,
    hint: 'say the size (#size=64x48, in colour #size=64x48x3), and where the label is (#label=first, last, none)',
  });
};
