/**
 * One epoch as a picture: the plane with its points, the digit at the cursor, the epoch's number.
 *
 * In: a stage, a cursor, colours. Out: pixels of a canvas, `FRAME` in size.
 */
import { toByte } from 'latent-plane';
import { pointColours } from '../plane/points-layer.ts';
import { type Code, toPixel, wholeWindow } from '../plane/view.ts';
import type { Settings } from '../state/settings.ts';
import type { Stage } from './stages.ts';

const [EDGE, PLANE, DIGIT, POINT] = [12, 420, 196, 2];
export const FRAME = { width: 3 * EDGE + PLANE + DIGIT, height: 2 * EDGE + PLANE };

const COLOURS = {
  light: { ground: '#fcfbf8', text: '#1b1d21' },
  dark: { ground: '#12151a', text: '#eceef2' },
} as const;

const pictureOf = (values: Float64Array, width: number, height: number): HTMLCanvasElement => {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const image = new ImageData(width, height);
  values.forEach((value, i) => {
    image.data.set([toByte(value), toByte(value), toByte(value), 255], 4 * i);
  });
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
};

export const paintFrame = (
  context: CanvasRenderingContext2D,
  { epoch, model, points }: Stage,
  { cursor, palette, scheme }: { cursor: Code; palette: Settings['palette']; scheme: 'light' | 'dark' },
): void => {
  const { ground, text } = COLOURS[scheme];
  context.fillStyle = ground;
  context.fillRect(0, 0, FRAME.width, FRAME.height);
  const window = wholeWindow(model.bounds);
  const colours = pointColours(points.labels, palette);
  points.labels.forEach((_, i) => {
    const { left, top } = toPixel(window, PLANE, { x: points.codes[2 * i], y: points.codes[2 * i + 1] });
    context.fillStyle = `rgb(${colours[3 * i]} ${colours[3 * i + 1]} ${colours[3 * i + 2]})`;
    context.fillRect(EDGE + left - POINT / 2, EDGE + top - POINT / 2, POINT, POINT);
  });
  const at = toPixel(window, PLANE, cursor);
  context.strokeStyle = text;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(EDGE + at.left, EDGE + at.top, 9, 0, 2 * Math.PI);
  context.stroke();
  const { width, height, decode } = model.decoder;
  context.imageSmoothingEnabled = false;
  const left = 2 * EDGE + PLANE;
  context.drawImage(pictureOf(decode(Float32Array.of(cursor.x, cursor.y)), width, height), left, EDGE, DIGIT, DIGIT);
  context.fillStyle = text;
  context.font = '600 20px system-ui, sans-serif';
  context.fillText(`Epoch ${epoch}`, left, EDGE + DIGIT + 32);
  context.font = '14px system-ui, sans-serif';
  context.fillText(model.spec.id, left, EDGE + DIGIT + 56);
};
