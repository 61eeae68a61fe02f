/**
 * Points without WebGL: small squares written straight into an image.
 *
 * In: a canvas and points. Out: a points layer. Points do not mix with the ones below them, which keeps 70,000 of them
 * within one frame.
 */
import type { Points } from '../data/load.ts';
import { FADED, type PointsFrame, type PointsLayer } from './points-frame.ts';

export const createCanvasPoints = (canvas: HTMLCanvasElement, { codes: first, labels }: Points): PointsLayer => {
  const context = canvas.getContext('2d');
  let codes = first;
  let colours: Uint8Array = new Uint8Array(3 * labels.length);
  let chosen: Uint8Array | null = null;
  let fades: Uint8Array | null = null;

  /** @param wanted - which of the points: 1 the chosen ones, 0 the others; null for all. */
  const paint = (
    pixels: Uint32Array,
    { window, side, diameter }: PointsFrame,
    opacity: number,
    wanted: 0 | 1 | null,
  ) => {
    const size = Math.max(1, Math.round(diameter * 0.85));
    const whole = Math.round(255 * opacity);
    for (let i = 0; i < labels.length; i++) {
      if (wanted !== null && chosen?.[i] !== wanted) continue;
      const left = Math.round(((codes[2 * i] - window.minX) / window.width) * side - size / 2);
      const top = Math.round((1 - (codes[2 * i + 1] - window.minY) / window.height) * side - size / 2);
      if (left < 0 || top < 0 || left + size > side || top + size > side) continue;
      // Little-endian, as typed arrays are wherever browsers run: alpha, blue, green, red.
      const alpha = fades === null ? whole : Math.round(opacity * fades[i]);
      const value = (alpha << 24) | (colours[3 * i + 2] << 16) | (colours[3 * i + 1] << 8) | colours[3 * i];
      for (let row = 0; row < size; row++) {
        const start = (top + row) * side + left;
        pixels.fill(value, start, start + size);
      }
    }
  };
  return {
    engine: 'canvas',
    setColours: (next) => {
      colours = next;
    },
    setCodes: (next) => {
      codes = next;
    },
    setChosen: (next) => {
      chosen = next;
    },
    setFades: (next) => {
      fades = next;
    },
    draw: (frame) => {
      const { side, opacity } = frame;
      if (canvas.width !== side || canvas.height !== side) {
        canvas.width = side;
        canvas.height = side;
      }
      if (context === null) return;
      const image = context.createImageData(side, side);
      const pixels = new Uint32Array(image.data.buffer);
      if (chosen === null) paint(pixels, frame, opacity, null);
      else {
        paint(pixels, frame, FADED * opacity, 0);
        paint(pixels, frame, opacity, 1);
      }
      context.putImageData(image, 0, 0);
    },
    dispose: () => {},
  };
};
