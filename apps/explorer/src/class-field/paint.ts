/**
 * Paints a class map into the plane.
 *
 * In: its two pictures, its bounds, those of a finer part, the window that is seen. Out: pixels of one canvas: hatching first, what lies among
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

/** Pictures and the part of the plane that they show, code units. */
export interface PaintedField {
  readonly pictures: FieldPictures;
  readonly bounds: PlaneBounds;
}

interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Points of the mesh are the middles of its pixels, so the picture reaches half a pixel past the bounds. */
const rectangleOf = ({ pictures, bounds }: PaintedField, window: PlaneWindow, side: number): Rectangle => {
  const size = pictures.whole.width;
  const [stepX, stepY] = [0, 1].map((d) => (bounds.max[d] - bounds.min[d]) / (size - 1));
  const { left, top } = toPixel(window, side, { x: bounds.min[0] - stepX / 2, y: bounds.max[1] + stepY / 2 });
  return { left, top, width: ((stepX * size) / window.width) * side, height: ((stepY * size) / window.height) * side };
};

/**
 * @param fields - the whole first, then what is finer in a part of it, which is shown in its place there.
 * @param side - of the square canvas, device pixels.
 * @param ratio - device pixels for each CSS pixel.
 */
export const paintClasses = (
  canvas: HTMLCanvasElement,
  fields: readonly PaintedField[],
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
  if (fields.length === 0) return;
  context.imageSmoothingQuality = 'high';
  const places = fields.map((field) => rectangleOf(field, window, side));
  const paint = (kind: keyof FieldPictures): void =>
    fields.forEach(({ pictures }, i) => {
      const { left, top, width, height } = places[i];
      context.save();
      const over = places[i + 1];
      if (over) {
        context.beginPath();
        context.rect(0, 0, side, side);
        context.rect(over.left, over.top, over.width, over.height);
        context.clip('evenodd');
      }
      context.drawImage(pictures[kind], left, top, width, height);
      context.restore();
    });
  paint('hatched');
  context.globalCompositeOperation = 'destination-in';
  hatch(context, side, (places[0].left + places[0].top) % (GAP * ratio), ratio);
  context.globalCompositeOperation = 'source-over';
  paint('whole');
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
