/**
 * Paints a class field into the plane.
 *
 * In: its two pictures, its bounds, the window that is seen. Out: pixels of one canvas: hatching first, what lies among
 * the data over it. The hatching stands still on the plane, not on the screen.
 */
import type { PlaneBounds } from 'latent-plane';
import { type PlaneWindow, toPixel } from '../plane/view.ts';
import type { FieldPixels } from './pixels.ts';

export interface FieldPictures {
  readonly whole: HTMLCanvasElement;
  readonly hatched: HTMLCanvasElement;
}

/** CSS pixels between two lines of the hatching, across, and a line's width. */
const GAP = 9;
const LINE = 3;

const pictureOf = (pixels: Uint8ClampedArray<ArrayBuffer>, size: number): HTMLCanvasElement => {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [size, size];
  canvas.getContext('2d')?.putImageData(new ImageData(pixels, size, size), 0, 0);
  return canvas;
};

export const picturesOf = ({ whole, hatched }: FieldPixels, size: number): FieldPictures => ({
  whole: pictureOf(whole, size),
  hatched: pictureOf(hatched, size),
});

/**
 * @param side - of the square canvas, device pixels.
 * @param ratio - device pixels for each CSS pixel.
 */
export const paintClasses = (
  canvas: HTMLCanvasElement,
  pictures: FieldPictures | null,
  bounds: PlaneBounds,
  window: PlaneWindow,
  side: number,
  ratio: number,
): void => {
  if (canvas.width !== side || canvas.height !== side) {
    canvas.width = side;
    canvas.height = side;
  }
  const context = canvas.getContext('2d');
  if (!context) return;
  context.globalCompositeOperation = 'source-over';
  context.clearRect(0, 0, side, side);
  if (!pictures) return;
  const size = pictures.whole.width;
  // Points of the mesh are the middles of its pixels, so the picture reaches half a pixel past the bounds.
  const [stepX, stepY] = [0, 1].map((d) => (bounds.max[d] - bounds.min[d]) / (size - 1));
  const [minX, maxY] = [bounds.min[0] - stepX / 2, bounds.max[1] + stepY / 2];
  const { left, top } = toPixel(window, side, { x: minX, y: maxY });
  const [width, height] = [((stepX * size) / window.width) * side, ((stepY * size) / window.height) * side];
  context.imageSmoothingQuality = 'high';
  context.drawImage(pictures.hatched, left, top, width, height);
  context.globalCompositeOperation = 'destination-in';
  hatch(context, side, (left + top) % (GAP * ratio), ratio);
  context.globalCompositeOperation = 'source-over';
  context.drawImage(pictures.whole, left, top, width, height);
};

const hatch = (context: CanvasRenderingContext2D, side: number, offset: number, ratio: number): void => {
  const step = GAP * ratio;
  context.lineWidth = (LINE * ratio) / Math.SQRT2;
  context.strokeStyle = '#000';
  context.beginPath();
  for (let at = offset - step; at < 2 * side + step; at += step) {
    context.moveTo(at + LINE, -LINE);
    context.lineTo(at - side - LINE, side + LINE);
  }
  context.stroke();
};
