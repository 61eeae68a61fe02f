import { describe, expect, it } from 'vitest';
import {
  clampCode,
  clampView,
  decimalsFor,
  MAX_ZOOM,
  panBy,
  roundCode,
  toCode,
  toPixel,
  wholeView,
  wholeWindow,
  windowOf,
  zoomAt,
} from './view.ts';

const bounds = { min: [-2, 10], max: [6, 30] };
const SIDE = 500;
const whole = windowOf(bounds, wholeView(bounds));

describe('the plane on the screen', () => {
  it('shows the bounds with a margin on every side at zoom 1', () => {
    expect(whole).toStrictEqual(wholeWindow(bounds));
    const { left, top } = toPixel(whole, SIDE, { x: -2, y: 30 });
    expect(left).toBeCloseTo(top, 9);
    expect(left).toBeGreaterThan(15);
    expect(toPixel(whole, SIDE, { x: 6, y: 10 }).left).toBeCloseTo(SIDE - left, 9);
  });

  it('has y grow upwards', () => {
    expect(toPixel(whole, SIDE, { x: 0, y: 30 }).top).toBeLessThan(toPixel(whole, SIDE, { x: 0, y: 10 }).top);
  });

  it('finds the code under a pixel again', () => {
    const code = toCode(whole, SIDE, { left: 123.4, top: 321 });
    const pixel = toPixel(whole, SIDE, code);
    expect(pixel.left).toBeCloseTo(123.4, 9);
    expect(pixel.top).toBeCloseTo(321, 9);
  });

  it('shows codes that are all equal', () => {
    const flat = { min: [3, 5], max: [3, 5] };
    const window = windowOf(flat, wholeView(flat));
    expect(toPixel(window, SIDE, { x: 3, y: 5 })).toStrictEqual({ left: SIDE / 2, top: SIDE / 2 });
    expect(Number.isFinite(decimalsFor(0))).toBe(true);
  });
});

describe('zoomAt', () => {
  it('leaves the code under the pointer where it is', () => {
    const fixed = { x: 1, y: 25 };
    const before = toPixel(whole, SIDE, fixed);
    const zoomed = zoomAt(bounds, wholeView(bounds), 3, fixed);
    const after = toPixel(windowOf(bounds, zoomed), SIDE, fixed);
    expect(after.left).toBeCloseTo(before.left, 9);
    expect(after.top).toBeCloseTo(before.top, 9);
  });

  it('stays between the whole and the closest, and comes back to the whole exactly', () => {
    const near = zoomAt(bounds, wholeView(bounds), 1e9, { x: -2, y: 10 });
    expect(near.zoom).toBe(MAX_ZOOM);
    const far = zoomAt(bounds, near, 1e-9, { x: -2, y: 10 });
    expect(far.zoom).toBe(1);
    expect(far.x).toBeCloseTo(wholeView(bounds).x, 9);
    expect(far.y).toBeCloseTo(wholeView(bounds).y, 9);
  });
});

describe('panBy', () => {
  it('moves the plane with the hand', () => {
    const view = clampView(bounds, { x: 2, y: 20, zoom: 4 });
    const grabbed = toCode(windowOf(bounds, view), SIDE, { left: 200, top: 200 });
    const moved = toPixel(windowOf(bounds, panBy(bounds, view, SIDE, 30, -40)), SIDE, grabbed);
    expect(moved.left).toBeCloseTo(230, 9);
    expect(moved.top).toBeCloseTo(160, 9);
  });

  it('stops at the edge of the whole', () => {
    const edge = panBy(bounds, clampView(bounds, { x: 2, y: 20, zoom: 4 }), SIDE, 1e6, 0);
    expect(windowOf(bounds, edge).minX).toBeCloseTo(whole.minX, 9);
  });
});

describe('codes', () => {
  it('keeps the cursor on the map', () => {
    expect(clampCode(bounds, { x: -99, y: 20 })).toStrictEqual({ x: whole.minX, y: 20 });
  });

  it('rounds to seven digits, which single precision and a link both hold', () => {
    expect(roundCode({ x: 0.123456789, y: -12345.6789 })).toStrictEqual({ x: 0.1234568, y: -12345.68 });
  });

  it('shows more decimals the smaller the plane', () => {
    expect([100, 10, 1, 0.01].map(decimalsFor)).toStrictEqual([2, 3, 4, 6]);
  });
});
