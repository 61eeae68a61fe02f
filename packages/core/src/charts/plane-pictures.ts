/** Pictures of the plane: the class map, and the images' codes. */
import * as Plot from '@observablehq/plot';
import type { ClassPlace, PlaneBounds } from '../codes/index.ts';
import type { ClassMap } from '../evaluation/index.ts';
import type { Labels } from '../images/index.ts';
import type { Figure } from './figure.ts';
import { GROUND, INK } from './figure.ts';
import { classBytes, classColour, colourBytes, type PaletteName, textOn } from './palette.ts';

/** Colour pixels, row by row from the top: `[height * width * 4]`, red, green, blue, opacity, 0..255. */
export interface ColourPicture {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** `[height * width * 4]`, RGBA, row by row from the top. */
  readonly pixels: Uint8Array;
}

/** A map as it is drawn: how many of its points were looked at does not show. */
export type DrawnClassMap = Omit<ClassMap, 'evaluated'>;

/** Colours fade towards this confidence: below it a classifier all but guesses. */
const FAINT = 0.25;

/** The class map as pixels, a pixel for each point: colour is the class, strength the classifier's confidence. */
export const classMapPixels = (
  { size, labels, confidence }: DrawnClassMap,
  palette: PaletteName = 'accessible',
): ColourPicture => {
  const pixels = new Uint8Array(size * size * 4);
  const colourOf = classBytes(palette);
  for (let i = 0; i < labels.length; i++) {
    const strength = Math.min(1, Math.max(0.08, (confidence[i] - FAINT) / (1 - FAINT)));
    colourOf(labels[i]).forEach((byte, channel) => {
      pixels[4 * i + channel] = Math.round(255 + (byte - 255) * strength);
    });
    pixels[4 * i + 3] = 255;
  }
  return { width: size, height: size, pixels };
};

const SIDE = 520;
const MARGINS = { marginLeft: 64, marginRight: 24, marginBottom: 48, marginTop: 12 };

/** Scales over the bounds; a direction without extent gets one, so that there is something to draw on. */
const scales = ({ min, max }: PlaneBounds) => {
  const domain = (d: number): [number, number] => {
    if (max[d] > min[d]) return [min[d], max[d]];
    const half = Math.max(1e-6, Math.abs(min[d]) * 0.01);
    return [min[d] - half, max[d] + half];
  };
  const axis = {
    ticks: 6,
    tickFormat: (value: number) => String(Number(value.toPrecision(3))),
    labelArrow: 'none',
  } as const;
  return {
    x: { ...axis, domain: domain(0), label: 'code, first number', labelAnchor: 'center' },
    y: { ...axis, domain: domain(1), label: 'code, second number', labelAnchor: 'center' },
  } as const;
};

/** Size, margins and axes of a picture of these bounds. */
const planeFrame = (bounds: PlaneBounds) => ({
  ...MARGINS,
  width: SIDE + MARGINS.marginLeft + MARGINS.marginRight,
  height: SIDE + MARGINS.marginTop + MARGINS.marginBottom,
  ...scales(bounds),
});

