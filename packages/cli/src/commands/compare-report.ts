/**
 * Compared models as a table for a terminal, rows for a spreadsheet, groups of bars for a picture.
 */
import type { Baselines } from 'latent-plane';
import type { ComparedNetwork } from 'latent-plane/charts';
import { namedBaselines, RECORD_DATA } from 'latent-plane/internal';
import { COMPARE_COLUMNS, csvText } from '../csv.ts';
import type { ModelScores } from '../models/model-scores.ts';
import { grouped, tableLines, wrapped } from '../tables.ts';

export interface ComparedRow {
  /** As it was asked for. */
  readonly model: string;
  /** No other row's. */
  readonly label: string;
  readonly id: string;
  /** Of the network. */
  readonly title: string;
  /** How it was trained; null of a file from elsewhere. */
  readonly recipe: 'documented' | 'best' | 'custom' | null;
  readonly seed: number | null;
  readonly parameters: number;
  /** Numbers of its code. */
  readonly codeSize: number;
  /** Dimensions in use: of a Gaussian code by their divergence, of others by their variance. */
  readonly activeUnits: number;
  /** Null for other images than those that it was published of. */
  readonly published: number | null;
  readonly mse: ModelScores['evaluation']['mse'];
  readonly knnAccuracy: number | null;
  readonly trustworthiness: number | null;
  readonly continuity: number | null;
  readonly recognisable: number | null;
  readonly epochs: number | null;
  readonly seconds: number | null;
  readonly findings: ModelScores['findings'];
}

const share = (value: number | null): string => (value === null ? '-' : value.toFixed(2));
const error = (value: number | null): string => (value === null ? '-' : value.toFixed(5));

/** `2e 1w`: two errors and a warning. */
const findingsCell = (findings: ComparedRow['findings']): string => {
  const count = (severity: string): number => findings.filter((finding) => finding.severity === severity).length;
  return (
    [
      [count('error'), 'e'],
      [count('warning'), 'w'],
      [count('info'), 'i'],
    ]
      .filter(([n]) => n !== 0)
      .map(([n, letter]) => `${n}${letter}`)
      .join(' ') || '-'
  );
};

const RECIPE_CELL = { documented: 'doc', best: 'best', custom: 'own' } as const;

/** What stands beside a row's label in the table. */
export const recipeCell = ({ recipe }: Pick<ComparedRow, 'recipe'>): string =>
  recipe === null ? '-' : RECIPE_CELL[recipe];

/** Leaves 80 columns for the whole table. */
const LABEL_WIDTH = 17;

/** Labels that fit; one that does not is cut short and numbered, and stands below the table. */
const fitted = (
  labels: readonly string[],
): { readonly cells: readonly string[]; readonly below: readonly string[] } => {
  const long = labels.filter((label) => label.length > LABEL_WIDTH);
  const mark = (label: string): string => ` [${long.indexOf(label) + 1}]`;
  return {
    cells: labels.map((label) =>
      label.length > LABEL_WIDTH ? label.slice(0, LABEL_WIDTH - mark(label).length) + mark(label) : label,
    ),
    below: long.flatMap((label) => wrapped(label, `${mark(label).trim()} `)),
  };
};

const errorWords = (rows: readonly ComparedRow[], dataset: string): string =>
  rows.some(({ published }) => published !== null)
    ? `PUBL., ALL, TEST: mean squared error per pixel on ${dataset}, as published over all images, ours over all, ours over the test images.`
    : `ALL, TEST: mean squared error per pixel on ${dataset}, over all images and over the test images; PUBL. is of ${RECORD_DATA} alone.`;

/**
 * @param labels - of the rows, as they tell them apart beside their recipes.
 * @param dataset - how it is called.
 */
export const tableOf = (
  rows: readonly ComparedRow[],
  labels: readonly string[],
  baselines: Baselines,
  dataset: string,
): string => {
  const { cells, below } = fitted(labels);
  return [
    ...tableLines(
      [
        ['NETWORK', 'BY', 'PARAM.', 'PUBL.', 'ALL', 'TEST', '5-NN', 'AGREE', 'FOUND'],
        ...rows.map((row, i) => [
          cells[i],
          recipeCell(row),
          row.parameters < 10_000 ? grouped(row.parameters) : `${grouped(Math.round(row.parameters / 1000))}k`,
          error(row.published),
          error(row.mse.all),
          error(row.mse.test),
          share(row.knnAccuracy),
          share(row.recognisable),
          findingsCell(row.findings),
        ]),
      ],
      ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'right', 'left'],
    ),
    ...(below.length > 0 ? ['', ...below] : []),
    '',
    ...wrapped(
      `${errorWords(rows, dataset)} Baselines over all: ${[...namedBaselines(baselines)]
        .reverse()
        .map(({ name, mse }) => `${name} ${mse.toFixed(5)}`)
        .join(
          ', ',
        )}. BY: recipe (doc: the original, best: the tuned, own: another). 5-NN: k-NN accuracy on the test images, k = 5. AGREE: classifier agreement, the share of test reconstructions classified as their label. FOUND: errors, warnings and infos of the diagnosis.`,
    ),
  ].join('\n');
};

export const csvOf = (rows: readonly ComparedRow[]): string =>
  csvText(
    COMPARE_COLUMNS,
    rows.map((row) => [
      row.model,
      row.id,
      row.recipe,
      row.parameters,
      row.published,
      row.mse.train,
      row.mse.test,
      row.mse.all,
      row.knnAccuracy,
      row.trustworthiness,
      row.continuity,
      row.recognisable,
      row.epochs,
      row.seconds,
      row.findings.map(({ severity, code }) => `${severity}:${code}`).join(' '),
      row.label,
      row.seed,
      row.codeSize,
      row.activeUnits,
    ]),
  );

/** A group of bars for each network that stands there once in either recipe; otherwise a bar of its own for each run. */
export const comparedNetworks = (rows: readonly ComparedRow[]): ComparedNetwork[] => {
  const isZoo = ({ recipe }: ComparedRow): boolean => recipe === 'documented' || recipe === 'best';
  const pairOf = ({ id }: ComparedRow): readonly ComparedRow[] | null => {
    const all = rows.filter((row) => row.id === id && row.recipe !== null);
    return all.every(isZoo) && new Set(all.map(({ recipe }) => recipe)).size === all.length ? all : null;
  };
  const groups = new Map<string, ComparedNetwork>();
  for (const row of rows) {
    const id = row.recipe !== null && pairOf(row) ? row.id : row.label;
    const before = groups.get(id) ?? { id, published: isZoo(row) ? row.published : null, documented: null, best: null };
    groups.set(id, { ...before, [row.recipe === 'documented' ? 'documented' : 'best']: row.mse.all });
  }
  return [...groups.values()];
};
