import { describe, expect, it } from 'vitest';
import { nextSort, parseSort, type ScoreRow, sorted, usedColumns } from './columns.ts';
import { linkImages } from './linked.ts';

const row = (id: string, all: number | null): ScoreRow => ({
  id,
  parameters: 10,
  published: null,
  documented: null,
  recipe: 'best',
  train: null,
  test: null,
  all,
  knnAccuracy: null,
  trustworthiness: null,
  continuity: null,
  recognisable: null,
  epochs: null,
  seconds: null,
  findings: [],
});
const rows = [row('a', 0.3), row('b', null), row('c', 0.1), row('d', 0.2)];
const order = (sort: string | null): string =>
  sorted(rows, parseSort(sort))
    .map(({ id }) => id)
    .join('');

describe('sorted', () => {
  it('puts the smallest or the largest first, and what is not known last', () => {
    expect([order(null), order('all'), order('-all'), order('nothing')]).toStrictEqual([
      'abcd',
      'cdab',
      'adcb',
      'abcd',
    ]);
    expect(order('parameters')).toBe('abcd');
  });
});

describe('nextSort', () => {
  it('goes from smallest to largest to the given order, and begins anew with another column', () => {
    expect([
      nextSort(null, 'all'),
      nextSort('all', 'all'),
      nextSort('-all', 'all'),
      nextSort('-all', 'test'),
    ]).toStrictEqual(['all', '-all', null, 'test']);
  });
});

describe('usedColumns', () => {
  it('leaves out columns of which nothing is known', () => {
    expect(usedColumns(rows).map(({ key }) => key)).toStrictEqual(['all', 'parameters', 'findings']);
  });
});

describe('linkImages', () => {
  // A plane ten times as wide as it is high: on the screen it is square.
  const codes = Float32Array.of(0, 0, 10, 0, 0, 1, 10, 1, 5, 0.5);
  const images = linkImages(codes, { minX: 0, minY: 0, width: 10, height: 1 });

  it('finds the image that looks nearest, whatever the axes span', () => {
    expect(images.nearest({ x: 0.6, y: 0.55 })).toBe(4);
    expect(images.nearest({ x: 0.9, y: 0.8 })).toBe(3);
  });

  it('steps to the next image in a direction, and stays at the edge', () => {
    expect(images.next(0, 1, 0)).toBe(4);
    expect(images.next(4, 0, 1)).toBe(2);
    expect(images.next(3, 1, 0)).toBe(3);
  });

  it('has no nearest image where there are none', () => {
    expect(linkImages(new Float32Array(), { minX: 0, minY: 0, width: 1, height: 1 }).nearest({ x: 0, y: 0 })).toBe(
      null,
    );
  });
});
