/**
 * What every frame of a moving picture is made of: the plane with its points at the left, a picture at the right, words
 * below it.
 *
 * In: points, colours, a decoded picture. Out: pixels of a canvas, `SCENE` in size.
 */
import type { Points } from '../data/load.ts';
import { fillPixels } from '../picture/rgba.ts';
import { pointColours } from '../plane/points-layer.ts';
import { type Code, type PlaneWindow, toPixel } from '../plane/view.ts';
import type { Settings } from '../state/settings.ts';

const [EDGE, PLANE, DIGIT, POINT] = [12, 420, 196, 2];
/** Even in both directions, as video wants it. */
export const SCENE = { width: 3 * EDGE + PLANE + DIGIT, height: 2 * EDGE + PLANE };

const COLOURS = {
  light: { ground: '#fcfbf8', text: '#1b1d21', accent: '#0a5aa8' },
  dark: { ground: '#12151a', text: '#eceef2', accent: '#8cc8ff' },
} as const;
type Scheme = keyof typeof COLOURS;

const at = (window: PlaneWindow, code: Code): readonly [number, number] => {
  const { left, top } = toPixel(window, PLANE, code);
  return [EDGE + left, EDGE + top];
};

/** A picture as a canvas of as many pixels. @param values - `[height, width, channels]`, 0..1. */
export const pictureCanvas = (values: ArrayLike<number>, width: number, height: number): HTMLCanvasElement => {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [width, height];
  const image = new ImageData(width, height);
  fillPixels(image, values);
  canvas.getContext('2d')?.putImageData(image, 0, 0);
  return canvas;
};

/** The ground and the points on it. */
export const paintPlane = (
  context: CanvasRenderingContext2D,
  { labels, codes }: Points,
  { window, palette, scheme }: { window: PlaneWindow; palette: Settings['palette']; scheme: Scheme },
): void => {
  context.fillStyle = COLOURS[scheme].ground;
  context.fillRect(0, 0, SCENE.width, SCENE.height);
  const colours = pointColours(labels, palette);
  labels.forEach((_, i) => {
    const [left, top] = at(window, { x: codes[2 * i], y: codes[2 * i + 1] });
    context.fillStyle = `rgb(${colours[3 * i]} ${colours[3 * i + 1]} ${colours[3 * i + 2]})`;
    context.fillRect(left - POINT / 2, top - POINT / 2, POINT, POINT);
  });
};

/** A line from code to code, with a dot at each. */
export const paintLine = (
  context: CanvasRenderingContext2D,
  codes: readonly Code[],
  { window, scheme }: { window: PlaneWindow; scheme: Scheme },
): void => {
  for (const [colour, width] of [[COLOURS[scheme].ground, 5] as const, [COLOURS[scheme].accent, 2.5] as const]) {
    context.strokeStyle = colour;
    context.fillStyle = colour;
    context.lineWidth = width;
    context.lineJoin = 'round';
    context.beginPath();
    for (const code of codes) context.lineTo(...at(window, code));
    context.stroke();
    for (const code of codes) {
      context.beginPath();
      context.arc(...at(window, code), 2 + width, 0, 2 * Math.PI);
      context.fill();
    }
  }
};

/** The ring at the cursor, and what is decoded there. */
export const paintCursor = (
  context: CanvasRenderingContext2D,
  cursor: Code,
  picture: HTMLCanvasElement,
  { window, scheme, words }: { window: PlaneWindow; scheme: Scheme; words: readonly [string, string] },
): void => {
  const { text } = COLOURS[scheme];
  context.strokeStyle = text;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(...at(window, cursor), 9, 0, 2 * Math.PI);
  context.stroke();
  context.imageSmoothingEnabled = false;
  const left = 2 * EDGE + PLANE;
  context.drawImage(picture, left, EDGE, DIGIT, DIGIT);
  context.fillStyle = text;
  context.font = '600 20px system-ui, sans-serif';
  context.fillText(words[0], left, EDGE + DIGIT + 32);
  context.font = '14px system-ui, sans-serif';
  context.fillText(words[1], left, EDGE + DIGIT + 56);
};
