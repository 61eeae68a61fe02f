/**
 * Points for a picture that is looked at closely: round ones, which a plain canvas draws in a tenth of a second or two.
 *
 * In: points, colours, a frame. Out: pixels of one canvas.
 */
import type { Points } from '../data/load.ts';
import type { PointsFrame } from '../plane/points-frame.ts';
import { toPixel } from '../plane/view.ts';

/** @param colours - `[count, 3]`. */
export const paintDiscs = (
  canvas: HTMLCanvasElement,
  { codes, labels }: Points,
  colours: Uint8Array,
  { window, side, diameter, opacity }: PointsFrame,
): void => {
  const context = canvas.getContext('2d');
  if (!context) return;
  const radius = diameter / 2;
  context.globalAlpha = opacity;
  for (let i = 0; i < labels.length; i++) {
    const { left, top } = toPixel(window, side, { x: codes[2 * i], y: codes[2 * i + 1] });
    if (left < -radius || top < -radius || left > side + radius || top > side + radius) continue;
    context.fillStyle = `rgb(${colours[3 * i]} ${colours[3 * i + 1]} ${colours[3 * i + 2]})`;
    context.beginPath();
    context.arc(left, top, radius, 0, 2 * Math.PI);
    context.fill();
  }
};
