import { describe, expect, it } from 'vitest';
import { formatDistance, formatNumber, leadingClasses, spokenReadout } from './readout.ts';

const classNames = ['0', '1', '2', '3'];

describe('spokenReadout', () => {
  it('says the place, the classes and how it stands to the data', () => {
    const readout = {
      code: { x: 0.5, y: -1.25 },
      decimals: 2,
      neighbourhood: { shares: [0.06, 0.12, 0, 0.82], distance: 0.0123 },
      proximity: 'near' as const,
      classNames,
    };
    expect(spokenReadout(readout)).toBe(
      'x 0.50, y −1.25. Of the 50 nearest images 82 % 3, 12 % 1. At the edge of the data, nearest at 0.012.',
    );
  });

  it('says the place alone while there are no images yet', () => {
    expect(spokenReadout({ code: { x: 0, y: 1 }, decimals: 1, neighbourhood: null, proximity: null, classNames })).toBe(
      'x 0.0, y 1.0.',
    );
  });
});

describe('a classifier', () => {
  it('is heard after the place', () => {
    const readout = { code: { x: 0, y: 1 }, decimals: 1, neighbourhood: null, proximity: null, classNames: ['0', '1'] };
    expect(spokenReadout({ ...readout, probabilities: [0.04, 0.96] })).toBe('x 0.0, y 1.0. Reads as 1, 96 %.');
  });
});

describe('leadingClasses', () => {
  it('names the first whatever its share, and others from a tenth on, three in all', () => {
    expect(leadingClasses([0.09, 0.08, 0.07])).toStrictEqual([0]);
    expect(leadingClasses([0.1, 0.3, 0.2, 0.15])).toStrictEqual([1, 2, 3]);
    expect(leadingClasses([0, 0])).toStrictEqual([]);
  });
});

describe('numbers', () => {
  it('have a minus sign, unless they are nought', () => {
    expect(formatNumber(-0.001, 2)).toBe('0.00');
    expect(formatNumber(-1.5, 1)).toBe('−1.5');
  });

  it('of distances keep two digits', () => {
    expect([0, 123.4, 1.26, 0.00041234].map(formatDistance)).toStrictEqual(['0', '123', '1.3', '0.00041']);
  });
});
