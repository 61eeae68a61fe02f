/** How many odd images are found for how many others. */
import * as Plot from '@observablehq/plot';
import type { Found, Ranking, RocPoint } from '../evaluation/index.ts';
import { type Figure, GRID, GROUND, INK, MUTED } from './figure.ts';
import { classColour } from './palette.ts';

/** What a ROC curve shows. */
export interface RocCurveOptions {
  /** Of what, for the title: the network. */
  readonly id: string;
  readonly ranking: Ranking;
  /** What the threshold finds. */
  readonly found: Found;
  /** What is odd, for the words above. */
  readonly odd: string;
}

const SIDE = 420;

/** Points where the curve turns: those between lie on its lines. */
export const turningPoints = (curve: readonly RocPoint[]): readonly RocPoint[] =>
  curve.filter((point, i) => {
    if (i === 0 || i === curve.length - 1) return true;
    const [before, after] = [curve[i - 1], curve[i + 1]];
    const across =
      (point.falsePositiveRate - before.falsePositiveRate) * (after.truePositiveRate - point.truePositiveRate);
    const up = (point.truePositiveRate - before.truePositiveRate) * (after.falsePositiveRate - point.falsePositiveRate);
    return Math.abs(across - up) > 1e-15;
  });

/** The curve, with what the threshold finds as a point. */
export const rocCurvePicture = ({ id, ranking, found, odd }: RocCurveOptions): Figure => {
  const { rocAuc, averagePrecision, others, curve } = ranking;
  const at = [{ x: (found.found - found.right) / others, y: found.recall }];
  const axis = { domain: [0, 1], ticks: 5, labelAnchor: 'center', labelArrow: 'none' } as const;
  return {
    title: `${id}: ROC AUC ${rocAuc.toFixed(4)}, average precision ${averagePrecision.toFixed(4)}`,
    subtitle: `Odd: ${odd}. The point is what the threshold finds; the dashed line is chance.`,
    options: {
      width: SIDE + 84,
      height: SIDE + 60,
      marginLeft: 60,
      marginRight: 24,
      marginTop: 12,
      marginBottom: 48,
      x: { ...axis, label: 'share of the other images that is found' },
      y: { ...axis, label: 'share of the odd images that is found' },
      marks: [
        Plot.gridX({ stroke: GRID, strokeOpacity: 1, ticks: 5 }),
        Plot.gridY({ stroke: GRID, strokeOpacity: 1, ticks: 5 }),
        Plot.line(
          [
            [0, 0],
            [1, 1],
          ],
          { stroke: MUTED, strokeDasharray: '4,4' },
        ),
        Plot.line(turningPoints(curve), {
          x: 'falsePositiveRate',
          y: 'truePositiveRate',
          stroke: classColour('accessible', 0),
          strokeWidth: 2,
        }),
        Plot.dot(at, { x: 'x', y: 'y', r: 5, fill: classColour('accessible', 2), stroke: GROUND, strokeWidth: 1.5 }),
        Plot.frame({ stroke: INK, strokeWidth: 0.8 }),
      ],
    },
  };
};
