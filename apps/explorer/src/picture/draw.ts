/**
 * The plane as a picture of its own: what is shown, with axes and a title.
 *
 * In: the plane's parts, its window, words. Out: an SVG whose layers of pixels are PNG within it, or a PNG. Nothing
 * is fetched; the letters are those of whoever looks at the SVG.
 */
import { tickStep, ticks } from 'd3-array';
import type { PlaneWindow } from '../plane/view.ts';
import { formatNumber } from '../state/readout.ts';
import { COLOURS, escapeText } from './colours.ts';
import type { PictureParts } from './parts.ts';

export interface PlanePicture {
  readonly parts: PictureParts;
  readonly window: PlaneWindow;
  /** Of the square on the page, CSS pixels. */
  readonly side: number;
  readonly scheme: keyof typeof COLOURS;
  readonly title: string;
  /** Below the title. */
  readonly lines: readonly string[];
}

const MARGIN = { left: 52, right: 20, bottom: 40, top: 20 };
const TITLE = { size: 18, gap: 10 };
const LINE = 17;
const FONT = 'system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Noto Sans, Arial, sans-serif';
/** Pixels of the picture for each CSS pixel; more where the plane is small, as on a phone. */
const ratioOf = (side: number): number => (side < 500 ? 4 : 2);

const sizeOf = ({ side, lines }: PlanePicture) => {
  const head = MARGIN.top + TITLE.size + TITLE.gap + lines.length * LINE + 4;
  return { head, width: MARGIN.left + side + MARGIN.right, height: head + side + MARGIN.bottom };
};

/** All layers of pixels in one canvas. */
const pixelsOf = ({ parts, side, scheme }: PlanePicture): HTMLCanvasElement => {
  const ratio = ratioOf(side);
  const pixels = Math.round(side * ratio);
  const whole = document.createElement('canvas');
  [whole.width, whole.height] = [pixels, pixels];
  const context = whole.getContext('2d');
  if (!context) throw new Error('no picture could be made');
  context.fillStyle = COLOURS[scheme].plane;
  context.fillRect(0, 0, pixels, pixels);
  for (const { paint, opacity = 1 } of parts.all()) {
    if (!paint) continue;
    const layer = document.createElement('canvas');
    [layer.width, layer.height] = [pixels, pixels];
    paint(layer, pixels, ratio);
    context.globalAlpha = opacity;
    context.drawImage(layer, 0, 0);
  }
  return whole;
};

const axes = ({ window, side, scheme }: PlanePicture): string => {
  const wanted = Math.max(3, Math.min(8, Math.round(side / 90)));
  const { text, muted, line } = COLOURS[scheme];
  const marks = (min: number, span: number, mark: (share: number, label: string) => string): string => {
    const decimals = Math.max(0, -Math.floor(Math.log10(tickStep(min, min + span, wanted)) + 1e-9));
    return ticks(min, min + span, wanted)
      .map((value) => mark((value - min) / span, formatNumber(value, decimals)))
      .join('');
  };
  const x = marks(window.minX, window.width, (share, label) => {
    const at = (share * side).toFixed(1);
    return `<path d="M${at} ${side}v4" stroke="${muted}"/><text x="${at}" y="${side + 17}" text-anchor="middle">${label}</text>`;
  });
  const y = marks(window.minY, window.height, (share, label) => {
    const at = ((1 - share) * side).toFixed(1);
    return `<path d="M0 ${at}h-4" stroke="${muted}"/><text x="-8" y="${at}" dy="0.35em" text-anchor="end">${label}</text>`;
  });
  return `<rect width="${side}" height="${side}" fill="none" stroke="${line}"/><g font-size="12" fill="${text}">${x}${y}</g>`;
};

/** @param image - address of the layers of pixels; null leaves their place open. */
const svgOf = (picture: PlanePicture, image: string | null): string => {
  const { parts, side, scheme, title, lines } = picture;
  const { head, width, height } = sizeOf(picture);
  const { ground, text, muted } = COLOURS[scheme];
  const words = lines
    .map(
      (line, i) =>
        `<tspan x="${MARGIN.left}" y="${MARGIN.top + TITLE.size + TITLE.gap + (i + 0.7) * LINE}">${escapeText(line)}</tspan>`,
    )
    .join('');
  const drawn = parts
    .all()
    .map(({ draw }) => draw?.(side) ?? '')
    .join('');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${FONT}">`,
    `<title>${escapeText(title)}</title>`,
    image === null ? '' : `<rect width="${width}" height="${height}" fill="${ground}"/>`,
    `<text x="${MARGIN.left}" y="${MARGIN.top + TITLE.size * 0.8}" font-size="${TITLE.size}" font-weight="650" fill="${text}">${escapeText(title)}</text>`,
    `<text font-size="12.5" fill="${muted}">${words}</text>`,
    `<g transform="translate(${MARGIN.left} ${head})">`,
    image === null ? '' : `<image href="${image}" width="${side}" height="${side}"/>`,
    `<svg width="${side}" height="${side}" overflow="hidden">${drawn}</svg>`,
    axes(picture),
    '</g></svg>',
  ].join('');
};

const blobOf = (canvas: HTMLCanvasElement): Promise<Blob> =>
  new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no PNG could be made'))), 'image/png');
  });

const addressOf = (blob: Blob): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });

/** The whole as SVG. */
export const planeSvg = async (picture: PlanePicture): Promise<Blob> => {
  const image = await addressOf(await blobOf(pixelsOf(picture)));
  return new Blob([svgOf(picture, image)], { type: 'image/svg+xml' });
};

/** The same as PNG. @throws Error where the browser cannot draw it. */
export const planePng = async (picture: PlanePicture): Promise<Blob> => {
  const { head, width, height } = sizeOf(picture);
  const ratio = ratioOf(picture.side);
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no picture could be made');
  context.fillStyle = COLOURS[picture.scheme].ground;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(pixelsOf(picture), MARGIN.left * ratio, head * ratio);
  // Lines and letters apart: a picture within a picture would need a word of its own in the page's policy.
  const url = URL.createObjectURL(new Blob([svgOf(picture, null)], { type: 'image/svg+xml' }));
  try {
    const letters = new Image();
    letters.src = url;
    await letters.decode();
    context.drawImage(letters, 0, 0, canvas.width, canvas.height);
  } finally {
    URL.revokeObjectURL(url);
  }
  return blobOf(canvas);
};
