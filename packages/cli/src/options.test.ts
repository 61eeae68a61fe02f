import { describe, expect, it } from 'vitest';
import { numberAbove, oneOf, share, wholeNumber } from './options.ts';

const takes = (parse: (text: string) => unknown, texts: readonly string[]): unknown[] => texts.map(parse);
const refuses = (parse: (text: string) => unknown, texts: readonly string[]): void => {
  for (const text of texts) expect(() => parse(text), text).toThrow(/^invalid-option: --x: expected .*, got "/);
};

describe('number options', () => {
  it('take whole numbers within their bounds and nothing that only looks like one', () => {
    const parse = wholeNumber('--x', { min: 1, max: 100 });
    expect(takes(parse, ['1', '100', '1e2', '5.0'])).toEqual([1, 100, 100, 5]);
    refuses(parse, ['0', '101', '1.5', '', ' ', 'x', '1x', '0x10', 'NaN', 'Infinity', '-1', '1,000']);
  });

  it('take rates above zero', () => {
    const parse = numberAbove('--x', 0, 10);
    expect(takes(parse, ['1e-3', '.5', '10'])).toEqual([0.001, 0.5, 10]);
    refuses(parse, ['0', '-1', '10.1', '1e400', 'e']);
  });

  it('take shares from 0 to their largest', () => {
    expect(takes(share('--x', 0.9), ['0', '0.2', '0.9'])).toEqual([0, 0.2, 0.9]);
    refuses(share('--x', 0.9), ['1', '-0.1', '20%']);
  });

  it('take one word of several', () => {
    expect(oneOf('--x', ['a', 'b'])('b')).toBe('b');
    expect(() => oneOf('--x', ['a', 'b'])('c')).toThrow('--x: expected "a" or "b", got "c"');
  });
});
