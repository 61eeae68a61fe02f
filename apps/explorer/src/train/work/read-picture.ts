/**
 * One picture as an image of the shape that a network takes.
 *
 * In: the bytes of a picture. Out: pixels. Decoding and scaling are the browser's; grey is Rec. 601 luma, and where the
 * border of a grey picture is light (ink on paper) it is turned over, since the ground of the networks' images is black.
 * Transparent is white paper.
 */
import type { Channels } from 'latent-plane';
import type { PictureFit } from './picture-fit.ts';

/** What a browser's tab can hold. */
const MAX_PIXELS = 64e6;

interface Sides {
  readonly width: number;
  readonly height: number;
}

/** Of the whole picture once it is scaled. */
export const scaledSides = (from: Sides, { scaling, width, height }: PictureFit): Sides => {
  if (scaling === 'stretch') return { width, height };
  const shares = [width / from.width, height / from.height];
  const most = scaling === 'pad' ? 1 : Number.POSITIVE_INFINITY;
  const scale = scaling === 'crop' ? Math.max(...shares) : Math.min(...shares, most);
  return { width: Math.max(1, Math.round(from.width * scale)), height: Math.max(1, Math.round(from.height * scale)) };
};

/** `0.299 R + 0.587 G + 0.114 B`. Source: ITU-R BT.601. */
export const greyOf = (rgba: Uint8ClampedArray): Uint8Array =>
  Uint8Array.from({ length: rgba.length / 4 }, (_, i) =>
    Math.round(0.299 * rgba[4 * i] + 0.587 * rgba[4 * i + 1] + 0.114 * rgba[4 * i + 2]),
  );

/** Red, green, blue of each pixel. */
export const coloursOf = (rgba: Uint8ClampedArray): Uint8Array => Uint8Array.from(rgba.filter((_, i) => i % 4 !== 3));

/** Turned over where the picture's border is light. */
export const inkOnBlack = (grey: Uint8Array, { width, height }: Sides): Uint8Array => {
  let [border, count] = [0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (x > 0 && y > 0 && x < width - 1 && y < height - 1) continue;
      border += grey[y * width + x];
      count += 1;
    }
  }
  return border / count > 127.5 ? grey.map((value) => 255 - value) : grey;
};

/** In the middle of a ground. @param inner - `[height, width, channels]` of these sides. */
export const centred = (
  inner: Uint8Array,
  sides: Sides,
  { width, height, channels, ground }: Sides & { readonly channels: Channels; readonly ground: number },
): Uint8Array => {
  const image = new Uint8Array(height * width * channels).fill(ground);
  const [left, top] = [Math.floor((width - sides.width) / 2), Math.floor((height - sides.height) / 2)];
  const row = sides.width * channels;
  for (let y = 0; y < sides.height; y++)
    image.set(inner.subarray(y * row, (y + 1) * row), ((top + y) * width + left) * channels);
  return image;
};

/** The part of a picture that is seen: all of it, or its middle where it is cut. */
const drawn = async (whole: ImageBitmap, fit: PictureFit) => {
  const all = scaledSides(whole, fit);
  const sides = { width: Math.min(all.width, fit.width), height: Math.min(all.height, fit.height) };
  const options = { resizeWidth: all.width, resizeHeight: all.height, resizeQuality: 'high' } as const;
  const small = await createImageBitmap(whole, options);
  const context = new OffscreenCanvas(sides.width, sides.height).getContext('2d', { willReadFrequently: true });
  if (context === null) return null;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, sides.width, sides.height);
  context.drawImage(small, Math.trunc((sides.width - all.width) / 2), Math.trunc((sides.height - all.height) / 2));
  small.close();
  return { sides, rgba: context.getImageData(0, 0, sides.width, sides.height).data };
};

/** `[height, width, channels]`; null for what the browser cannot read. */
export const readPicture = async (file: Blob, fit: PictureFit): Promise<Uint8Array | null> => {
  let whole: ImageBitmap;
  try {
    whole = await createImageBitmap(file);
  } catch {
    return null;
  }
  try {
    const seen = whole.width * whole.height > MAX_PIXELS ? null : await drawn(whole, fit);
    if (seen === null) return null;
    const { sides, rgba } = seen;
    return centred(fit.channels === 3 ? coloursOf(rgba) : inkOnBlack(greyOf(rgba), sides), sides, fit);
  } finally {
    whole.close();
  }
};
