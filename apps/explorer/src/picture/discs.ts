/**
 * Points for a picture that is looked at closely: round ones, which a plain canvas draws in a tenth of a second or two.
 *
 * In: points, colours, a frame. Out: pixels of one canvas.
 */
import type { Points } from '../data/load.ts';
import { FADED, type PointsFrame } from '../plane/points-frame.ts';
import { toPixel } from '../plane/view.ts';

/**
 * @param colours - `[count, 3]`.
 * @param chosen - `[count]`, 1 for the points that stand out; null where all are alike.
 * @param frame - with the opacity of each point, 0..255; null where all are whole.
 */
export const paintDiscs = (
  canvas: HTMLCanvasElement,
  { codes, labels }: Points,
  colours: Uint8Array,
  chosen: Uint8Array | null,
  { window, side, diameter, opacity, fades = null }: PointsFrame & { readonly fades?: Uint8Array | null },
): void => {
  const context = canvas.getContext('2d');
  if (!context) return;
  const radius = diameter / 2;
  const draw = (i: number, strength: number): void => {
    const { left, top } = toPixel(window, side, { x: codes[2 * i], y: codes[2 * i + 1] });
    if (left < -radius || top < -radius || left > side + radius || top > side + radius) return;
    context.fillStyle = `rgb(${colours[3 * i]} ${colours[3 * i + 1]} ${colours[3 * i + 2]})`;
    context.globalAlpha = fades === null ? strength : (strength * fades[i]) / 255;
    context.beginPath();
    context.arc(left, top, radius, 0, 2 * Math.PI);
    context.fill();
  };
  for (let i = 0; i < labels.length; i++) if (!chosen?.[i]) draw(i, chosen ? FADED * opacity : opacity);
  if (chosen) for (let i = 0; i < labels.length; i++) if (chosen[i]) draw(i, opacity);
};
