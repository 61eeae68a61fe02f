/**
 * Paints a field into the plane.
 *
 * In: a field and the window that is seen. Out: pixels of one canvas, in the canvas's own text colour, so that the field
 * is ink on paper in the light and chalk on slate in the dark; a field in colour keeps its own.
 */
import type { Field } from './field.ts';
import { type PlaneWindow, toPixel } from './view.ts';

/**
 * @param side - of the square canvas, device pixels.
 * @param ink - the canvas's own text colour when absent.
 */
export const paintField = (
  canvas: HTMLCanvasElement,
  field: Field | null,
  window: PlaneWindow,
  side: number,
  ink = getComputedStyle(canvas).color,
): void => {
  if (canvas.width !== side || canvas.height !== side) {
    canvas.width = side;
    canvas.height = side;
  }
  const context = canvas.getContext('2d');
  if (!context) return;
  context.globalCompositeOperation = 'source-over';
  context.clearRect(0, 0, side, side);
  if (!field) return;
  const { minX, minY, width, height } = field.window;
  const { left, top } = toPixel(window, side, { x: minX, y: minY + height });
  const [drawnWidth, drawnHeight] = [(width / window.width) * side, (height / window.height) * side];
  context.imageSmoothingQuality = 'high';
  context.drawImage(field.picture, left, top, drawnWidth, drawnHeight);
  if (field.isColour) return;
  context.globalCompositeOperation = 'source-in';
  context.fillStyle = ink;
  context.fillRect(0, 0, side, side);
};
