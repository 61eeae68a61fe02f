/** Errors of many networks side by side, with what guesses cost. */
import * as Plot from '@observablehq/plot';
import type { Floors } from '../evaluation/index.ts';
import type { Figure } from './figure.ts';
import { GROUND, INK, MUTED } from './figure.ts';
import { classColour } from './palette.ts';

/** Mean squared error per pixel over all images; null where there is none. */
export interface ComparedNetwork {
  /** No other's: its name in the picture. */
  readonly id: string;
  readonly published: number | null;
  readonly documented: number | null;
  readonly best: number | null;
}

type Series = 'published' | 'documented' | 'best';
/** Whose errors stand beside each other, in the order of the bars. */
export const SERIES: readonly Series[] = ['published', 'documented', 'best'];
const COLOURS: Readonly<Record<Series, string>> = {
  published: classColour('accessible', 3),
  documented: classColour('accessible', 1),
  best: classColour('accessible', 0),
};
/** How the three floors are called in pictures. */
export const FLOOR_NAMES: Readonly<Record<keyof Floors, string>> = {
  pca2: 'two principal components',
  meanImage: 'mean image',
  constantGrey: 'one grey',
};
const FLOORS = ['pca2', 'meanImage', 'constantGrey'] as const;

interface Bar {
  readonly id: string;
  readonly series: Series;
  readonly error: number;
  /** Pixels below the first. */
  readonly top: number;
}

/** Pixels. */
const BAR = 14;
const GAP = 12;
const MARGIN_TOP = 46;
const MARGIN_BOTTOM = 40;
const MIN_MARGIN_LEFT = 140;
/** Width of a letter of a network's name, at most. */
const LETTER = 6.8;

const titleOf = (networks: readonly ComparedNetwork[], bars: readonly Bar[], floors: Floors): string => {
  if (bars.length === 0) return 'No network has an error yet';
  const best = bars.reduce((lowest, bar) => (bar.error < lowest.error ? bar : lowest));
  const measured = networks.filter(({ published, best: own }) => published !== null && own !== null);
  const beaten = measured.filter(({ published, best: own }) => Number(own) <= Number(published)).length;
  const poor = new Set(bars.filter(({ error }) => error > floors.pca2).map(({ id }) => id)).size;
  const lead = `${best.id} reaches ${best.error.toFixed(4)}`;
  if (measured.length > 0) return `${lead}; at or below the published error: ${beaten} of ${measured.length}`;
  return poor > 0 ? `${lead}; ${poor} of ${networks.length} do no better than two principal components` : lead;
};

/**
 * The picture: a group of bars for each network, in the given order, and the floors as lines.
 *
 * @param floors - over the same images.
 */
export const comparison = (networks: readonly ComparedNetwork[], floors: Floors): Figure => {
  const used = SERIES.filter((series) => networks.some((network) => network[series] !== null));
  const group = BAR * used.length + GAP;
  const bars: Bar[] = networks.flatMap((network, row) =>
    used.flatMap((series, i): Bar[] => {
      const error = network[series];
      return error === null ? [] : [{ id: network.id, series, error, top: row * group + GAP / 2 + i * BAR }];
    }),
  );
  const right = Math.max(floors.constantGrey, ...bars.map(({ error }) => error)) * 1.06;
  const height = group * networks.length;
  const middle = ({ top }: Bar): number => top + BAR / 2;
  const marginLeft = Math.max(MIN_MARGIN_LEFT, 20 + LETTER * Math.max(0, ...networks.map(({ id }) => id.length)));
  return {
    title: titleOf(networks, bars, floors),
    subtitle:
      'Mean squared error per pixel (0..1) over all images, training and test together. Lines: what guesses cost without a network.',
    options: {
      width: 620 + marginLeft,
      height: height + MARGIN_TOP + MARGIN_BOTTOM,
      marginLeft,
      marginRight: 24,
      marginTop: MARGIN_TOP,
      marginBottom: MARGIN_BOTTOM,
      x: { domain: [0, right], label: 'mean squared error per pixel', labelAnchor: 'center', labelArrow: 'none' },
      // Units are pixels, so that the bars of a network stand together.
      y: { domain: [0, height], reverse: true, axis: null },
      marks: [
        Plot.rect(bars, {
          x1: 0,
          x2: 'error',
          y1: (d: Bar) => d.top + 0.5,
          y2: (d: Bar) => d.top + BAR - 0.5,
          fill: (d: Bar) => COLOURS[d.series],
        }),
        Plot.ruleX(FLOORS, {
          x: (floor: keyof Floors) => floors[floor],
          stroke: INK,
          strokeWidth: 1,
          strokeDasharray: '4,3',
        }),
        Plot.text(bars, {
          x: 'error',
          y: middle,
          text: (d: Bar) => d.error.toFixed(4),
          textAnchor: 'start',
          dx: 4,
          fontSize: 10.5,
          fill: INK,
          stroke: GROUND,
          strokeWidth: 3,
        }),
        Plot.text(networks, {
          x: () => 0,
          y: (_: ComparedNetwork, row: number) => (row + 0.5) * group,
          text: 'id',
          textAnchor: 'end',
          dx: -8,
          fontSize: 12.5,
          fill: INK,
        }),
        ...FLOORS.map((floor) =>
          Plot.text([floor], {
            x: () => floors[floor],
            y: () => 0,
            lineAnchor: 'bottom',
            dy: floor === 'constantGrey' ? -20 : -6,
            text: () => `${FLOOR_NAMES[floor]} ${floors[floor].toFixed(4)}`,
            fontSize: 11,
            fill: MUTED,
            textAnchor: floor === 'meanImage' ? 'start' : 'end',
          }),
        ),
        ...used.map((series, i) =>
          Plot.text([series], {
            frameAnchor: 'top-left',
            textAnchor: 'start',
            lineAnchor: 'bottom',
            dx: 12 - marginLeft + 112 * i,
            dy: -20,
            text: () => `■ ${series}`,
            fontSize: 12.5,
            fontWeight: 600,
            fill: COLOURS[series],
          }),
        ),
      ],
    },
  };
};
