import { describe, expect, it } from 'vitest';
import { coversWindow, createDetails, DETAIL_SIZES, detailFor } from './details.ts';
import type { ClassMap } from './field.ts';

const bounds = { min: [0, 0], max: [8, 4] };
const fieldOf = (size: number, of = bounds): ClassMap => ({
  size,
  bounds: of,
  labels: new Uint8Array(0),
  confidence: new Float32Array(0),
});
const whole = fieldOf(400);
/** So many times nearer than the bounds, from a corner. */
const near = (zoom: number, minX = 1, minY = 1) => ({ minX, minY, width: 8 / zoom, height: 4 / zoom });
const detailOf = (size: number, minX: number) => ({
  field: fieldOf(size, { min: [minX, 1], max: [minX + 0.5, 1.25] }),
  closeness: { size: 0, values: new Uint8Array(0) },
});

describe('the class map from near', () => {
  it('is computed anew where the points of the whole lie too far apart, coarse at first where that helps', () => {
    expect(detailFor(whole, { minX: 0, minY: 0, width: 8, height: 4 })).toBeNull();
    expect(detailFor(whole, near(1.5))).toBeNull();
    expect(detailFor(whole, near(2))).toStrictEqual({ bounds: { min: [1, 1], max: [5, 3] }, sizes: [400] });
    expect(detailFor(whole, near(16))).toStrictEqual({ bounds: { min: [1, 1], max: [1.5, 1.25] }, sizes: [100, 400] });
  });

  it('needs less zoom where the whole itself is coarse', () => {
    expect(detailFor(fieldOf(200), near(1.5))?.sizes).toStrictEqual([400]);
  });

  it('ends where the codes end', () => {
    const across = { minX: -1, minY: 3.9, width: 2, height: 1 };
    expect(detailFor(whole, across)?.bounds).toStrictEqual({ min: [0, 3.9], max: [1, 4] });
    expect(detailFor(whole, { minX: 9, minY: 0, width: 1, height: 1 })).toBeNull();
  });

  it('has the names where it has all that is seen', () => {
    const { field } = detailOf(400, 1);
    expect(coversWindow(field, whole, near(16))).toBe(true);
    expect(coversWindow(field, whole, near(16, 1.1))).toBe(false);
    expect(coversWindow(field, whole, { minX: 9, minY: 0, width: 1, height: 1 })).toBe(true);
  });

  it('is kept for a window that is seen again, or lies within it and is hardly nearer', () => {
    const details = createDetails();
    const detail = detailOf(400, 1);
    details.keep(detail);
    expect(details.find({ min: [1, 1], max: [1.5, 1.25] }, near(16))).toBe(detail);
    expect(details.find({ min: [1.1, 1], max: [1.5, 1.2] }, near(20, 1.1))).toBe(detail);
    expect(details.find({ min: [1.1, 1], max: [1.2, 1.05] }, near(80, 1.1))).toBeNull();
    expect(details.find({ min: [2, 1], max: [2.5, 1.25] }, near(16, 2))).toBeNull();
  });

  it('is kept for eight windows, those that were not seen for the longest time go', () => {
    const details = createDetails();
    const found = (minX: number) => details.find({ min: [minX, 1], max: [minX + 0.5, 1.25] }, near(16, minX));
    for (let minX = 0; minX < 8; minX++) details.keep(detailOf(Math.max(...DETAIL_SIZES), minX));
    expect(found(0)).not.toBeNull();
    details.keep(detailOf(400, 8));
    expect([0, 1, 2].map((minX) => found(minX) !== null)).toStrictEqual([true, false, true]);
  });
});
