/** Pictures of the plane: the class map, and the images' codes. */
import * as Plot from '@observablehq/plot';
import { type ClassPlace, dimensionQuantiles, type PlaneBounds } from '../codes/index.ts';
import type { ClassMap } from '../evaluation/index.ts';
import type { Labels } from '../images/index.ts';
import type { Figure } from './figure.ts';
import { GROUND, INK } from './figure.ts';
import { classBytes, classColour, colourBytes, type PaletteName } from './palette.ts';
import { mapMarks, nameMarks, planeFrame, scales } from './plane-frame.ts';

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
  { size, labels, confidence }: Pick<DrawnClassMap, 'size' | 'labels' | 'confidence'>,
  palette: PaletteName = 'accessible',
): ColourPicture => {
  const pixels = new Uint8Array(labels.length * 4);
  const colourOf = classBytes(palette);
  for (let i = 0; i < labels.length; i++) {
    const strength = Math.min(1, Math.max(0.08, (confidence[i] - FAINT) / (1 - FAINT)));
    colourOf(labels[i]).forEach((byte, channel) => {
      pixels[4 * i + channel] = Math.round(255 + (byte - 255) * strength);
    });
    pixels[4 * i + 3] = 255;
  }
  return { width: size, height: labels.length / size, pixels };
};

/** What every picture of a plane shows. */
export interface PlanePictureOptions {
  /** The network, for the title. */
  readonly id: string;
  /** By class index; none of images without labels. */
  readonly classNames: readonly string[];
  /** Where the names of classes stand; see `classPlaces`. */
  readonly places: readonly ClassPlace[];
  /** Labels of the axes; default those of codes that are points themselves. */
  readonly axes?: readonly [string, string];
  /** Default `accessible`. */
  readonly palette?: PaletteName;
}

const shareText = (share: number): string => `${Math.round(100 * share)} %`;

