/**
 * Figures into files without a browser: SVG by a document made of text, PNG by a renderer with a font of its own.
 *
 * In: figures of the module charts, pixels. Out: bytes of files. The same figure gives the same bytes on every machine.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { encode as encodePng } from 'fast-png';
import type gifenc from 'gifenc';
import type { Picture } from 'latent-plane';
import { type ColourPicture, type Figure, FONT_FAMILY, renderSvg } from 'latent-plane/charts';
import { parseHTML } from 'linkedom';

const require = createRequire(import.meta.url);
// Its two builds export differently; this asks for the same one wherever this file runs.
const { applyPalette, GIFEncoder, quantize }: typeof gifenc = require('gifenc');

const FONT_FILES = ['400Regular/Inter_400Regular.ttf', '600SemiBold/Inter_600SemiBold.ttf'];

interface Renderer {
  readonly fonts: readonly Uint8Array[];
}

let renderer: Promise<Renderer> | null = null;

/** Loads renderer and fonts once, when the first PNG is drawn. */
const loadRenderer = async (): Promise<Renderer> => {
  await initWasm(readFile(require.resolve('@resvg/resvg-wasm/index_bg.wasm')));
  return {
    fonts: await Promise.all(FONT_FILES.map((file) => readFile(require.resolve(`@expo-google-fonts/inter/${file}`)))),
  };
};

/** Without opacity, which a figure with a ground has none of. */
const rgb = ({ width, height, pixels }: ColourPicture) => {
  const data = new Uint8Array(3 * width * height);
  for (let from = 0, to = 0; to < data.length; from += 4, to += 3) data.set(pixels.subarray(from, from + 3), to);
  return { width, height, data, channels: 3 };
};

/** The text of a figure's SVG file. */
export const figureSvg = (figure: Figure): string => {
  const { document } = parseHTML('<html><body></body></html>');
  return renderSvg(figure, document);
};

type Rendered = ReturnType<InstanceType<typeof Resvg>['render']>;

const withRendering = async <Result>(svg: string, scale: number, use: (image: Rendered) => Result): Promise<Result> => {
  renderer ??= loadRenderer();
  const { fonts } = await renderer;
  const resvg = new Resvg(svg, {
    fitTo: { mode: 'zoom', value: scale },
    font: {
      fontBuffers: [...fonts],
      defaultFontFamily: FONT_FAMILY,
      sansSerifFamily: FONT_FAMILY,
      loadSystemFonts: false,
    },
  });
  try {
    const image = resvg.render();
    try {
      return use(image);
    } finally {
      image.free();
    }
  } finally {
    resvg.free();
  }
};

/**
 * A figure as PNG of the 256 colours that serve it best: lines, letters and ten colours that fade lose nothing that
 * shows, and take a fifth of the bytes.
 *
 * @param scale - pixels for one unit of the figure; 2 is sharp on today's screens.
 */
export const figurePng = async (figure: Figure, scale = 2): Promise<Uint8Array> => {
  const { width, height, pixels } = await figurePixels(figure, scale);
  const palette = quantize(pixels, 256);
  const data = applyPalette(pixels, palette);
  return encodePng({ width, height, data, channels: 1, depth: 8, palette }, { zlib: { level: 9 } });
};

/** A figure as PNG of all its colours: one that holds pictures. */
export const pictureFigurePng = async (figure: Figure, scale = 2): Promise<Uint8Array> =>
  encodePng({ ...rgb(await figurePixels(figure, scale)), depth: 8 }, { zlib: { level: 9 } });

/** A figure as pixels; see `figurePng`. */
export const figurePixels = (figure: Figure, scale = 2): Promise<ColourPicture> => svgPixels(figureSvg(figure), scale);

/** The text of an SVG file as pixels; letters are Inter's whatever it asks for. */
export const svgPixels = (svg: string, scale = 1): Promise<ColourPicture> =>
  withRendering(svg, scale, ({ width, height, pixels }) => ({ width, height, pixels: Uint8Array.from(pixels) }));

export interface GifOptions {
  /** Of each frame, milliseconds; the format counts in hundredths of a second. */
  readonly delayMs: number;
  /** Of the last frame. */
  readonly holdMs: number;
}

/** Frames of one size as a GIF that repeats for ever; each has the 256 colours that serve it best. */
export const gifBytes = (frames: readonly ColourPicture[], { delayMs, holdMs }: GifOptions): Uint8Array => {
  const gif = GIFEncoder();
  frames.forEach(({ width, height, pixels }, i) => {
    const palette = quantize(pixels, 256);
    const delay = i === frames.length - 1 ? holdMs : delayMs;
    gif.writeFrame(applyPalette(pixels, palette), width, height, { palette, delay });
  });
  gif.finish();
  return gif.bytes();
};

/** A picture with the address under which a figure or a page shows it. */
export const pictureAddress = ({ width, height, channels, pixels }: Picture): string =>
  `data:image/png;base64,${Buffer.from(encodePng({ width, height, data: pixels, channels, depth: 8 })).toString('base64')}`;

/** Pixels with the address under which a figure shows them. */
export const pixelsAddress = ({ width, height, pixels }: ColourPicture): string =>
  `data:image/png;base64,${Buffer.from(encodePng({ width, height, data: pixels, channels: 4, depth: 8 })).toString('base64')}`;
