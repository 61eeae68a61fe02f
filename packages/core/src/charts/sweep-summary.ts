/** Errors of repeated trainings: a point for each seed, a tick at the median, and what guesses cost. */
import * as Plot from '@observablehq/plot';
import { type Baselines, namedBaselines } from '../evaluation/index.ts';
import { baselineLabel } from './comparison.ts';
import { type Figure, GRID, GROUND, INK, MUTED } from './figure.ts';
import { classColour } from './palette.ts';

/** Trainings that differ by their seed alone. */
export interface SummaryCell {
  /** What its runs have in common. */
  readonly label: string;
  /** Mean squared error per pixel over all images, of each training that has one. */
  readonly errors: readonly number[];
  /** Of the runs. */
  readonly median: number | null;
}

/** Pixels. */
const ROW = 26;
const MARGIN_TOP = 40;
const MARGIN_BOTTOM = 40;
const LETTER = 6.6;
const COLOUR = classColour('accessible', 0);

const titleOf = (cells: readonly SummaryCell[]): string => {
  const measured = cells.flatMap(({ label, median }) => (median === null ? [] : [{ label, median }]));
  if (measured.length === 0) return 'No training has an error yet';
  const best = measured.reduce((lowest, cell) => (cell.median < lowest.median ? cell : lowest));
  return `${best.label} has the lowest median, ${best.median.toFixed(4)}`;
};

/**
 * The picture: a row for each cell, in the given order.
 *
 * @param baselines - over the same images; null where the cells are of several data sets.
 */
export const sweepSummary = (cells: readonly SummaryCell[], baselines: Baselines | null): Figure => {
  const points = cells.flatMap(({ label, errors }) => errors.map((error) => ({ label, error })));
  const medians = cells.filter(({ median }) => median !== null);
  const limits = baselines ? namedBaselines(baselines) : [];
  const highest = Math.max(...points.map(({ error }) => error), ...limits.map(({ mse }) => mse), 0.01);
  const marginLeft = Math.max(80, 20 + LETTER * Math.max(0, ...cells.map(({ label }) => label.length)));
  return {
    title: titleOf(cells),
    subtitle: `Mean squared error per pixel (0..1) over all images. A point for each seed, a tick at the median.${baselines ? ' Dashed: what guesses cost without a network.' : ''}`,
    options: {
      width: 500 + marginLeft,
      height: ROW * cells.length + MARGIN_TOP + MARGIN_BOTTOM,
      marginLeft,
      marginRight: 70,
      marginTop: MARGIN_TOP,
      marginBottom: MARGIN_BOTTOM,
      x: {
        domain: [0, highest * 1.06],
        label: 'mean squared error per pixel',
        labelAnchor: 'center',
        labelArrow: 'none',
      },
      y: { type: 'band', domain: cells.map(({ label }) => label), label: null, tickSize: 0 },
      marks: [
        Plot.gridX({ stroke: GRID, strokeOpacity: 1 }),
        Plot.ruleX(limits, {
          x: 'mse',
          stroke: INK,
          strokeDasharray: '4,3',
        }),
        ...limits.map((limit, place) =>
          Plot.text([limit], {
            x: 'mse',
            frameAnchor: 'top',
            lineAnchor: 'bottom',
            text: 'name',
            fontSize: 11,
            fill: MUTED,
            ...baselineLabel(place),
          }),
        ),
        Plot.tickX(medians, { x: 'median', y: 'label', stroke: INK, strokeWidth: 2, insetTop: 3, insetBottom: 3 }),
        Plot.dot(points, { x: 'error', y: 'label', r: 4, fill: COLOUR, fillOpacity: 0.55, stroke: COLOUR }),
        Plot.text(medians, {
          y: 'label',
          frameAnchor: 'right',
          textAnchor: 'start',
          dx: 8,
          text: ({ median }: SummaryCell) => median?.toFixed(4) ?? '',
          fill: INK,
          stroke: GROUND,
          strokeWidth: 3,
          fontSize: 11.5,
        }),
      ],
    },
  };
};
