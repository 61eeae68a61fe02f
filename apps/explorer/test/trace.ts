/**
 * A hand that draws what it sees: the strokes along the middle of a picture's lines.
 *
 * In: a picture. Out: strokes for the pad. Lines are thinned to one pixel (Zhang & Suen 1984), then visited.
 */
import { type Drawing, GRID, padPoint } from '../src/draw/strokes.ts';

/** Of MNIST's pictures. */
export const SIDE = 28;
const AROUND = [-SIDE, -SIDE + 1, 1, SIDE + 1, SIDE, SIDE - 1, -1, -SIDE - 1];

/** Pixels of the lines' middles. */
const thin = (picture: ArrayLike<number>): Set<number> => {
  const on = Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (picture[i] > 0.4 ? 1 : 0));
  for (let changed = true; changed; ) {
    changed = false;
    for (const step of [0, 1]) {
      const gone: number[] = [];
      for (let i = SIDE + 1; i < on.length - SIDE - 1; i++) {
        if (!on[i]) continue;
        const p = AROUND.map((offset) => on[i + offset]);
        const count = p.reduce((sum, value) => sum + value, 0);
        const turns = p.filter((value, k) => value === 0 && p[(k + 1) % 8] === 1).length;
        const [a, b] = step === 0 ? [p[0] * p[2] * p[4], p[2] * p[4] * p[6]] : [p[0] * p[2] * p[6], p[0] * p[4] * p[6]];
        if (count >= 2 && count <= 6 && turns === 1 && a === 0 && b === 0) gone.push(i);
      }
      for (const i of gone) on[i] = 0;
      changed ||= gone.length > 0;
    }
  }
  return new Set(Array.from(on.keys()).filter((i) => on[i] === 1));
};

/** @param picture - `[28 * 28]`, 0..1. */
export const traceDigit = (picture: ArrayLike<number>): Drawing => {
  const middles = thin(picture);
  const visited = new Set<string>();
  const edge = (a: number, b: number): string => (a < b ? `${a},${b}` : `${b},${a}`);
  const next = (i: number): number[] =>
    AROUND.map((offset) => i + offset).filter((j) => middles.has(j) && !visited.has(edge(i, j)));
  const point = (i: number) => padPoint(((i % SIDE) + 0.5) / SIDE, (Math.floor(i / SIDE) + 0.5) / SIDE);
  const strokes: Drawing[number][] = [];
  // Ends of lines first, then what is left: rings.
  const order = [...middles].sort((a, b) => Number(next(a).length !== 1) - Number(next(b).length !== 1));
  for (const start of order) {
    while (next(start).length > 0) {
      const stroke = [start];
      for (let from = start, [to] = next(start); to !== undefined; [from, to] = [to, next(to)[0]]) {
        visited.add(edge(from, to));
        stroke.push(to);
      }
      strokes.push(stroke.map(point));
    }
  }
  return strokes;
};

export { GRID };
