/**
 * Paints little pictures onto a canvas, pixel by pixel: as the data set has them, white on black or in colour, framed in
 * the colour of their class.
 *
 * In: places, pixels, colours. Out: one canvas, painted anew.
 */
import type { Images } from '../data/images.ts';
import type { Placement } from './place.ts';

export interface PaintOptions {
  readonly placement: Placement;
  readonly images: Images;
  /** Number of the first point's image among all of the data set. */
  readonly first: number;
  /** `[points, 3]`. */
  readonly colours: Uint8Array;
  /** Of the square canvas, device pixels. */
  readonly side: number;
  /** Device pixels for each CSS pixel. */
  readonly ratio: number;
}

/** CSS pixels. */
const FRAME = 2;

export const paintThumbnails = (
  canvas: HTMLCanvasElement,
  { placement: { edge, thumbnails }, images, first, colours, side, ratio }: PaintOptions,
): void => {
  if (canvas.width !== side || canvas.height !== side) {
    canvas.width = side;
    canvas.height = side;
  }
  const context = canvas.getContext('2d');
  if (!context) return;
  const image = context.createImageData(side, side);
  const pixels = new Uint32Array(image.data.buffer);
  const { width, height, channels, from, pixels: source } = images;
  // Where green and blue lie behind red; a grey pixel has one value for all.
  const [green, blue] = channels === 3 ? [1, 2] : [0, 0];
  const size = Math.round(edge * ratio);
  const frame = Math.round(FRAME * ratio);
  for (const { index, left, top } of thumbnails) {
    const begin = (first + index - from) * width * height;
    const [x0, y0] = [Math.round(left * ratio), Math.round(top * ratio)];
    // Little-endian, as typed arrays are wherever browsers run: alpha, blue, green, red.
    const colour = (255 << 24) | (colours[3 * index + 2] << 16) | (colours[3 * index + 1] << 8) | colours[3 * index];
    for (let y = -frame; y < size + frame; y++) {
      if (y0 + y < 0 || y0 + y >= side) continue;
      const row = begin + Math.floor((y * height) / size) * width;
      const isFrame = y < 0 || y >= size;
      for (let x = Math.max(-frame, -x0); x < size + frame && x0 + x < side; x++) {
        const at = (row + Math.floor((x * width) / size)) * channels;
        pixels[(y0 + y) * side + x0 + x] =
          isFrame || x < 0 || x >= size
            ? colour
            : (255 << 24) | (source[at + blue] << 16) | (source[at + green] << 8) | source[at];
      }
    }
  }
  context.putImageData(image, 0, 0);
};

/** Takes the pictures away. */
export const clearThumbnails = (canvas: HTMLCanvasElement): void => {
  canvas.getContext('2d')?.clearRect(0, 0, canvas.width, canvas.height);
};
