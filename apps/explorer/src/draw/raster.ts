/**
 * Strokes to a picture of any size as MNIST made its own: in a box of 20 x 20 pixels of 28 x 28, centred by mass.
 *
 * In: strokes, the size of the picture. Out: grey values. The strokes are moved and scaled, not the pixels, so that the brush is as wide as
 * MNIST's strokes however large a hand has drawn. Source: LeCun, Cortes & Burges, The MNIST database, "File formats".
 */
import type { Drawing } from './strokes.ts';

/** Side of MNIST's pictures, whose pixels the figures below are of; a picture of another size has them larger or smaller. */
const MNIST_SIDE = 28;
const BOX = 20;
/** Where MNIST puts the mass: the middle of pixel 14, counted from 0. */
const MASS = 14.5;
/** Full width of a stroke, pixels; a half pixel of soft edge lies on either side. Of 1.8 to 2.6 the one that draws 200 traced test images most like themselves. See `test/draw.test.ts`. */
export const BRUSH = 2.4;
/** A dot or a short dash is not blown up to fill the box: times the size that it has on the pad. */
const MAX_ENLARGEMENT = 3;

/** Of a picture, pixels. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Pixels of a picture for one of MNIST's. */
const unitOf = ({ width, height }: PictureSize): number => Math.min(width, height) / MNIST_SIDE;

interface Segment {
  readonly ax: number;
  readonly ay: number;
  readonly bx: number;
  readonly by: number;
}

/** Of the point (x, y) from a segment. */
const distanceTo = ({ ax, ay, bx, by }: Segment, x: number, y: number): number => {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(x - ax - along * dx, y - ay - along * dy);
};

/** Paints segments; pixel (0, 0) has its middle at (0.5, 0.5). */
const paint = (segments: readonly Segment[], left: number, top: number, size: PictureSize): Float32Array => {
  const { width, height } = size;
  const brush = BRUSH * unitOf(size);
  const picture = new Float32Array(width * height);
  for (const { ax, ay, bx, by } of segments) {
    const segment = { ax: ax + left, ay: ay + top, bx: bx + left, by: by + top };
    const reach = brush / 2 + 1;
    const first = (low: number): number => Math.max(0, Math.floor(low - reach));
    const last = (high: number, end: number): number => Math.min(end - 1, Math.ceil(high + reach));
    for (
      let row = first(Math.min(segment.ay, segment.by));
      row <= last(Math.max(segment.ay, segment.by), height);
      row++
    ) {
      for (
        let column = first(Math.min(segment.ax, segment.bx));
        column <= last(Math.max(segment.ax, segment.bx), width);
        column++
      ) {
        const distance = distanceTo(segment, column + 0.5, row + 0.5);
        const coverage = Math.min(1, Math.max(0, brush / 2 + 0.5 - distance));
        const at = row * width + column;
        picture[at] = Math.max(picture[at], coverage);
      }
    }
  }
  return picture;
};

/** Where MNIST's mass lies in a picture of this size, from its top left corner. */
const massOf = ({ width, height }: PictureSize): Point => ({
  x: (MASS * width) / MNIST_SIDE,
  y: (MASS * height) / MNIST_SIDE,
});

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where the mass of a picture lies, pixels from its top left corner. */
const centreOfMass = (picture: ArrayLike<number>, size: PictureSize): Point => {
  let [sum, x, y] = [0, 0, 0];
  for (let i = 0; i < picture.length; i++) {
    sum += picture[i];
    x += picture[i] * ((i % size.width) + 0.5);
    y += picture[i] * (Math.floor(i / size.width) + 0.5);
  }
  return sum === 0 ? massOf(size) : { x: x / sum, y: y / sum };
};

/**
 * Draws strokes as MNIST would hold them.
 *
 * @param grid - what the pad's side is in the strokes' units.
 * @returns `[height * width]`, 0 (black) to 1 (white), row by row; all black for no strokes.
 */
export const rasterDrawing = (drawing: Drawing, grid: number, size: PictureSize): Float32Array => {
  const points = drawing.flat();
  if (points.length === 0) return new Float32Array(size.width * size.height);
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)];
  const [minX, minY] = [Math.min(...xs), Math.min(...ys)];
  const [wide, high] = [Math.max(...xs) - minX, Math.max(...ys) - minY];
  const unit = unitOf(size);
  // The box holds the strokes with their brush.
  const scale = unit * Math.min((BOX - BRUSH) / Math.max(wide, high, 1), (MAX_ENLARGEMENT * MNIST_SIDE) / grid);
  const segments = drawing.flatMap((stroke) =>
    stroke.map((point, i): Segment => {
      const before = stroke[Math.max(0, i - 1)];
      return {
        ax: (before.x - minX) * scale,
        ay: (before.y - minY) * scale,
        bx: (point.x - minX) * scale,
        by: (point.y - minY) * scale,
      };
    }),
  );
  // In the middle by extent first: nothing is cut off while the mass is found.
  const [left, top] = [(size.width - wide * scale) / 2, (size.height - high * scale) / 2];
  const mass = massOf(size);
  const { x, y } = centreOfMass(paint(segments, left, top, size), size);
  return paint(segments, left + mass.x - x, top + mass.y - y, size);
};
