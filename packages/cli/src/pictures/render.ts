/**
 * Figures into files without a browser: SVG by a document made of text, PNG by a renderer with a font of its own.
 *
 * In: figures of the charts room, pixels. Out: bytes of files. The same figure gives the same bytes on every machine.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { encode as encodePng } from 'fast-png';
import { type ColourPicture, type Figure, FONT_FAMILY, renderSvg } from 'latent-plane/charts';
import { parseHTML } from 'linkedom';

const require = createRequire(import.meta.url);
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

/** The text of a figure's SVG file. */
export const figureSvg = (figure: Figure): string => {
  const { document } = parseHTML('<html><body></body></html>');
  return renderSvg(figure, document);
};

/** A figure as PNG. @param scale - pixels for one unit of the figure; 2 is sharp on today's screens. */
export const figurePng = async (figure: Figure, scale = 2): Promise<Uint8Array> => {
  renderer ??= loadRenderer();
  const { fonts } = await renderer;
  const resvg = new Resvg(figureSvg(figure), {
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
      return image.asPng();
    } finally {
      image.free();
    }
  } finally {
    resvg.free();
  }
};

/** Pixels with the address under which a figure shows them. */
export const pixelsAddress = ({ width, height, pixels }: ColourPicture): string =>
  `data:image/png;base64,${Buffer.from(encodePng({ width, height, data: pixels, channels: 4, depth: 8 })).toString('base64')}`;
