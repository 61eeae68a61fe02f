import { expect, it } from 'vitest';
import { codeWords, planeWords } from './code-words.ts';

it('says what codes are, and on what they are shown', () => {
  expect([[1], [20], [7, 7, 16]].map(codeWords)).toEqual([
    'a code of 1 number',
    'a code of 20 numbers',
    'a code of 7 × 7 × 16 numbers',
  ]);
  expect(planeWords([2])).toBeNull();
  expect(planeWords([1])).toBe('A code of 1 number is shown on its line.');
  expect(planeWords([20])).toBe('A code of 20 numbers is shown on the plane of its first two principal components.');
});
