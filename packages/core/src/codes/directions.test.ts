import { expect, it } from 'vitest';
import { codeDirection, codesAlong } from './directions.ts';

it('a direction leads from the mean of some codes to that of others', () => {
  expect(
    codeDirection(
      [
        [3, 1],
        [5, 3],
      ],
      [[1, 1]],
    ),
  ).toEqual(Float64Array.of(3, 1));
  expect(codeDirection([[3, 1]], [])).toEqual(Float64Array.of(3, 1));
  expect(codeDirection([], [[3, 1]])).toEqual(Float64Array.of(-3, -1));
});

it('codes along it begin where they are told, and A - B + C ends at the sum', () => {
  const [a, b, c] = [
    [1, 1],
    [2, 5],
    [4, 4],
  ];
  expect(codesAlong(a, codeDirection([c], [b]), [0, 0.5, 1])).toEqual(Float32Array.of(1, 1, 2, 0.5, 3, 0));
});
