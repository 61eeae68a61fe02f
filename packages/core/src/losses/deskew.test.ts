import { describe, expect, test } from 'vitest';
import { deskew } from './deskew.ts';

const SIZE = { height: 28, width: 28 };

const middleOf = (image: ArrayLike<number>): readonly [number, number] => {
  let [mass, row, column] = [0, 0, 0];
  for (let p = 0; p < 784; p++) {
    mass += image[p];
    row += image[p] * Math.floor(p / 28);
    column += image[p] * (p % 28);
  }
  return [row / mass, column / mass];
};

describe('deskew', () => {
  test('stands a leaning bar up and brings it to the middle', () => {
    const image = new Float64Array(784);
    for (let r = 6; r < 22; r++) for (let w = 0; w < 3; w++) image[r * 28 + 4 + Math.floor(r / 2) + w] = 255;
    deskew(image, SIZE);
    const columns = Array.from({ length: 28 }, (_, c) => {
      let sum = 0;
      for (let r = 0; r < 28; r++) sum += image[r * 28 + c];
      return sum / (16 * 255);
    });
    expect(columns[13] + columns[14]).toBeGreaterThan(1.8);
    expect(middleOf(image)[1]).toBeCloseTo(13.5, 1);
  });

  test('leaves an image without ink as it is', () => {
    const image = new Float64Array(784);
    deskew(image, SIZE);
    expect(image.every((value) => value === 0)).toBe(true);
  });
});
