import { describe, expect, it } from 'vitest';
import { fieldGrid, gridCodes } from './field.ts';
import { wholeView, windowOf, zoomAt } from './view.ts';

const bounds = { min: [0, 0], max: [1, 2] };

describe('the field', () => {
  it('covers the bounds, not the margin, at zoom 1', () => {
    const { window, columns, rows } = fieldGrid(bounds, windowOf(bounds, wholeView(bounds)), 700);
    expect(window).toStrictEqual({ minX: 0, minY: 0, width: 1, height: 2 });
    expect([columns, rows]).toStrictEqual([21, 21]);
  });

  it('covers what is seen when closer, in as many cells', () => {
    const view = zoomAt(bounds, wholeView(bounds), 10, { x: 0.5, y: 1 });
    const seen = windowOf(bounds, view);
    const { window, columns, rows } = fieldGrid(bounds, seen, 700);
    expect(window.width).toBeCloseTo(seen.width, 9);
    expect([columns, rows]).toStrictEqual([23, 23]);
  });

  it('takes the codes from the middles of the cells, rows from the top', () => {
    const grid = { window: { minX: 0, minY: 0, width: 1, height: 2 }, columns: 2, rows: 2 };
    expect([...gridCodes(grid)]).toStrictEqual([0.25, 1.5, 0.75, 1.5, 0.25, 0.5, 0.75, 0.5]);
  });

  it('has one cell at least, on the smallest screen and for codes that are all equal', () => {
    const flat = { min: [1, 1], max: [1, 1] };
    const { columns, rows } = fieldGrid(flat, windowOf(flat, wholeView(flat)), 300);
    expect([columns, rows]).toStrictEqual([1, 1]);
  });
});
