/**
 * Many decoded images in one picture, grey or in colour.
 *
 * In: a model and codes in picture order. Out: a picture of bytes. Files are the entry points' business.
 */
import { inputError } from '../errors.ts';
import { type Channels, type ImageSet, type ImageShape, imageSize } from '../images/index.ts';
import type { Shape } from '../tensor/index.ts';
import { type CodePlane, PLANE_DIMENSIONS } from './code-plane.ts';
import { decodeEach, decodePoints } from './mesh.ts';
import { codeSizeOf, type RunnableModel } from './model.ts';

/** A picture in bytes. */
export interface Picture {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
  /** Numbers in a pixel: 1 is grey; 3 are red, green, blue. */
  readonly channels: Channels;
  /** `[height, width, channels]`, row by row from the top, 0 (black) to 255 (white). */
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
  /** Rows that belong together, with more space to the next ones; default 1. */
  readonly rowsTogether?: number;
}

/** How decoded images are laid out, and what they are decoded of. */
export interface DecodedMosaicOptions extends MosaicOptions {
  /** Through the code space: what is decoded are points of it, `[count, 2]`, in place of codes. */
  readonly plane?: CodePlane;
}

/** Spacings between rows that do not belong together. */
const GROUP_SPACINGS = 4;

/** A number 0..1 as a byte; what a network draws beyond is cut off. */
export const toByte = (value: number): number => Math.round(255 * Math.min(1, Math.max(0, value)));

/**
 * Height, width and channels of a network's images: `[32, 48, 3]`, `[32, 48, 1]` and `[32, 48]` say so; of `[4096]` the
 * square root is taken, and of `[3072]`, which is no square, that of a third, in colour.
 *
 * @throws LatentError `not-a-picture` (input) of images that are neither square nor have 1 or 3 channels.
 */
export const pictureSize = (inputShape: Shape, id: string): Required<ImageShape> => {
  const [height, width, channels = 1] = inputShape;
  if (inputShape.length === 2 || inputShape.length === 3)
    if (channels === 1 || channels === 3) return { height, width, channels };
  for (const each of inputShape.length === 1 ? ([1, 3] as const) : []) {
    const side = Math.sqrt(height / each);
    if (Number.isInteger(side)) return { height: side, width: side, channels: each };
  }
  throw inputError('not-a-picture', {
    at: { network: id },
    expected: 'square images to draw, grey or in three colours',
    got: `[${inputShape.join(', ')}]`,
  });
};

/** An empty picture with room for images, and what puts one of them into its place. */
const layOut = (
  { height, width, channels }: Required<ImageShape>,
  places: number,
  { columns, spacing = 0, background = 255, rowsTogether = 1 }: MosaicOptions,
) => {
  const rows = Math.ceil(places / columns);
  const gap = rowsTogether > 1 ? GROUP_SPACINGS * spacing - spacing : 0;
  const topOf = (row: number): number => row * (height + spacing) + Math.floor(row / rowsTogether) * gap;
  const picture = {
    width: columns * (width + spacing) - spacing,
    height: topOf(rows - 1) + height,
    channels,
  };
  const pixels = new Uint8Array(picture.width * picture.height * channels).fill(background);
  const bytes = width * channels;
  return {
    picture: { ...picture, pixels },
    /** @param byteAt - byte of the image, `[height, width, channels]` row by row. */
    put: (place: number, byteAt: (i: number) => number): void => {
      const [top, left] = [topOf(Math.floor(place / columns)), (place % columns) * (width + spacing)];
      for (let y = 0; y < height; y++) {
        const start = ((top + y) * picture.width + left) * channels;
        for (let x = 0; x < bytes; x++) pixels[start + x] = byteAt(y * bytes + x);
      }
    },
  };
};

/**
 * Decodes `codes` into a picture, image `i` at row `floor(i / columns)` and column `i % columns`.
 *
 * @param codes - `[count, codeSize]`; `meshCodes` gives them in this order. With a plane its points, `[count, 2]`.
 * @throws LatentError `no-such-part`, `not-a-picture` (input).
 */
export const mosaic = async (
  model: RunnableModel,
  codes: Float32Array,
  { plane, ...options }: DecodedMosaicOptions,
): Promise<Picture> => {
  const { inputShape, id } = model.network.spec;
  const tile = pictureSize(inputShape, id);
  const count = codes.length / (plane ? PLANE_DIMENSIONS : codeSizeOf(model));
  const { picture, put } = layOut(tile, count, options);
  const size = imageSize(tile);
  const take = (images: Float32Array, from: number, to: number): void => {
    for (let i = from; i < to; i++) put(i, (at) => toByte(images[(i - from) * size + at]));
  };
  await (plane ? decodePoints(model, plane, codes, take) : decodeEach(model, codes, take));
  return picture;
};

/**
 * Images of one size in one picture, as `mosaic` lays them out.
 *
 * @param images - each `[height, width, channels]`, 0 (black) to 255 (white); null leaves its place empty.
 */
export const gridOfImages = (
  images: readonly (Uint8Array | null)[],
  tile: Required<ImageShape>,
  options: MosaicOptions,
): Picture => {
  const { picture, put } = layOut(tile, images.length, options);
  images.forEach((image, i) => {
    if (image !== null) put(i, (at) => image[at]);
  });
  return picture;
};

/**
 * Images beside each other in one picture.
 *
 * @param places - of image `i` its place, counted row by row; `i` itself where absent.
 */
export const imageMosaic = (set: ImageSet, options: MosaicOptions, places?: readonly number[]): Picture => {
  const size = imageSize(set);
  const laid = new Array<Uint8Array | null>(places === undefined ? set.count : Math.max(...places) + 1).fill(null);
  for (let i = 0; i < set.count; i++) laid[places?.[i] ?? i] = set.pixels.subarray(i * size, (i + 1) * size);
  return gridOfImages(laid, set, options);
};

/** Decoded images as bytes, `[count, height, width, channels]`. @throws LatentError as `mosaic`. */
export const decodedImages = async (model: RunnableModel, codes: Float32Array): Promise<ImageSet> => {
  const { inputShape, id } = model.network.spec;
  const tile = pictureSize(inputShape, id);
  const [count, size] = [codes.length / codeSizeOf(model), imageSize(tile)];
  const pixels = new Uint8Array(count * size);
  await decodeEach(model, codes, (images, from, to) => {
    for (let i = 0; i < (to - from) * size; i++) pixels[from * size + i] = toByte(images[i]);
  });
  return { ...tile, pixels, count, labels: new Uint8Array(count) };
};

/** The picture with every pixel repeated `scale` times in both directions. */
export const enlarge = ({ width, height, channels, pixels }: Picture, scale: number): Picture => {
  const wide = width * scale;
  const enlarged = new Uint8Array(wide * height * scale * channels);
  let at = 0;
  for (let y = 0; y < height * scale; y++) {
    const row = Math.floor(y / scale) * width;
    for (let x = 0; x < wide; x++) {
      const from = (row + Math.floor(x / scale)) * channels;
      for (let c = 0; c < channels; c++) enlarged[at++] = pixels[from + c];
    }
  }
  return { width: wide, height: height * scale, channels, pixels: enlarged };
};
