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
  readonly paint: (context: CanvasRenderingContext2D, frame: number) => void;
}

/** Frames take some ten milliseconds each; the page stays alive between them. */
export const gifOf = async ({ width, height, frames, delayMs, holdMs, paint }: GifOptions): Promise<Blob> => {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const gif = GIFEncoder();
  for (let frame = 0; context && frame < frames; frame++) {
    await new Promise((resolve) => setTimeout(resolve));
    paint(context, frame);
    const { data } = context.getImageData(0, 0, width, height);
    const palette = quantize(data, 256);
    gif.writeFrame(applyPalette(data, palette), width, height, {
      palette,
      delay: frame === frames - 1 ? holdMs : delayMs,
    });
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
