import { describe, expect, it } from 'vitest';
import { sheetOrder, summaryOf } from './contact-sheet.ts';

const set = (labels: readonly number[]) => ({
  pixels: Uint8Array.from(labels, (_, i) => i),
  labels: Uint8Array.from(labels),
  count: labels.length,
  height: 1,
  width: 1,
  channels: 1 as const,
});
const cycled = (count: number, classes: number): number[] => Array.from({ length: count }, (_, i) => i % classes);

describe('the contact sheet', () => {
  it('has six images of each class, class by class, the same ones every time', () => {
    const images = set(cycled(90, 3));
    const order = sheetOrder(images, true);
    expect([...order].map((i) => images.labels[i])).toEqual([0, 1, 2].flatMap((label) => Array(6).fill(label)));
    expect(sheetOrder(images, true)).toEqual(order);
    expect([...order]).not.toEqual([...order].sort((a, b) => a - b));
  });

  it('has sixty at most: fewer of each of many classes, a mixture where there are no labels', () => {
    expect(sheetOrder(set(cycled(200, 20)), true)).toHaveLength(60);
    expect(sheetOrder(set(cycled(200, 100)), true)).toHaveLength(60);
    expect(sheetOrder(set(cycled(200, 1)), false)).toHaveLength(60);
    expect(sheetOrder(set([0, 1, 1]), true)).toHaveLength(3);
  });

  it('comes with counts of each class and the sum of all pixels', () => {
    const read = { container: 'idx', classNames: ['a', 'b'], notes: ['n'], train: set([0, 1, 1]), test: set([0]) };
    const summary = summaryOf('mine', read);
    expect(summary).toMatchObject({
      name: 'mine',
      train: 3,
      test: 1,
      height: 1,
      width: 1,
      channels: 1,
      isLight: false,
      sum: 3,
    });
    expect(summary.classes).toEqual([
      { name: 'a', train: 1, test: 1 },
      { name: 'b', train: 2, test: 0 },
    ]);
    expect(summary.optionIds).toContain('upright');
    expect(summary.optionIds).toContain('polarity');
    expect(summary.optionIds).not.toContain('ground');
    expect([...summary.sheet.labels]).toEqual([0, 1, 1]);
    expect(summaryOf('mine', { ...read, classNames: [] }).classes).toEqual([]);
  });
});
