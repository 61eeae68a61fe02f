/**
 * The columns of the table of networks: what each holds, how it is written, how rows are put in order by it.
 *
 * In: rows as the bundle has them. Out: text and orders; nothing is drawn.
 */
import type { ExplorerComparison } from 'latent-plane/internal';
import { durationWords, grouped } from '../model/facts.ts';

export type ScoreRow = ExplorerComparison['networks'][number];

export interface Column {
  /** As in the address. */
  readonly key: string;
  readonly title: string;
  /** What the figure is, with its unit. */
  readonly means: string;
  /** Null where it is not known; such rows come last. */
  readonly value: (row: ScoreRow) => number | null;
  readonly text: (value: number) => string;
}

const error = (value: number): string => value.toFixed(4);
const share = (value: number): string => value.toFixed(3);
const mse = (over: string): string => `Mean squared error per pixel, ${over}`;

export const COLUMNS: readonly Column[] = [
  { key: 'published', title: 'Published', means: mse('as published'), value: (r) => r.published, text: error },
  {
    key: 'documented',
    title: 'Documented',
    means: mse('our documented recipe'),
    value: (r) => r.documented,
    text: error,
  },
  { key: 'train', title: 'Train', means: mse('training images'), value: (r) => r.train, text: error },
  { key: 'test', title: 'Test', means: mse('test images'), value: (r) => r.test, text: error },
  { key: 'all', title: 'All', means: mse('all images'), value: (r) => r.all, text: error },
  {
    key: 'knn',
    title: 'Neighbours',
    means: 'Share of codes whose nearest neighbours name their class',
    value: (r) => r.knnAccuracy,
    text: share,
  },
  {
    key: 'trust',
    title: 'Trust',
    means: 'Trustworthiness: neighbours on the plane are neighbours as images',
    value: (r) => r.trustworthiness,
    text: share,
  },
  {
    key: 'continuity',
    title: 'Continuity',
    means: 'Continuity: neighbours as images are neighbours on the plane',
    value: (r) => r.continuity,
    text: share,
  },
  {
    key: 'recognisable',
    title: 'Recognised',
    means: 'Share of reconstructions that a classifier reads as their class',
    value: (r) => r.recognisable,
    text: share,
  },
  { key: 'parameters', title: 'Parameters', means: 'Weights and biases', value: (r) => r.parameters, text: grouped },
  { key: 'time', title: 'Time', means: 'Training time', value: (r) => r.seconds, text: durationWords },
  {
    key: 'findings',
    title: 'Findings',
    means: 'What the diagnosis found',
    value: (r) => r.findings?.length ?? null,
    text: String,
  },
];

export interface Sort {
  readonly column: Column;
  readonly descending: boolean;
}

/** `-all` to a column and a direction; null for what is no column. */
export const parseSort = (text: string | null): Sort | null => {
  const descending = text?.startsWith('-') ?? false;
  const column = COLUMNS.find(({ key }) => key === (descending ? text?.slice(1) : text));
  return column ? { column, descending } : null;
};

/** What a press on a column's heading asks for: smallest first, largest first, the given order. */
export const nextSort = (text: string | null, key: string): string | null => {
  if (text === key) return `-${key}`;
  return text === `-${key}` ? null : key;
};

/** Rows by the sort; equal ones as they stood, unknown values last in both directions. */
export const sorted = (rows: readonly ScoreRow[], sort: Sort | null): readonly ScoreRow[] => {
  if (sort === null) return rows;
  const { value } = sort.column;
  return [...rows].sort((a, b) => {
    const [left, right] = [value(a), value(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return sort.descending ? right - left : left - right;
  });
};

/** Columns of which something is known. */
export const usedColumns = (rows: readonly ScoreRow[]): readonly Column[] =>
  COLUMNS.filter(({ value }) => rows.some((row) => value(row) !== null));
