import { expect, it } from 'vitest';
import { codeWords, isPlaneCode, noPlaneWords } from './code-words.ts';

it('knows which codes lie on a plane, and says what the others are', () => {
  expect([[2], [1], [20], [1, 1, 2]].map(isPlaneCode)).toEqual([true, false, false, false]);
  expect([[1], [20], [7, 7, 16]].map(codeWords)).toEqual([
    'a code of 1 number',
    'a code of 20 numbers',
    'a code of 7 × 7 × 16 numbers',
  ]);
  expect(noPlaneWords([20])).toMatch(/^A code of 20 numbers is not drawn as a plane yet/);
});
