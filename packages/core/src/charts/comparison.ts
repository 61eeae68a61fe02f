/** Errors of many networks side by side, with what guesses cost. */
import * as Plot from '@observablehq/plot';
import { type Baselines, type NamedBaseline, namedBaselines } from '../evaluation/index.ts';
import type { Figure } from './figure.ts';
import { GROUND, INK, MUTED } from './figure.ts';
import { classColour } from './palette.ts';

/** Mean squared error per pixel over all images; null where there is none. */
export interface ComparedNetwork {
  /** No other's: its name in the picture. */
  readonly id: string;
  /** As its author reported it. */
  readonly published: number | null;
  /** Of our training by the documented recipe. */
  readonly documented: number | null;
  /** Of our training by the best recipe. */
  readonly best: number | null;
}

/** Whose error of a network it is: its author's, or ours by one of two recipes. */
export type Series = 'published' | 'documented' | 'best';
/** Whose errors stand beside each other, in the order of the bars. */
export const SERIES: readonly Series[] = ['published', 'documented', 'best'];
const COLOURS: Readonly<Record<Series, string>> = {
  published: classColour('accessible', 3),
  documented: classColour('accessible', 1),
  best: classColour('accessible', 0),
};

/** Their lines lie close: the highest has its words above those of the others, the middle one to its right. */
export const baselineLabel = (place: number): { readonly dy: number; readonly textAnchor: 'start' | 'end' } => ({
  dy: place === 2 ? -20 : -6,
  textAnchor: place === 1 ? 'start' : 'end',
});

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

const titleOf = (networks: readonly ComparedNetwork[], bars: readonly Bar[], baselines: Baselines): string => {
  if (bars.length === 0) return 'No network has an error yet';
  const best = bars.reduce((lowest, bar) => (bar.error < lowest.error ? bar : lowest));
  const measured = networks.filter(({ published, best: own }) => published !== null && own !== null);
  const beaten = measured.filter(({ published, best: own }) => Number(own) <= Number(published)).length;
  const poor = new Set(bars.filter(({ error }) => error > baselines.pca.mse).map(({ id }) => id)).size;
  const lead = `${best.id} reaches ${best.error.toFixed(4)}`;
  if (measured.length > 0) return `${lead}; at or below the published error: ${beaten} of ${measured.length}`;
  return poor > 0
    ? `${lead}; ${poor} of ${networks.length} do no better than ${namedBaselines(baselines)[0].name}`
    : lead;
};

const barMarks = (bars: readonly Bar[]) =>
  Plot.rect(bars, {
    x1: 0,
    x2: 'error',
    y1: (d: Bar) => d.top + 0.5,
    y2: (d: Bar) => d.top + BAR - 0.5,
    fill: (d: Bar) => COLOURS[d.series],
  });

const errorMarks = (bars: readonly Bar[]) =>
  Plot.text(bars, {
    x: 'error',
    y: ({ top }: Bar) => top + BAR / 2,
    text: (d: Bar) => d.error.toFixed(4),
    textAnchor: 'start',
    dx: 4,
    fontSize: 10.5,
    fill: INK,
    stroke: GROUND,
    strokeWidth: 3,
  });

/** @param group - pixels from one network to the next. */
const nameMarks = (networks: readonly ComparedNetwork[], group: number) =>
  Plot.text(networks, {
    x: () => 0,
    y: (_: ComparedNetwork, row: number) => (row + 0.5) * group,
    text: 'id',
    textAnchor: 'end',
    dx: -8,
    fontSize: 12.5,
    fill: INK,
  });

const lineName = (line: NamedBaseline, place: number) =>
  Plot.text([line], {
    x: 'mse',
    y: () => 0,
    lineAnchor: 'bottom',
    text: ({ name, mse }: NamedBaseline) => `${name} ${mse.toFixed(4)}`,
    fontSize: 11,
    fill: MUTED,
    ...baselineLabel(place),
  });

const legendMark = (series: Series, dx: number) =>
  Plot.text([series], {
    frameAnchor: 'top-left',
    textAnchor: 'start',
    lineAnchor: 'bottom',
    dx,
    dy: -20,
    text: () => `■ ${series}`,
    fontSize: 12.5,
    fontWeight: 600,
    fill: COLOURS[series],
  });

/**
 * The picture: a group of bars for each network, in the given order, and the baselines as lines.
 *
 * @param baselines - over the same images.
 */
export const comparison = (networks: readonly ComparedNetwork[], baselines: Baselines): Figure => {
  const used = SERIES.filter((series) => networks.some((network) => network[series] !== null));
  const group = BAR * used.length + GAP;
  const bars: Bar[] = networks.flatMap((network, row) =>
    used.flatMap((series, i): Bar[] => {
      const error = network[series];
      return error === null ? [] : [{ id: network.id, series, error, top: row * group + GAP / 2 + i * BAR }];
    }),
  );
  const right = Math.max(baselines.constantGrey, ...bars.map(({ error }) => error)) * 1.06;
  const lines = namedBaselines(baselines);
  const height = group * networks.length;
  const marginLeft = Math.max(MIN_MARGIN_LEFT, 20 + LETTER * Math.max(0, ...networks.map(({ id }) => id.length)));
  return {
    title: titleOf(networks, bars, baselines),
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
        barMarks(bars),
        Plot.ruleX(lines, {
          x: 'mse',
          stroke: INK,
          strokeWidth: 1,
          strokeDasharray: '4,3',
        }),
        errorMarks(bars),
        nameMarks(networks, group),
        ...lines.map(lineName),
        ...used.map((series, i) => legendMark(series, 12 - marginLeft + 112 * i)),
      ],
    },
  };
};
