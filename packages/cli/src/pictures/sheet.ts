/** Sheets of pictures with words below them, as PNG. */
import type { PictureSheetOptions } from 'latent-plane/charts';

/** Plot and the renderer are loaded here, so that `--help` need not wait for them. */
export const sheetPng = async (options: PictureSheetOptions): Promise<Uint8Array> => {
  const [{ pictureSheet }, { pictureFigurePng }] = await Promise.all([
    import('latent-plane/charts'),
    import('./render.ts'),
  ]);
  return pictureFigurePng(pictureSheet(options));
};

/** The height that keeps the form of images which are laid side by side, one pixel between. */
export const tileHeightOf = (
  tileWidth: number,
  { height, width }: { readonly height: number; readonly width: number },
  images = 1,
): number => Math.round((tileWidth * height) / (images * width + images - 1));