/** Pixels over the whole of the bounds. */
const mapMarks = (image: string, bounds: PlaneBounds): Plot.Markish[] => {
  const { x, y } = scales(bounds);
  return [
    Plot.image([image], {
      x: (x.domain[0] + x.domain[1]) / 2,
      y: (y.domain[0] + y.domain[1]) / 2,
      width: SIDE,
      height: SIDE,
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

const nameMarks = (
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

/** What every picture of a plane shows. */
export interface PlanePictureOptions {
  /** The network, for the title. */
  readonly id: string;
  /** By class index; none of images without labels. */
  readonly classNames: readonly string[];
  /** Where the names of classes stand; see `classPlaces`. */
  readonly places: readonly ClassPlace[];
  /** Default `accessible`. */
  readonly palette?: PaletteName;
}

const shareText = (share: number): string => `${Math.round(100 * share)} %`;

const mapTitle = (id: string, { labels }: DrawnClassMap, classNames: readonly string[]): string => {
  const counts = new Array<number>(classNames.length).fill(0);
  for (const label of labels) counts[label] += 1;
  const shares = counts.map((count) => count / labels.length);
  const shown = shares.filter((share) => share >= 0.001).length;
  const largest = shares.indexOf(Math.max(...shares));
  return shown === 1
    ? `${id}: the plane shows one class only, ${classNames[largest]}`
    : `${id}: ${shown} of ${classNames.length} classes have a place; ${classNames[largest]} takes most, ${shareText(shares[largest])}`;
};

/**
 * The class map with axes and the names of its classes.
 *
 * @param image - `classMapPixels` as the address of a picture (`data:image/png;base64,...`): no file is written here.
 */
export const classMapPicture = (
  map: DrawnClassMap,
  image: string,
  { id, classNames, places, palette = 'accessible' }: PlanePictureOptions,
): Figure => {
  return {
    title: mapTitle(id, map, classNames),
    subtitle: `Classes that the classifier predicts for decoded images, ${map.size} x ${map.size} points; pale where it is unsure.`,
    options: {
      ...planeFrame(map.bounds),
      marks: [
        ...mapMarks(image, map.bounds),
        ...nameMarks(places, map.bounds, classNames, palette),
        Plot.frame({ stroke: INK, strokeWidth: 0.8 }),
      ],
    },
  };
};

/** Codes to be drawn, with the classes of their images. */
export interface ScatterPoints {
  /** `[count, 2]`, code units. */
  readonly codes: Float32Array;
  /** `[count]`. */
  readonly labels: Labels;
  /** What of the plane is shown. */
  readonly bounds: PlaneBounds;
  /** Which images these are, for the words above. */
  readonly of: string;
}

/** The codes of images as points. */
export const scatterPicture = (
  { codes, labels, bounds, of }: ScatterPoints,
  { id, classNames, places, palette = 'accessible' }: PlanePictureOptions,
  title = `${id}: where the ${classNames.length > 0 ? `${new Set(labels).size} classes` : 'images'} lie on the plane`,
): Figure => {
  return {
    title,
    subtitle: `Codes of ${of}${classNames.length > 0 ? ' by class' : ''}; the frame spans the codes of all images.`,
    options: {
      ...planeFrame(bounds),
      marks: [
        Plot.dot(labels, {
          x: (_, i: number) => codes[2 * i],
          y: (_, i: number) => codes[2 * i + 1],
          r: 1.3,
          fill: (label: number) => classColour(palette, label),
          fillOpacity: 0.75,
          clip: true,
        }),
        ...nameMarks(places, bounds, classNames, palette),
        Plot.frame({ stroke: INK, strokeWidth: 0.8 }),
      ],
    },
  };
};

/** What a frame of a plane through its epochs shows. */
export interface EvolutionPictureOptions extends PlanePictureOptions {
  /** For the title; from 0. */
  readonly epoch: number;
  /** After this epoch; null where it is not known. */
  readonly loss: number | null;
  /** What the picture spans, code units. */
  readonly bounds: PlaneBounds;
  /** The class map over the bounds, and `classMapPixels` of it as the address of a picture; null without a classifier. */
  readonly field: { readonly field: DrawnClassMap; readonly image: string } | null;
  /** `[count, 2]`, code units. */
  readonly codes: Float32Array;
  /** `[count]`. */
  readonly labels: Labels;
}

/** Points over the map are a shade darker than it, so that they show on their own class. */
const darker = (colour: string): string =>
  `#${colourBytes(colour)
    .map((byte) =>
      Math.round(0.68 * byte)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;

/** One epoch of a plane: the class map, where there is one, with the images' codes upon it. */
export const evolutionPicture = ({
  id,
  epoch,
  loss,
  bounds,
  field,
  codes,
  labels,
  classNames,
  places,
  palette = 'accessible',
}: EvolutionPictureOptions): Figure => {
  const { x, y } = scales(bounds);
  const inX = (value: number): boolean => value >= x.domain[0] && value <= x.domain[1];
  const inY = (value: number): boolean => value >= y.domain[0] && value <= y.domain[1];
  const shown = Array.from(labels.keys()).filter((i) => inX(codes[2 * i]) && inY(codes[2 * i + 1]));
  const colour = (label: number): string => classColour(palette, label);
  return {
    title: `${id}, epoch ${epoch}${loss === null ? '' : `: loss ${loss.toFixed(4)}`}`,
    subtitle: `${field ? 'Colour: classes that the classifier predicts for decoded images. ' : ''}Points: codes of test images${field || classNames.length === 0 ? '' : ' by class'}.`,
    options: {
      ...planeFrame(bounds),
      marks: [
        ...(field ? mapMarks(field.image, bounds) : []),
        Plot.frame({ stroke: INK, strokeWidth: 0.8 }),
        Plot.dot(shown, {
          x: (i: number) => codes[2 * i],
          y: (i: number) => codes[2 * i + 1],
          r: 1.2,
          fill: (i: number) => (field ? darker(colour(labels[i])) : colour(labels[i])),
          fillOpacity: 0.8,
        }),
        ...nameMarks(places, bounds, classNames, palette),
      ],
    },
  };
};
