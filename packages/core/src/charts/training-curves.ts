/** The loss of a training through its epochs. */
import * as Plot from '@observablehq/plot';
import type { EpochRecord } from '../training/index.ts';
import type { Figure } from './figure.ts';
import { GRID, INK } from './figure.ts';
import { classColour } from './palette.ts';

/** What training curves show. */
export interface TrainingCurvesOptions {
  /** The network, for the title. */
  readonly id: string;
  /** Name of the recipe, for the title. */
  readonly recipe: string;
  /** In the order of the epochs. */
  readonly history: readonly EpochRecord[];
  /** The epoch whose weights are kept. */
  readonly bestEpoch: number;
  /** What the loss is, with its unit. */
  readonly lossName?: string;
}

interface Point {
  readonly epoch: number;
  readonly loss: number;
  readonly series: string;
}

const COLOURS = { training: classColour('accessible', 0), validation: classColour('accessible', 6) };

const short = (loss: number): string => String(Number(loss.toPrecision(3)));

/** What the curve says: where it ended, and whether it had stood still since early on. */
const titleOf = ({ id, recipe, history, bestEpoch }: TrainingCurvesOptions): string => {
  if (history.length === 0) return `${id}, ${recipe}: not an epoch was finished`;
  const watched = (record: EpochRecord): number => record.valLoss ?? record.loss;
  const [first, last] = [history[0], history[history.length - 1]];
  const best = history.find(({ epoch }) => epoch === bestEpoch) ?? last;
  const fallen = 1 - watched(best) / watched(first);
  const name = last.valLoss === undefined ? 'loss' : 'validation loss';
  if (fallen < 0.03) return `${id}, ${recipe}: the ${name} stands still at ${watched(last).toPrecision(4)}`;
  const falls = `${id}, ${recipe}: the ${name} falls to`;
  // The weights that are kept may be later ones: the curve is not to be told better than it ends.
  const lowest = history.reduce((lower, record) => (watched(record) < watched(lower) ? record : lower));
  const kept = `${watched(best).toPrecision(4)} ${best === last ? 'at the end' : 'where it is kept'}`;
  if (watched(best) > 1.02 * watched(lowest))
    return `${falls} ${watched(lowest).toPrecision(4)} by epoch ${lowest.epoch}, ${kept}`;
  return `${falls} ${watched(best).toPrecision(4)} by epoch ${best.epoch}`;
};

/** The picture. @throws nothing; a history without epochs gives an empty one. */
export const trainingCurves = (options: TrainingCurvesOptions): Figure => {
  const { history, bestEpoch, lossName = 'mean squared error per pixel' } = options;
  const points: Point[] = history.flatMap(({ epoch, loss, valLoss }) => [
    { epoch, loss, series: 'training' },
    ...(valLoss === undefined ? [] : [{ epoch, loss: valLoss, series: 'validation' }]),
  ]);
  const last = history[history.length - 1];
  const names: Point[] = last === undefined ? [] : points.filter(({ epoch }) => epoch === last.epoch);
  // Over more than a few multiples, ticks crowd towards the next power of ten.
  const losses = points.map(({ loss }) => loss);
  const isWide = Math.max(...losses) > 3 * Math.min(...losses);
  const isNamed = (loss: number): boolean => !isWide || /^[1235]/.test(loss.toExponential());
  // Where both curves end together, their names move apart.
  const [low, high] = [...names].sort((a, b) => a.loss - b.loss);
  const nameMark = (point: Point | undefined, dy: number) =>
    Plot.text(point ? [point] : [], {
      x: 'epoch',
      y: 'loss',
      text: 'series',
      fill: (d: Point) => (d.series === 'training' ? COLOURS.training : COLOURS.validation),
      textAnchor: 'start',
      dx: 6,
      dy,
      fontWeight: 600,
    });
  return {
    title: titleOf(options),
    subtitle: `Loss (${lossName}) by epoch, logarithmic; of training images as the batches saw it.`,
    options: {
      width: 680,
      height: 340,
      marginRight: 90,
      marginLeft: 64,
      marginBottom: 44,
      x: { label: 'epoch', nice: false, labelAnchor: 'center', labelArrow: 'none' },
      y: { type: 'log', axis: null },
      marks: [
        Plot.gridY({ stroke: GRID, strokeOpacity: 1, ticks: 5 }),
        // Named here: left to the scale, most names of a narrow range stay away.
        Plot.axisY({ ticks: 6, label: null, text: (loss: number) => (isNamed(loss) ? short(loss) : '') }),
        ...(bestEpoch > 0 && last !== undefined && bestEpoch !== last.epoch
          ? [
              Plot.ruleX([bestEpoch], { stroke: INK, strokeDasharray: '3,3' }),
              Plot.text([bestEpoch], {
                x: (d: number) => d,
                frameAnchor: 'top',
                text: () => 'kept',
                textAnchor: 'end',
                dx: -5,
                dy: 4,
              }),
            ]
          : []),
        Plot.lineY(points, {
          x: 'epoch',
          y: 'loss',
          z: 'series',
          stroke: (d: Point) => (d.series === 'training' ? COLOURS.training : COLOURS.validation),
          strokeWidth: 1.8,
        }),
        nameMark(low, high === undefined ? 0 : 7),
        nameMark(high, -7),
      ],
    },
  };
};
