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

const ordered = (rows: readonly SizedRow[]): readonly SizedRow[] =>
  [...rows].sort((a, b) => a.row.id.localeCompare(b.row.id) || a.row.codeSize - b.row.codeSize);

/** Figures against the size of the code. */
export const sizesPicture = (rows: readonly SizedRow[]) =>
  codeSizes(
    rows.map(({ row: { id, codeSize, mse, knnAccuracy, activeUnits } }) => ({
      family: id,
      codeSize,
      mse: mse.all,
      knnAccuracy,
      activeUnits,
    })),
    [...new Map(rows.map(({ baselines: { pca } }) => [pca.components, pca])).values()],
  );

export const sizesTable = (rows: readonly SizedRow[], dataset: string): string =>
  [
    ...tableLines(
      [
        ['NETWORK', 'CODE', 'IN USE', 'ALL', 'TEST', 'PCA', '5-NN'],
        ...ordered(rows).map(({ row: { id, codeSize, activeUnits, mse, knnAccuracy }, baselines }) => [
          id,
          String(codeSize),
          String(activeUnits),
          errorFigure(mse.all),
          errorFigure(mse.test),
          errorFigure(baselines.pca.mse),
          knnAccuracy === null ? '-' : knnAccuracy.toFixed(4),
        ]),
      ],
      ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
    ),
    '',
    ...wrapped(
      `CODE: numbers of the code. IN USE: dimensions of more than 0.01 nats of divergence, of codes that are no Gaussian of more than 0.01 of variance. ALL, TEST: mean squared error per pixel on ${dataset}, over all images and over the test images; PCA: that of as many principal components over all. 5-NN: k-NN accuracy on the test images, k = 5.`,
    ),
  ].join('\n');
