/**
 * Many decoded images in one grey picture.
 *
 * In: a model and codes in picture order. Out: a picture of bytes. Files are the entry points' business.
 */
import { inputError } from '../errors.ts';
import type { Shape } from '../tensor/index.ts';
import { decodeEach } from './mesh.ts';
import { codeSizeOf, type RunnableModel } from './model.ts';

/** A grey picture. */
export interface GreyPicture {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** `[height * width]`, row by row from the top, 0 (black) to 255 (white). */
  readonly pixels: Uint8Array;
}

/** How pictures are laid out beside each other. */
export interface MosaicOptions {
  /** Images side by side. */
  readonly columns: number;
  /** Pixels between neighbours; default 0. */
  readonly spacing?: number;
  /** Value of the pixels between, 0..255; default 255. */
  readonly background?: number;
}

/** A number 0..1 as a byte; what a network draws beyond is cut off. */
export const toByte = (value: number): number => Math.round(255 * Math.min(1, Math.max(0, value)));

/**
 * Height and width of a network's images: `[28, 28, 1]` and `[28, 28]` say so, of `[784]` the square root is taken.
 *
 * @throws LatentError `not-a-picture` (input) of images that are neither square nor grey.
 */
export const pictureSize = (inputShape: Shape, id: string): { readonly height: number; readonly width: number } => {
  if (inputShape.length === 2 || (inputShape.length === 3 && inputShape[2] === 1))
    return { height: inputShape[0], width: inputShape[1] };
  const side = inputShape.length === 1 ? Math.sqrt(inputShape[0]) : Number.NaN;
  if (Number.isInteger(side)) return { height: side, width: side };
  throw inputError('not-a-picture', {
    at: { network: id },
    expected: 'square grey images to draw',
    got: `[${inputShape.join(', ')}]`,
  });
};

/**
 * Decodes `codes` into a picture, image `i` at row `floor(i / columns)` and column `i % columns`.
 *
 * @param codes - `[count, codeSize]`; `meshCodes` gives them in this order.
 * @throws LatentError `no-such-part`, `not-a-picture` (input).
 */
export const mosaic = async (
  model: RunnableModel,
  codes: Float32Array,
  { columns, spacing = 0, background = 255 }: MosaicOptions,
): Promise<GreyPicture> => {
  const { inputShape, id } = model.network.spec;
  const tile = pictureSize(inputShape, id);
  const count = codes.length / codeSizeOf(model);
  const rows = Math.ceil(count / columns);
  const width = columns * (tile.width + spacing) - spacing;
  const height = rows * (tile.height + spacing) - spacing;
  const pixels = new Uint8Array(width * height).fill(background);
  await decodeEach(model, codes, (images, from, to) => {
    let source = 0;
    for (let i = from; i < to; i++) {
      const top = Math.floor(i / columns) * (tile.height + spacing);
      const left = (i % columns) * (tile.width + spacing);
      for (let y = 0; y < tile.height; y++) {
        const start = (top + y) * width + left;
        for (let x = 0; x < tile.width; x++) pixels[start + x] = toByte(images[source++]);
      }
    }
  });
  return { width, height, pixels };
};

/** The picture with every pixel repeated `scale` times in both directions. */
export const enlarge = ({ width, height, pixels }: GreyPicture, scale: number): GreyPicture => {
  const wide = width * scale;
  const enlarged = new Uint8Array(wide * height * scale);
  for (let y = 0; y < height * scale; y++) {
    const row = Math.floor(y / scale) * width;
    for (let x = 0; x < wide; x++) enlarged[y * wide + x] = pixels[row + Math.floor(x / scale)];
  }
  return { width: wide, height: height * scale, pixels: enlarged };
};
