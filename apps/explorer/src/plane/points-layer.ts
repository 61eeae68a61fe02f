/**
 * The real codes as points: WebGL where there is any, a plain canvas where there is none.
 *
 * In: points, a palette, a window of the plane. Out: pixels of one canvas. Which points there are, and what lies under
 * them, is not decided here.
 */

import type { Labels } from 'latent-plane';
import { classBytes, type PaletteName } from 'latent-plane/internal';
import type { Points } from '../data/load.ts';
import { createCanvasPoints } from './points-canvas.ts';
import type { PointsLayer } from './points-frame.ts';
import { createWebglPoints } from './points-webgl.ts';

/**
 * @param onLost - told when the graphics card drops the canvas for good; the caller makes a new canvas and layer.
 */
export const createPointsLayer = (canvas: HTMLCanvasElement, points: Points, onLost: () => void): PointsLayer =>
  createWebglPoints(canvas, points, onLost) ?? createCanvasPoints(canvas, points);

/** The colour of every point by its class. */
export const pointColours = (labels: Labels, palette: PaletteName): Uint8Array => {
  const colourOf = classBytes(palette);
  const colours = new Uint8Array(3 * labels.length);
  for (let i = 0; i < labels.length; i++) colours.set(colourOf(labels[i]), 3 * i);
  return colours;
};

/** Small where the whole set crowds a small square, larger the closer one looks. */
export const pointDiameter = (sideCss: number, zoom: number): number =>
  Math.min(9, Math.min(2.4, Math.max(1.3, sideCss / 300)) * zoom ** 0.45);
