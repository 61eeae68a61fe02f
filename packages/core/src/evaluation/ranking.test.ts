import { describe, expect, it } from 'vitest';
import { byScore, foundAbove, quantile, rankingOf } from './ranking.ts';

const scores = [0.1, 0.4, 0.4, 0.35, 0.8, 0.8, 0.2, 0.9, 0.05, 0.4];
const odd = [0, 0, 1, 0, 1, 0, 0, 1, 1, 1];
const isOdd = (i: number): boolean => odd[i] === 1;

describe('a ranking', () => {
  // roc_auc_score, average_precision_score and roc_curve(drop_intermediate=False) of scikit-learn.
  it('has the area, the precision and the curve that scikit-learn computes, equal scores found together', () => {
    const { rocAuc, averagePrecision, curve, ...counts } = rankingOf(scores, isOdd);
    expect(counts).toEqual({ odd: 5, others: 5 });
    expect(rocAuc).toBeCloseTo(0.66, 12);
    expect(averagePrecision).toBeCloseTo(0.7, 12);
    expect(curve.map(({ threshold }) => threshold)).toEqual([
      ...[Number.POSITIVE_INFINITY, 0.9, 0.8, 0.4, 0.35, 0.2, 0.1, 0.05],
    ]);
    expect(curve.map(({ falsePositiveRate }) => falsePositiveRate)).toEqual([0, 0, 0.2, 0.4, 0.6, 0.8, 1, 1]);
    expect(curve.map(({ truePositiveRate }) => truePositiveRate)).toEqual([0, 0.2, 0.4, 0.8, 0.8, 0.8, 0.8, 1]);
  });

  it('is 1 where every odd image comes first, 0 where every one comes last, 0.5 where all are equal', () => {
    expect(rankingOf([3, 2, 1], (i) => i === 0)).toMatchObject({ rocAuc: 1, averagePrecision: 1 });
    expect(rankingOf([3, 2, 1], (i) => i === 2).rocAuc).toBe(0);
    expect(rankingOf([1, 1, 1], (i) => i === 2).rocAuc).toBe(0.5);
  });

  it('needs images of both kinds', () => {
    for (const none of [() => false, () => true])
      expect(() => rankingOf(scores, none)).toThrow(expect.objectContaining({ code: 'one-kind' }));
  });

  it('lists the highest score first, equal ones in their order', () => {
    expect(byScore(scores)).toEqual([7, 4, 5, 1, 2, 9, 3, 6, 0, 8]);
  });
});

it('a threshold finds what lies above it', () => {
  expect(foundAbove(scores, isOdd, 0.4)).toEqual({ found: 3, right: 2, precision: 2 / 3, recall: 0.4 });
  expect(foundAbove(scores, isOdd, 0.9)).toEqual({ found: 0, right: 0, precision: null, recall: 0 });
});

// numpy.quantile.
it.each([
  [0, 0.05],
  [0.9, 0.81],
  [0.99, 0.891],
  [1, 0.9],
])('the quantile %d is that of NumPy', (share, value) => {
  expect(quantile(scores, share)).toBeCloseTo(value, 12);
});
