/**
 * Moving pictures, made in the page and given to the browser as a file.
 *
 * In: a function that paints each frame. Out: a GIF that repeats for ever. gifenc does the packing; this file is loaded
 * where something is exported.
 */
import { applyPalette, GIFEncoder, quantize } from 'gifenc';

export interface GifOptions {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** Of each frame, milliseconds; the last is held longer. */
  readonly delayMs: number;
  readonly holdMs: number;
  /** Most of the picture stays as it is: all frames share their colours, and each holds what changed alone. */
  readonly isStill?: boolean;
  readonly paint: (context: CanvasRenderingContext2D, frame: number) => void;
  /** Told how much is done, 0..1. */
  readonly onProgress?: (share: number) => void;
}

/** The place in a palette of what stays as it was. */
const UNCHANGED = 255;

/** Colours that serve the first frame, the middle one and the last. */
const sharedPalette = (pixelsOf: (frame: number) => Uint8ClampedArray, frames: number): number[][] => {
  const samples = [0, Math.floor(frames / 2), frames - 1].map(pixelsOf);
  const all = new Uint8ClampedArray(samples.reduce((sum, { length }) => sum + length, 0));
  samples.forEach((sample, i) => {
    all.set(sample, i * sample.length);
  });
  const palette = quantize(all, UNCHANGED);
  while (palette.length <= UNCHANGED) palette.push([0, 0, 0]);
  return palette;
};

/** Frames take some ten milliseconds each; the page stays alive between them. */
export const gifOf = async ({
  width,
  height,
  frames,
  delayMs,
  holdMs,
  isStill = false,
  paint,
  onProgress = () => {},
}: GifOptions): Promise<Blob> => {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const pixelsOf = (frame: number): Uint8ClampedArray => {
    if (!context) return new Uint8ClampedArray(4 * width * height);
    paint(context, frame);
    // A copy: the next frame is painted over it.
    return context.getImageData(0, 0, width, height).data;
  };
  const gif = GIFEncoder();
  const shared = isStill ? sharedPalette(pixelsOf, frames) : null;
  let before: Uint8Array | null = null;
  for (let frame = 0; frame < frames; frame++) {
    await new Promise((resolve) => setTimeout(resolve));
    const data = pixelsOf(frame);
    const delay = frame === frames - 1 ? holdMs : delayMs;
    if (shared === null) {
      const palette = quantize(data, 256);
      gif.writeFrame(applyPalette(data, palette), width, height, { palette, delay });
    } else {
      const now = applyPalette(data, shared.slice(0, UNCHANGED));
      const last = before;
      if (last === null) gif.writeFrame(now, width, height, { palette: shared, delay, dispose: 1 });
      else {
        const changed = now.map((colour, i) => (colour === last[i] ? UNCHANGED : colour));
        gif.writeFrame(changed, width, height, { delay, dispose: 1, transparent: true, transparentIndex: UNCHANGED });
      }
      before = now;
    }
    onProgress((frame + 1) / frames);
  }
  gif.finish();
  return new Blob([gif.bytes()], { type: 'image/gif' });
};

/** Hands a file to whoever looks on. */
export const download = (blob: Blob, name: string): void => {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href));
};
