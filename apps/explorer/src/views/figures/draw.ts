/**
 * Charts for the page: the library's figures as SVG text, in the colours of the page, and as PNG bytes.
 *
 * In: how to make a figure, the room there is. Out: SVG that stands for itself. Plot is loaded by the first chart, and
 * by nothing else on the page.
 */
import type { Figure } from 'latent-plane/charts';

type Charts = typeof import('latent-plane/charts');

/** Makes a figure of what the charts offer. */
export type MakeFigure = (charts: Charts) => Figure;

export interface DrawOptions {
  /** CSS pixels; the figure's own width where that is smaller, or where none is given. */
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
}

/** Pixels; narrower pictures have no room for their labels. */
const MIN_WIDTH = 300;

/** Drawn on dark surfaces with what the page's other text there has: `app.css`. */
const darken = (svg: string, { GROUND, INK, MUTED, GRID }: Readonly<Record<string, string>>): string => {
  const dark = new Map([
    [GROUND, '#171a20'],
    [INK, '#eceef2'],
    [MUTED, '#a2aab8'],
    [GRID, '#2a2f38'],
  ]);
  // In attributes as they were given, in styles as the browser spells them.
  const spelt = new Map(
    [...dark].map(([from, to]) => [
      `rgb(${[1, 3, 5].map((i) => Number.parseInt(from.slice(i, i + 2), 16)).join(', ')})`,
      to,
    ]),
  );
  // White letters stand on the colour of a class, which is the same on any ground.
  return svg.replaceAll(
    /<g aria-label="text"[^>]*? fill="#ffffff"|#[0-9a-f]{6}|rgb\([\d, ]+\)/g,
    (found) => dark.get(found) ?? spelt.get(found) ?? found,
  );
};

/** @returns the figure's title and its SVG. */
export const drawFigure = async (
  make: MakeFigure,
  { width, scheme = 'light' }: DrawOptions = {},
): Promise<{ readonly title: string; readonly svg: string }> => {
  const charts = await import('latent-plane/charts');
  const figure = make(charts);
  const own = figure.options.width ?? 640;
  const fitted = width === undefined ? own : Math.max(MIN_WIDTH, Math.min(own, width));
  // Made in a document of its own, which loads nothing: the page's policy forbids pictures within addresses.
  const apart = document.implementation.createHTMLDocument('');
  const svg = charts.renderSvg({ ...figure, options: { ...figure.options, width: fitted } }, apart);
  // A picture sees none of the page's letters; these are as wide as those it was laid out for.
  const lettered = svg.replaceAll(charts.FONT_FAMILY, `${charts.FONT_FAMILY}, Helvetica, Arial, sans-serif`);
  const { GROUND, INK, MUTED } = charts;
  return {
    title: figure.title,
    svg: scheme === 'dark' ? darken(lettered, { GROUND, INK, MUTED, GRID: charts.GRID }) : lettered,
  };
};

export const svgBlob = (svg: string): Blob => new Blob([svg], { type: 'image/svg+xml' });

/** Device pixels for each of the figure's. */
const PNG_SCALE = 2;

/** @throws Error where the browser cannot draw the picture. */
export const pngOf = async (svg: string): Promise<Blob> => {
  const url = URL.createObjectURL(svgBlob(svg));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    canvas.width = PNG_SCALE * image.naturalWidth;
    canvas.height = PNG_SCALE * image.naturalHeight;
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no PNG could be made'))), 'image/png');
    });
  } finally {
    URL.revokeObjectURL(url);
  }
};
