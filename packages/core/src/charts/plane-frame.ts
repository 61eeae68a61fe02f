/** What pictures of a plane share: frame, axes, pixels over the whole of it, names of classes. */
import * as Plot from '@observablehq/plot';
import type { ClassPlace, PlaneBounds } from '../codes/index.ts';
import { GROUND, INK } from './figure.ts';
import { classColour, type PaletteName, textOn } from './palette.ts';

/** Length of a side of the frame, in pixels. */
export const SIDE = 520;
const MARGINS = { marginLeft: 64, marginRight: 24, marginBottom: 48, marginTop: 12 };

/** Labels of the axes: those of codes that are points themselves. */
const CODE_AXES = ['code, first number', 'code, second number'] as const;

/** Scales over the bounds; a direction without extent gets one, so that there is something to draw on. */
export const scales = ({ min, max }: PlaneBounds, [xLabel, yLabel]: readonly [string, string] = CODE_AXES) => {
  const domain = (d: number): [number, number] => {
    if (max[d] > min[d]) return [min[d], max[d]];
    const half = Math.max(1e-6, Math.abs(min[d]) * 0.01);
    return [min[d] - half, max[d] + half];
  };
  const axis = (d: number) => {
    const [low, high] = domain(d);
    // As many figures as tell ticks apart far from zero.
    const far = Math.ceil(Math.log10(Math.max(Math.abs(low), Math.abs(high)) / (high - low)));
    const figures = Math.min(12, Math.max(3, 2 + far));
    return {
      ticks: 6,
      tickFormat: (value: number) => String(Number(value.toPrecision(figures))),
      labelArrow: 'none',
      domain: [low, high] as [number, number],
    } as const;
  };
  return {
    x: { ...axis(0), label: xLabel, labelAnchor: 'center' },
    y: { ...axis(1), label: yLabel, labelAnchor: 'center' },
  } as const;
};

/** Size, margins and axes of a picture of these bounds. */
export const planeFrame = (bounds: PlaneBounds, axes?: readonly [string, string]) => ({
  ...MARGINS,
  width: SIDE + MARGINS.marginLeft + MARGINS.marginRight,
  height: SIDE + MARGINS.marginTop + MARGINS.marginBottom,
  ...scales(bounds, axes),
});

/** Pixels over the whole of the bounds. */
export const mapMarks = (image: string, bounds: PlaneBounds, height = SIDE): Plot.Markish[] => {
  const { x, y } = scales(bounds);
  return [
    Plot.image([image], {
      x: (x.domain[0] + x.domain[1]) / 2,
      y: (y.domain[0] + y.domain[1]) / 2,
      width: SIDE,
      height,
      src: (d: string) => d,
      preserveAspectRatio: 'none',
      imageRendering: 'pixelated',
    }),
  ];
};

/** Names keep off the frame by this share of the side. */
const EDGE = 0.025;
/** Letters of a name that stand within its dot; longer ones stand beside a smaller dot. */
const WITHIN_DOT = 2;
interface NamedPlace {
  readonly x: number;
  readonly y: number;
  readonly name: string;
  readonly colour: string;
}

const withinDot = (place: NamedPlace): Plot.Markish[] => [
  Plot.dot([place], { x: 'x', y: 'y', r: 10.5, fill: place.colour, stroke: GROUND, strokeWidth: 1.5 }),
  Plot.text([place], { x: 'x', y: 'y', text: 'name', fill: textOn(place.colour), fontSize: 12.5, fontWeight: 600 }),
];

/** Of a letter at the size that names have, about. */
const LETTER = 7.2;
const LINE = 15;

/** Where a name may stand beside its dot, in order of preference: pixels to the right and down. */
const STANDS = [
  { dx: 0, dy: -14, textAnchor: 'middle' },
  { dx: 0, dy: 15, textAnchor: 'middle' },
  { dx: 10, dy: 0, textAnchor: 'start' },
  { dx: -10, dy: 0, textAnchor: 'end' },
  { dx: 10, dy: -14, textAnchor: 'start' },
  { dx: 10, dy: 15, textAnchor: 'start' },
  { dx: -10, dy: -14, textAnchor: 'end' },
  { dx: -10, dy: 15, textAnchor: 'end' },
] as const;

/** Left, top, right, bottom, in pixels. */
type Box = readonly [number, number, number, number];

const overlap = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));

/** Names beside their dots, each where it covers least of frame, dots and names before it. */
const besideDots = (places: readonly NamedPlace[], { min, max }: PlaneBounds): Plot.Markish[] => {
  const pixels = places.map(({ x, y }): readonly [number, number] => [
    (SIDE * (x - min[0])) / (max[0] - min[0] || 1),
    (SIDE * (max[1] - y)) / (max[1] - min[1] || 1),
  ]);
  const taken: Box[] = pixels.map(([x, y]) => [x - 6, y - 6, x + 6, y + 6]);
  return places.map((place, i) => {
    const [x, y] = pixels[i];
    const width = LETTER * place.name.length;
    const boxOf = ({ dx, dy, textAnchor }: (typeof STANDS)[number]): Box => {
      const left = x + dx - (textAnchor === 'middle' ? width / 2 : textAnchor === 'end' ? width : 0);
      return [left, y + dy - LINE / 2, left + width, y + dy + LINE / 2];
    };
    const covered = (box: Box): number => {
      const outside = width * LINE - overlap(box, [0, 0, SIDE, SIDE]);
      return taken.reduce((sum, other) => sum + overlap(box, other), 4 * outside);
    };
    const stand = STANDS.reduce((best, next) => (covered(boxOf(next)) < covered(boxOf(best)) ? next : best));
    taken.push(boxOf(stand));
    return Plot.text([place], {
      x: 'x',
      y: 'y',
      text: 'name',
      fill: INK,
      stroke: GROUND,
      strokeWidth: 3.5,
      fontSize: 12.5,
      fontWeight: 600,
      ...stand,
    });
  });
};

export const nameMarks = (
  places: readonly ClassPlace[],
  bounds: PlaneBounds,
  classNames: readonly string[],
  palette: PaletteName,
): Plot.Markish[] => {
  const { min, max } = bounds;
  const inside = (value: number, d: number): number => {
    const edge = EDGE * (max[d] - min[d]);
    return Math.min(max[d] - edge, Math.max(min[d] + edge, value));
  };
  const named = places.map(({ label, x, y }) => {
    return { x: inside(x, 0), y: inside(y, 1), name: classNames[label], colour: classColour(palette, label) };
  });
  if (classNames.every((name) => name.length <= WITHIN_DOT)) return named.flatMap(withinDot);
  return [
    Plot.dot(named, { x: 'x', y: 'y', r: 5.5, fill: 'colour', stroke: GROUND, strokeWidth: 1.5 }),
    ...besideDots(named, bounds),
  ];
};
