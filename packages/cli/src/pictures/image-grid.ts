/**
 * Small images in rows and columns with words beside them, as files.
 *
 * In: images in bytes, the words. Out: bytes of a PNG, text of an SVG.
 */
import { enlarge, gridOfImages } from 'latent-plane';
import { type Figure, type ImageGridOptions, imageGridPicture } from 'latent-plane/charts';
import type { pictureSize } from 'latent-plane/internal';
import { figurePng, figureSvg, pictureAddress, pictureFigurePng } from './render.ts';

type Tile = ReturnType<typeof pictureSize>;

export interface ImageGrid extends Pick<ImageGridOptions, 'title' | 'subtitle' | 'rows' | 'columns'> {
  /** Row by row, each `[height, width, channels]`; null leaves a place empty. */
  readonly images: readonly (Uint8Array | null)[];
  readonly tile: Tile;
}

/** Width of an image in the figure, about, and of all of them at most, in its units. */
const [TILE, WIDEST] = [56, 1100];
/** Pixels of the PNG for a unit. */
const SCALE = 2;

const figureOf = ({ images, tile, columns, ...words }: ImageGrid): Figure => {
  const wanted = Math.max(1, Math.round(TILE / tile.width));
  const scale = Math.min(wanted, WIDEST / (columns.length * tile.width));
  const spacing = Math.max(1, Math.round(tile.width / 20));
  const picture = gridOfImages(images, tile, { columns: columns.length, spacing });
  // Whoever draws figures blurs what it enlarges; pixels are to stay squares.
  const image = pictureAddress(enlarge(picture, Math.max(1, Math.round(scale * SCALE))));
  return imageGridPicture({ ...words, columns, image, picture, tile: { ...tile, spacing }, scale });
};

/** The figure as a file. @param extension - `.png` or `.svg`. */
export const imageGridFile = async (grid: ImageGrid, extension: string): Promise<Uint8Array | string> => {
  const figure = figureOf(grid);
  if (extension === '.svg') return figureSvg(figure);
  return grid.tile.channels === 1 ? figurePng(figure, SCALE) : pictureFigurePng(figure, SCALE);
};
