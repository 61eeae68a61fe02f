/**
 * A drawing as strokes, and how it is written into the address.
 *
 * In: places on a square pad, 0..1 from its top left corner. Out: strokes on a grid fine enough for the eye, and text of
 * three letters for each place. What the strokes look like is not decided here.
 */

/** A place on the pad, whole steps of the grid: 0..`GRID`. */
export interface PadPoint {
  readonly x: number;
  readonly y: number;
}
export type Stroke = readonly PadPoint[];
export type Drawing = readonly Stroke[];

/** Nine bits a coordinate, so that both fit three letters of six bits. */
export const GRID = 511;
/** Steps that a hand has to move before a place is kept: half a pixel of a picture. */
const MIN_STEP = GRID / 56;
/** Longer drawings would not fit into an address that chat programs and mails pass on whole. */
export const MAX_POINTS = 500;

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const STROKE_END = '.';

const onGrid = (share: number): number => Math.round(Math.min(1, Math.max(0, share)) * GRID);

/** @param left - share of the pad's side, 0..1; likewise `top`. */
export const padPoint = (left: number, top: number): PadPoint => ({ x: onGrid(left), y: onGrid(top) });

/** The stroke longer by a place; itself where the hand has hardly moved. */
export const extendStroke = (stroke: Stroke, point: PadPoint): Stroke => {
  const last = stroke.at(-1);
  return last && Math.hypot(point.x - last.x, point.y - last.y) < MIN_STEP ? stroke : [...stroke, point];
};

export const pointCount = (drawing: Drawing): number => drawing.reduce((sum, stroke) => sum + stroke.length, 0);

/** `[[{x: 1, y: 2}]]` to letters. */
export const formatDrawing = (drawing: Drawing): string =>
  drawing
    .map((stroke) =>
      stroke
        .map(({ x, y }) => {
          const bits = (x << 9) | y;
          return LETTERS[bits >> 12] + LETTERS[(bits >> 6) & 63] + LETTERS[bits & 63];
        })
        .join(''),
    )
    .join(STROKE_END);

/** Letters to strokes; null where they are no drawing. */
export const parseDrawing = (text: string | null): Drawing | null => {
  if (text === null || !/^(?:[\w-]{3})+(?:\.(?:[\w-]{3})+)*$/.test(text)) return null;
  const drawing = text.split(STROKE_END).map((stroke) =>
    (stroke.match(/.{3}/g) ?? []).map((letters) => {
      const bits = [...letters].reduce((sum, letter) => sum * 64 + LETTERS.indexOf(letter), 0);
      return { x: bits >> 9, y: bits & GRID };
    }),
  );
  return pointCount(drawing) <= MAX_POINTS ? drawing : null;
};