export const mapTitle = (
  id: string,
  { labels }: Pick<DrawnClassMap, 'labels'>,
  classNames: readonly string[],
): string => {
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
  { id, classNames, places, axes, palette = 'accessible' }: PlanePictureOptions,
): Figure => {
  return {
    title: mapTitle(id, map, classNames),
    subtitle: `Classes that the classifier predicts for decoded images, ${map.size} x ${map.size} points; pale where it is unsure.`,
    options: {
      ...planeFrame(map.bounds, axes),
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
  /** How they are laid, for the words above. */
  readonly laid?: string;
  /** What the frame spans, for the words above; default the codes of all images. */
  readonly frame?: string;
  /** `[count]`, distance of each code off the plane, code units: points pale with it. All alike where absent. */
  readonly distances?: Float32Array;
  /** Points with names of their own. */
  readonly marked?: readonly { readonly x: number; readonly y: number; readonly name: string }[];
  /** Radius of a point in pixels; default 1.3. */
  readonly radius?: number;
}

/** How many shades of distance there are. */
const SHADES = 6;
const [STRONGEST, PALEST] = [0.75, 0.1];
/** Few codes lie very near or far; they must not take the shades of all others. */
const SHADED = [0.05, 0.95] as const;

interface Shade {
  readonly images: readonly number[];
  readonly opacity: number;
}

/** Points by their distance, the farthest first, so that the nearest are drawn upon them; and words about them. */
const shadesOf = (count: number, distances: Float32Array | undefined): readonly [readonly Shade[], string] => {
  const all = Array.from({ length: count }, (_, i) => i);
  const [near, far] = distances
    ? dimensionQuantiles({ values: distances, count, size: 1 }, 0, SHADED)
    : ([0, 0] as const);
  if (distances === undefined || !(far > near)) return [[{ images: all, opacity: STRONGEST }], ''];
  const shades = Array.from({ length: SHADES }, (_, shade): Shade & { images: number[] } => ({
    images: [],
    opacity: PALEST + (STRONGEST - PALEST) * (shade / (SHADES - 1)) ** 2,
  }));
  for (const i of all) {
    const share = 1 - (distances[i] - near) / (far - near);
    shades[Math.max(0, Math.min(SHADES - 1, Math.floor(share * SHADES)))].images.push(i);
  }
  const figure = (value: number): string => String(Number(value.toPrecision(2)));
  return [
    shades.filter(({ images }) => images.length > 0),
    ` The farther off the plane a code lies, the paler its point: strongest up to ${figure(near)}, palest from ${figure(far)}.`,
  ];
};

/** Points with names, over all others. */
const markedMarks = (marked: NonNullable<ScatterPoints['marked']>): Plot.Markish[] =>
  marked.length === 0
    ? []
    : [
        Plot.dot(marked, { x: 'x', y: 'y', r: 4.5, fill: INK, stroke: GROUND, strokeWidth: 1.5 }),
        Plot.text(marked, {
          x: 'x',
          y: 'y',
          text: 'name',
          dy: -12,
          fill: INK,
          stroke: GROUND,
          strokeWidth: 3.5,
          fontSize: 12,
          fontWeight: 600,
        }),
      ];

/** What the frame spans where nothing else was asked for. */
export const WHOLE_FRAME = 'the codes of all images';

/** Whether a point lies in the frame: renderers fail on what lies very far out. */
const inFrame = (bounds: PlaneBounds): ((x: number, y: number) => boolean) => {
  const { x, y } = scales(bounds);
  return (px, py) => px >= x.domain[0] && px <= x.domain[1] && py >= y.domain[0] && py <= y.domain[1];
};

const grouped = (count: number): string => count.toLocaleString('en-US');

const wordsOf = ({ of, laid, frame = WHOLE_FRAME }: ScatterPoints, isNamed: boolean, shown: number, all: number) => {
  const how = `${isNamed ? ' by class' : ''}${laid === undefined ? '' : `, ${laid}`}`;
  const part = shown === all ? '' : `, in which ${shown === 0 ? 'none' : grouped(shown)} of ${grouped(all)} lie`;
  return `Codes of ${of}${how}; the frame spans ${frame}${part}.`;
};

/** The codes of images as points. */
export const scatterPicture = (
  points: ScatterPoints,
  { id, classNames, places, axes, palette = 'accessible' }: PlanePictureOptions,
  title = `${id}: where the ${classNames.length > 0 ? `${new Set(points.labels).size} classes` : 'images'} lie on the plane`,
): Figure => {
  const { codes, labels, bounds, distances, marked = [], radius = 1.3 } = points;
  const isIn = inFrame(bounds);
  const [all, words] = shadesOf(labels.length, distances);
  const shades = all.map(({ images, opacity }) => ({
    images: images.filter((i) => isIn(codes[2 * i], codes[2 * i + 1])),
    opacity,
  }));
  const count = shades.reduce((sum, { images }) => sum + images.length, 0);
  const named = marked.filter(({ x, y }) => isIn(x, y));
  const spanning = named.length === 0 ? '' : ' Black: the images that span the plane.';
  return {
    title: count === 0 ? `${id}: no image lies on this part of the plane` : title,
    subtitle: `${wordsOf(points, classNames.length > 0, count, labels.length)}${words}${spanning}`,
    options: {
      ...planeFrame(bounds, axes),
      marks: [
        ...shades.map(({ images, opacity }) =>
          Plot.dot(images, {
            x: (i: number) => codes[2 * i],
            y: (i: number) => codes[2 * i + 1],
            r: radius,
            fill: (i: number) => classColour(palette, labels[i]),
            fillOpacity: opacity,
            clip: true,
          }),
        ),
        ...nameMarks(places, bounds, classNames, palette),
        ...markedMarks(named),
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
  /** `classMapPixels` of the class map over the bounds, as the address of a picture; null without a classifier. */
  readonly field: { readonly image: string } | null;
  /** `[count, 2]`, code units. */
  readonly codes: Float32Array;
  /** `[count]`. */
  readonly labels: Labels;
  /** Radius of a point in pixels; default 1.2. */
  readonly radius?: number;
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
  axes,
  radius = 1.2,
  palette = 'accessible',
}: EvolutionPictureOptions): Figure => {
  const isIn = inFrame(bounds);
  const shown = Array.from(labels.keys()).filter((i) => isIn(codes[2 * i], codes[2 * i + 1]));
  const colour = (label: number): string => classColour(palette, label);
  return {
    title: `${id}, epoch ${epoch}${loss === null ? '' : `: loss ${loss.toFixed(4)}`}`,
    subtitle: `${field ? 'Colour: classes that the classifier predicts for decoded images. ' : ''}Points: codes of test images${field || classNames.length === 0 ? '' : ' by class'}.`,
    options: {
      ...planeFrame(bounds, axes),
      marks: [
        ...(field ? mapMarks(field.image, bounds) : []),
        Plot.frame({ stroke: INK, strokeWidth: 0.8 }),
        Plot.dot(shown, {
          x: (i: number) => codes[2 * i],
          y: (i: number) => codes[2 * i + 1],
          r: radius,
          fill: (i: number) => (field ? darker(colour(labels[i])) : colour(labels[i])),
          fillOpacity: 0.8,
        }),
        ...nameMarks(places, bounds, classNames, palette),
      ],
    },
  };
};
