/**
 * Pictures of codes of one number, which lie on a line.
 *
 * In: codes, classes along the line. Out: points stacked where codes are alike, a strip of classes.
 */
import * as Plot from '@observablehq/plot';
import type { PlaneBounds } from '../codes/index.ts';
import type { ClassLine } from '../evaluation/index.ts';
import type { Labels } from '../images/index.ts';
import { type Figure, GROUND, INK } from './figure.ts';
import { classColour, textOn } from './palette.ts';
import { mapMarks, planeFrame, SIDE } from './plane-frame.ts';
import { mapTitle, type PlanePictureOptions } from './plane-pictures.ts';

/** Codes of one number as points of a picture. */
export interface StackedCodes {
  /** `[count, 2]`: the middle of the code's column, and how many images of that column are below. */
  readonly points: Float32Array;
  /** What the points take: lowest and highest code, 0 to the tallest column. */
  readonly bounds: PlaneBounds;
  /** Of a point, so that neighbours do not touch, in pixels. */
  readonly radius: number;
}

const [FEWEST_COLUMNS, MOST_COLUMNS] = [20, 173];
const [SMALLEST, LARGEST] = [1.3, 5];
/** Share of a column that a point takes. */
const FILLED = 0.8;

/**
 * Stacks points: images whose codes fall into one column stand upon each other, by class, so that columns are as tall as
 * their images are many.
 *
 * @param codes - `[count]`.
 * @param labels - `[count]`.
 * @param range - lowest and highest code that is shown; others are put far outside.
 */
export const stackedCodes = (
  codes: Float32Array,
  labels: Labels,
  [low, high]: readonly [number, number],
): StackedCodes => {
  const columns = Math.min(MOST_COLUMNS, Math.max(FEWEST_COLUMNS, Math.round(1.7 * Math.sqrt(codes.length))));
  const width = (high - low) / columns;
  const heights = new Uint32Array(columns);
  const points = new Float32Array(2 * codes.length).fill(Number.MAX_SAFE_INTEGER);
  const order = Array.from(codes.keys()).sort((a, b) => labels[a] - labels[b] || a - b);
  for (const i of order) {
    if (codes[i] < low || codes[i] > high) continue;
    const column = width === 0 ? 0 : Math.min(columns - 1, Math.floor((codes[i] - low) / width));
    points[2 * i] = width === 0 ? low : low + (column + 0.5) * width;
    points[2 * i + 1] = heights[column] + 0.5;
    heights[column] += 1;
  }
  const tallest = heights.reduce((most, height) => Math.max(most, height), 1);
  return {
    points,
    bounds: { min: [low, 0], max: [high, Math.ceil(1.06 * tallest)] },
    radius: Math.min(LARGEST, Math.max(SMALLEST, (FILLED * SIDE) / columns / 2)),
  };
};

const STRIP = 110;
/** A name stands where its class takes this share of the line or more. */
const NAMED = 0.02;

interface Stretch {
  readonly label: number;
  readonly from: number;
  readonly to: number;
}

/** Where one class follows another. */
const stretchesOf = (labels: Labels): readonly Stretch[] => {
  const found: Stretch[] = [];
  for (let from = 0, to = 1; from < labels.length; to++) {
    if (to < labels.length && labels[to] === labels[from]) continue;
    found.push({ label: labels[from], from, to });
    from = to;
  }
  return found;
};

interface NamedStretch {
  readonly x: number;
  readonly name: string;
  readonly colour: string;
}

/** Letters of a name that stand within a dot. */
const WITHIN_DOT = 2;

/** Names in dots; longer ones alone, one above the other by turns, since neighbours may be near. */
const nameMarks = (named: readonly NamedStretch[]): Plot.Markish[] => {
  if (named.every(({ name }) => name.length <= WITHIN_DOT))
    return [
      Plot.dot(named, { x: 'x', y: 0.5, r: 10.5, fill: 'colour', stroke: GROUND, strokeWidth: 1.5 }),
      Plot.text(named, {
        x: 'x',
        y: 0.5,
        text: 'name',
        fill: ({ colour }: NamedStretch) => textOn(colour),
        fontSize: 12.5,
        fontWeight: 600,
      }),
    ];
  return [
    Plot.text(named, {
      x: 'x',
      y: (_, i: number) => [0.75, 0.5, 0.25][i % 3],
      text: 'name',
      fill: INK,
      stroke: GROUND,
      strokeWidth: 3.5,
      fontSize: 12.5,
      fontWeight: 600,
    }),
  ];
};

/**
 * The classes along a line.
 *
 * @param image - `classMapPixels` of it as the address of a picture, one pixel high.
 */
export const classLinePicture = (
  { labels, bounds: [low, high] }: ClassLine,
  image: string,
  { id, classNames, axes, palette = 'accessible' }: Omit<PlanePictureOptions, 'places'>,
): Figure => {
  const bounds = { min: [low, 0], max: [high, 1] };
  const { marginTop, marginBottom, y, ...frame } = planeFrame(bounds, axes);
  const named = stretchesOf(labels)
    .filter(({ from, to }) => to - from >= NAMED * labels.length)
    .map(({ label, from, to }) => ({
      x: low + ((high - low) * (from + to)) / 2 / labels.length,
      name: classNames[label],
      colour: classColour(palette, label),
    }));
  return {
    title: mapTitle(id, { labels }, classNames),
    subtitle: `Classes that the classifier predicts for decoded images, ${labels.length} points; pale where it is unsure.`,
    options: {
      ...frame,
      marginTop,
      marginBottom,
      height: STRIP + marginTop + marginBottom,
      y: { domain: y.domain, axis: null },
      marks: [...mapMarks(image, bounds, STRIP), ...nameMarks(named), Plot.frame({ stroke: INK, strokeWidth: 0.8 })],
    },
  };
};
