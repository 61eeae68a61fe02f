import { describe, expect, it } from 'vitest';
import { shown } from './errors.ts';

describe('shown', () => {
  it('is JSON, cut where it is long', () => {
    expect([shown('a"b'), shown([1, null]), shown({ a: true })]).toEqual(['"a\\"b"', '[1,null]', '{"a":true}']);
    expect(shown('x'.repeat(100), 10)).toBe('"xxxxxxxxx...');
  });

  it('names what JSON has no words for, at any depth, and leaves words that look so in quotes', () => {
    expect(shown(undefined)).toBe('nothing');
    expect(shown(Number.NaN)).toBe('NaN');
    expect(shown({ a: [Number.NEGATIVE_INFINITY, { b: Number.POSITIVE_INFINITY }] })).toBe(
      '{"a":[-Infinity,{"b":Infinity}]}',
    );
    expect(shown(['NaN', 'Infinity'])).toBe('["NaN","Infinity"]');
    expect(shown(() => 0)).toBe('function');
  });
});
