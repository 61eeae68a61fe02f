/** Figures of networks against the size of their code: error beside that of principal components, neighbours, use of the code. */
import * as Plot from '@observablehq/plot';
import type { Figure } from './figure.ts';
import { GRID, INK, MUTED } from './figure.ts';
import { classColour } from './palette.ts';

/** A trained network with a code of some size. */
export interface SizedNetwork {
  /** What it has in common with those that differ from it by the size of the code: a line in the picture. */
  readonly family: string;
  /** Numbers of its code. */
  readonly codeSize: number;
  /** Mean squared error per pixel, all images. */
  readonly mse: number;
  /** k-NN accuracy of the codes, 0..1; null without labels. */
  readonly knnAccuracy: number | null;
  /** Dimensions in use; null where it is not known. */
  readonly activeUnits: number | null;
}

/** What as many principal components cost. */
export interface SizedBaseline {
  /** Principal components. */
  readonly components: number;
  /** Mean squared error per pixel, all images. */
  readonly mse: number;
}

/** One of the panels beside each other. */
interface Panel {
  readonly title: string;
  readonly of: (network: SizedNetwork) => number | null;
  readonly format: (value: number) => string;
}

const PANELS: readonly Panel[] = [
  { title: 'mean squared error', of: ({ mse }) => mse, format: (value) => String(Number(value.toFixed(4))) },
  {
    title: '5-NN accuracy of the codes',
    of: ({ knnAccuracy }) => knnAccuracy,
    format: (value) => String(Number(value.toFixed(2))),
  },
  { title: 'dimensions in use', of: ({ activeUnits }) => activeUnits, format: (value) => String(Math.round(value)) },
];

const COLOURS = [0, 1, 2, 4, 3, 6, 5, 7];
const colourOf = (place: number): string => classColour('accessible', COLOURS[place % COLOURS.length]);
const PCA = 'principal components';

interface Point {
  readonly panel: string;
  readonly family: string;
  readonly codeSize: number;
  /** 0 at the foot of the panel, 1 at its top. */
  readonly height: number;
}

/** Steps of 1, 2 or 5 times a power of ten, about four to the top. */
const ticksTo = (top: number): readonly number[] => {
  const rough = top / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= rough) ?? rough;
  return Array.from({ length: Math.floor(top / step + 1e-9) + 1 }, (_, i) => i * step);
};

const bySize = (a: Point, b: Point): number => a.codeSize - b.codeSize;

/** Trainings of one family and size as one point: their mean. */
const meansOf = (points: readonly Point[]): readonly Point[] => {
  const groups = new Map<string, Point[]>();
  for (const point of points) {
    const key = JSON.stringify([point.panel, point.family, point.codeSize]);
    groups.set(key, [...(groups.get(key) ?? []), point]);
  }
  return [...groups.values()]
    .map((group) => ({ ...group[0], height: group.reduce((sum, { height }) => sum + height, 0) / group.length }))
    .sort(bySize);
};

const titleOf = (networks: readonly SizedNetwork[], baselines: readonly SizedBaseline[]): string => {
  const best = networks.reduce((lowest, network) => (network.mse < lowest.mse ? network : lowest));
  const numbers = (size: number): string => `${size} number${size === 1 ? '' : 's'}`;
  const linear = baselines.find(({ components }) => components === best.codeSize);
  const lead = `${best.family} reaches ${best.mse.toFixed(4)} with ${numbers(best.codeSize)}`;
  return linear ? `${lead}; as many principal components cost ${linear.mse.toFixed(4)}` : lead;
};

/**
 * The picture: three panels over the size of the code, a line for each family.
 *
 * @param networks - one or more.
 * @param baselines - of the same images, for the sizes that occur.
 */
