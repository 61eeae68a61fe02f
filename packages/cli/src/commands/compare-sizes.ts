/** Compared models against the size of their codes: a table and a picture, each beside as many principal components. */
import type { Baselines } from 'latent-plane';
import { codeSizes } from 'latent-plane/charts';
import { errorFigure, tableLines, wrapped } from '../tables.ts';
import type { ComparedRow } from './compare-report.ts';

/** A model, and the baselines with as many components as its code has numbers. */
export interface SizedRow {
  readonly row: ComparedRow;
  readonly baselines: Baselines;
}

/** The title of what differs by the size of the code alone: a sweep puts the changed field and its value behind it. */
const familyOf = ({ title, codeSize }: ComparedRow): string => title.replace(new RegExp(`, [^ ,]+ ${codeSize}$`), '');

const ordered = (rows: readonly SizedRow[]): readonly SizedRow[] =>
  [...rows].sort((a, b) => familyOf(a.row).localeCompare(familyOf(b.row)) || a.row.codeSize - b.row.codeSize);

/** Figures against the size of the code. */
export const sizesPicture = (rows: readonly SizedRow[]) =>
  codeSizes(
    rows.map(({ row }) => {
      const { codeSize, mse, knnAccuracy, activeUnits } = row;
      return { family: familyOf(row), codeSize, mse: mse.all, knnAccuracy, activeUnits };
    }),
    [...new Map(rows.map(({ baselines: { pca } }) => [pca.components, pca])).values()],
  );

export const sizesTable = (rows: readonly SizedRow[], dataset: string): string =>
  [
    ...tableLines(
      [
        ['NETWORK', 'CODE', 'IN USE', 'ALL', 'TEST', 'PCA', '5-NN'],
        ...ordered(rows).map(({ row, baselines }) => [
          familyOf(row),
          String(row.codeSize),
          String(row.activeUnits),
          errorFigure(row.mse.all),
          errorFigure(row.mse.test),
          errorFigure(baselines.pca.mse),
          row.knnAccuracy === null ? '-' : row.knnAccuracy.toFixed(4),
        ]),
      ],
      ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
    ),
    '',
    ...wrapped(
      `CODE: numbers of the code. IN USE: dimensions of more than 0.01 nats of divergence, of codes that are no Gaussian of more than 0.01 of variance. ALL, TEST: mean squared error per pixel on ${dataset}, over all images and over the test images; PCA: that of as many principal components over all. 5-NN: k-NN accuracy on the test images, k = 5.`,
    ),
  ].join('\n');
