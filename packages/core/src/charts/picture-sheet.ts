/** Pictures beside each other, each with words below it. */
import * as Plot from '@observablehq/plot';
import { type Figure, INK } from './figure.ts';

/** A picture of a sheet. */
export interface SheetTile {
  /** Address of the picture (`data:image/png;base64,...`): no file is read or written here. */
  readonly image: string;
  /** Below it; lines are parted by `\n`, and all tiles have as many. */
  readonly caption: string;
}

/** What a sheet shows. */
export interface PictureSheetOptions {
  readonly title: string;
  readonly subtitle: string;
  readonly tiles: readonly SheetTile[];
  /** Side by side. */
  readonly columns: number;
  /** Of each tile, units of the figure. */
  readonly tileWidth: number;
  /** Of each tile, units of the figure. */
  readonly tileHeight: number;
}

const GAP = 14;
const FONT = 11;
const LINE = 1.3 * FONT;
const MARGIN = 12;
/** So that title and subtitle have room. */
const LEAST_WIDTH = 460;

/** A caption that is wider than its tile loses its end. */
const fitting = (caption: string, width: number): string => {
  const most = Math.max(3, Math.floor((width + GAP - 4) / (0.56 * FONT)));
  return caption
    .split('\n')
    .map((line) => (line.length > most ? `${line.slice(0, most - 1)}\u2026` : line))
    .join('\n');
};

/** The sheet, pixels of small pictures kept apart. */
export const pictureSheet = ({
  title,
  subtitle,
  tiles,
  columns,
  tileWidth,
  tileHeight,
}: PictureSheetOptions): Figure => {
  const lines = Math.max(0, ...tiles.map(({ caption }) => caption.split('\n').length));
  const rows = Math.ceil(tiles.length / columns);
  const [across, down] = [tileWidth + GAP, tileHeight + GAP + lines * LINE];
  const placed = tiles.map(({ image, caption }, i) => ({
    image,
    caption: fitting(caption, tileWidth),
    x: (i % columns) * across + tileWidth / 2,
    y: Math.floor(i / columns) * down + tileHeight / 2,
  }));
  const width = Math.max(LEAST_WIDTH, columns * across - GAP + 2 * MARGIN);
  const height = Math.max(1, rows) * down - GAP + 4;
  return {
    title,
    subtitle,
    options: {
      width,
      height: height + MARGIN + 8,
      marginLeft: MARGIN,
      marginRight: MARGIN,
      marginTop: 8,
      marginBottom: MARGIN,
      x: { axis: null, domain: [0, width - 2 * MARGIN] },
      y: { axis: null, domain: [0, height], reverse: true },
      marks: [
        Plot.image(placed, {
          x: 'x',
          y: 'y',
          src: 'image',
          width: tileWidth,
          height: tileHeight,
          preserveAspectRatio: 'xMidYMid meet',
          // What the renderer of PNG knows of several words for it.
          imageRendering: 'optimizeSpeed',
        }),
        Plot.text(placed, {
          x: 'x',
          y: 'y',
          text: 'caption',
          dy: tileHeight / 2 + 5,
          lineAnchor: 'top',
          lineHeight: 1.3,
          fontSize: FONT,
          fill: INK,
        }),
      ],
    },
  };
};