export const codeSizes = (networks: readonly SizedNetwork[], baselines: readonly SizedBaseline[]): Figure => {
  const families = [...new Set(networks.map(({ family }) => family))];
  const sizes = [...new Set([...networks.map(({ codeSize }) => codeSize), ...baselines.map((b) => b.components)])].sort(
    (a, b) => a - b,
  );
  const known = PANELS.filter(({ of }) => networks.some((network) => of(network) !== null));
  const linear = baselines.map(
    ({ components, mse }): SizedNetwork => ({
      family: PCA,
      codeSize: components,
      mse,
      knnAccuracy: null,
      activeUnits: null,
    }),
  );
  const drawn = known.map(({ title, of, format }) => {
    const values = [...networks, ...linear].flatMap((network) => {
      const value = of(network);
      return value === null ? [] : [{ network, value }];
    });
    const top = Math.max(...values.map(({ value }) => value)) * 1.04 || 1;
    return {
      points: values.map(
        ({ network: { family, codeSize }, value }): Point => ({ panel: title, family, codeSize, height: value / top }),
      ),
      ticks: ticksTo(top).map((value) => ({ panel: title, height: value / top, text: format(value) })),
    };
  });
  const points = drawn.flatMap((panel) => panel.points);
  const ticks = drawn.flatMap((panel) => panel.ticks);
  const means = meansOf(points);
  const own = (point: Point): boolean => point.family !== PCA;
  const stroke = ({ family }: Point): string => (family === PCA ? MUTED : colourOf(families.indexOf(family)));
  const legend = [...families, ...(linear.length > 0 ? [PCA] : [])];
  const [left, right] = [sizes[0], sizes[sizes.length - 1]];
  let at = 0;
  const names = legend.map((family) => {
    const dx = at;
    at += 30 + 6.7 * family.length;
    return Plot.text([family], {
      facet: 'super',
      frameAnchor: 'top-left',
      textAnchor: 'start',
      dx,
      dy: -44,
      text: () => `${family === PCA ? '- -' : '●'} ${family}`,
      fontWeight: 600,
      fontSize: 12.5,
      fill: family === PCA ? MUTED : colourOf(families.indexOf(family)),
    });
  });
  return {
    title: titleOf(networks, baselines),
    subtitle:
      'Along: numbers of the code, logarithmic. Errors per pixel (0..1) over all images; each axis begins at zero.',
    options: {
      width: 300 * known.length + 40,
      height: 330,
      marginLeft: 50,
      marginRight: 20,
      marginTop: 60,
      marginBottom: 44,
      fx: { domain: known.map(({ title }) => title), label: null, axis: null, padding: 0.24 },
      x: {
        type: left === right ? 'point' : 'log',
        ...(left === right ? {} : { domain: [left, right] }),
        label: null,
      },
      y: { domain: [0, 1], axis: null },
      marks: [
        Plot.ruleY(ticks, { fx: 'panel', y: 'height', stroke: GRID }),
        Plot.text(ticks, {
          fx: 'panel',
          y: 'height',
          text: 'text',
          frameAnchor: 'left',
          textAnchor: 'end',
          dx: -7,
          fill: INK,
        }),
        Plot.text(known, {
          fx: 'title',
          frameAnchor: 'top-left',
          textAnchor: 'start',
          dy: -18,
          text: 'title',
          fontWeight: 600,
          fill: INK,
        }),
        Plot.axisX(sizes, { text: (size: number) => String(size), tickSize: 4, label: null }),
        Plot.lineY(
          means.filter((point) => !own(point)),
          {
            fx: 'panel',
            x: 'codeSize',
            y: 'height',
            stroke,
            strokeDasharray: '4,3',
            strokeWidth: 1.6,
          },
        ),
        Plot.lineY(means.filter(own), {
          fx: 'panel',
          x: 'codeSize',
          y: 'height',
          z: 'family',
          stroke,
          strokeWidth: 1.8,
        }),
        Plot.dot(points.filter(own), { fx: 'panel', x: 'codeSize', y: 'height', r: 3, fill: stroke }),
        ...names,
      ],
    },
  };
};
