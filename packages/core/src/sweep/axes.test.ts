import { describe, expect, it } from 'vitest';
import { type AxisField, axisValues, drawSamples } from './axes.ts';

const numbers = { name: 'learningRate', whole: false } as const;
const wholes = { name: 'epochs', whole: true } as const;

describe('axisValues', () => {
  it('walks a range by steps to its end, without the dust of sums', () => {
    expect(axisValues({ ...numbers, axis: { from: 0.1, to: 0.5, step: 0.1 } })).toEqual([0.1, 0.2, 0.3, 0.4, 0.5]);
  });

  it('spreads a count over decades where asked', () => {
    const axis = { from: 1e-4, to: 1e-2, count: 3, scale: 'log' } as const;
    expect(axisValues({ ...numbers, axis })).toEqual([1e-4, 1e-3, 1e-2]);
  });

  it('refuses a range backwards', () => {
    expect(() => axisValues({ ...wholes, axis: { from: 5, to: 1, step: 1 } })).toThrow(
      'field "epochs": expected a range upwards',
    );
  });

  it.each([
    [{ from: 1, to: 10, count: 4, scale: 'linear' }, [1, 4, 7, 10]],
    [{ from: 9e15, to: 9e15 + 2, step: 1 }, [9e15, 9e15 + 1, 9e15 + 2]],
    [{ from: 1, to: 2, count: 2, scale: 'linear' }, [1, 2]],
    [{ from: 1, to: 4, count: 3, scale: 'linear' }, [1, 3, 4]],
    [{ from: 16, to: 512, count: 6, scale: 'log' }, [16, 32, 64, 128, 256, 512]],
    // The logarithm puts three of them below 2.
    [{ from: 1, to: 10, count: 8, scale: 'log' }, [1, 2, 3, 4, 5, 6, 7, 10]],
    // And here as many as there are whole numbers.
    [{ from: 1, to: 5, count: 5, scale: 'log' }, [1, 2, 3, 4, 5]],
  ] as const)('gives whole numbers, all different, for %j', (axis, expected) => {
    expect(axisValues({ ...wholes, axis })).toEqual(expected);
  });

  it('refuses a step that leads to fractions, and more whole numbers than there are', () => {
    expect(() => axisValues({ ...wholes, axis: { from: 1, to: 2, step: 0.5 } })).toThrow(
      'field "epochs": expected a whole step, got 0.5',
    );
    expect(() => axisValues({ ...wholes, axis: { from: 1, to: 3, count: 4, scale: 'linear' } })).toThrow(
      'field "epochs": expected a count of at most 3, the whole numbers from 1 to 3, got 4',
    );
  });
});

describe('drawSamples', () => {
  it('of a logarithmic distribution has each whole number about as often as the logarithm gives it room', () => {
    const field: AxisField = { ...wholes, axis: { logUniform: [1, 8] } };
    const rest: AxisField = { ...numbers, axis: { uniform: [0, 1] } };
    const drawn = drawSamples([field, rest], 4000, 1).map(({ epochs }) => epochs);
    for (const k of [1, 2, 4, 8]) {
      const share = Math.log((k + 0.5) / (k - 0.5)) / Math.log(8.5 / 0.5);
      // Four standard errors of a share of 4,000.
      expect(Math.abs(drawn.filter((value) => value === k).length / 4000 - share)).toBeLessThan(0.032);
    }
    expect([Math.min(...drawn), Math.max(...drawn)]).toEqual([1, 8]);
  });

  it('finds the last whole numbers too, however unlikely they are', () => {
    const drawn = drawSamples([{ ...wholes, axis: { logUniform: [1, 3000] } }], 3000, 1).map(({ epochs }) => epochs);
    expect(new Set(drawn).size).toBe(3000);
  });

  it('refuses bounds backwards, and a logarithm of nothing', () => {
    expect(() => drawSamples([{ ...numbers, axis: { uniform: [2, 1] } }], 1, 1)).toThrow('expected bounds upwards');
    expect(() => drawSamples([{ ...numbers, axis: { logUniform: [0, 1] } }], 1, 1)).toThrow('expected bounds above 0');
  });
});
