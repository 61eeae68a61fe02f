/**
 * Small images in rows and columns with words beside them: traversals, paths.
 *
 * In: a picture of all of them, as `gridOfImages` lays it out, and the words. Out: a figure.
 */
import * as Plot from '@observablehq/plot';
import type { Picture } from '../codes/index.ts';
import { type Figure, INK, MUTED } from './figure.ts';

/** What a figure of images shows. */
export interface ImageGridOptions {
  /** Says the finding. */
  readonly title: string;
  /** What is drawn. */
  readonly subtitle: string;
  /** The picture's address (`data:image/png;base64,...`). */
  readonly image: string;
  /** Of the picture, pixels. */
  readonly picture: Pick<Picture, 'width' | 'height'>;
  /** Height and width of one image, and pixels between two. */
  readonly tile: { readonly height: number; readonly width: number; readonly spacing: number };
  /** Left of each row: a line in ink and one below it, less dark. */
  readonly rows: readonly (readonly [string, string])[];
  /** Below each column; an empty one is left out. */
  readonly columns: readonly string[];
  /** Units of the figure for a pixel of the picture. */
  readonly scale: number;
}

const NAME_SIZE = 12.5;
const FACT_SIZE = 11;
/** Of a letter, in em, about. */
const LETTER = 0.56;

/** Room for the words of the rows. */
const labelWidth = (rows: ImageGridOptions['rows']): number =>
  Math.max(40, ...rows.map(([name, fact]) => LETTER * Math.max(name.length * NAME_SIZE, fact.length * FACT_SIZE))) + 24;

/** Images in rows and columns with their words. */
export const imageGridPicture = ({
  title,
  subtitle,
  image,
  picture,
  tile,
  rows,
  columns,
  scale,
}: ImageGridOptions): Figure => {
  const [marginLeft, marginRight, marginTop, marginBottom] = [labelWidth(rows), 20, 12, 34];
  const [width, height] = [picture.width * scale, picture.height * scale];
  const middle = (i: number, side: number): number => i * (side + tile.spacing) + side / 2;
  const offsets = rows.some(([, fact]) => fact !== '') ? [-8, 8] : [0, 0];
  const words = (line: 0 | 1, style: Plot.TextOptions): Plot.Markish =>
    Plot.text(rows, {
      x: 0,
      y: (_, i: number) => middle(i, tile.height),
      text: (row: readonly [string, string]) => row[line],
      textAnchor: 'end',
      dx: -10,
      dy: offsets[line],
      ...style,
    });
  return {
    title,
    subtitle,
    options: {
      width: Math.max(420, width + marginLeft + marginRight),
      height: height + marginTop + marginBottom,
      marginLeft,
      marginRight: Math.max(marginRight, 420 - width - marginLeft),
      marginTop,
      marginBottom,
      x: { domain: [0, picture.width], axis: null },
      y: { domain: [picture.height, 0], axis: null },
      marks: [
        Plot.image([image], {
          x: picture.width / 2,
          y: picture.height / 2,
          width,
          height,
          src: (d: string) => d,
          preserveAspectRatio: 'none',
          imageRendering: 'pixelated',
        }),
        words(0, { fontSize: NAME_SIZE, fontWeight: 600, fill: INK }),
        words(1, { fontSize: FACT_SIZE, fill: MUTED }),
        Plot.text(columns, {
          x: (_, i: number) => middle(i, tile.width),
          y: picture.height,
          text: (d: string) => d,
          lineAnchor: 'top',
          dy: 7,
          fill: MUTED,
          fontSize: FACT_SIZE,
        }),
      ],
    },
  };
};
