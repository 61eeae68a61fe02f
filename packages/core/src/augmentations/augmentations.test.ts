import { describe, expect, test } from 'vitest';
import { deskew } from '../training/deskew.ts';
import { affine } from './affine.ts';
import { augmentationOf, createWarp } from './displacements.ts';
import { elastic } from './elastic.ts';
import { augmentationDefinitions } from './index.ts';

const SIZE = { height: 28, width: 28 };
/** A soft blot in the middle. */
const blot = (): Float32Array =>
  Float32Array.from({ length: 784 }, (_, p) => {
    const [r, c] = [Math.floor(p / 28) - 13.5, (p % 28) - 13.5];
    return Math.exp(-(r * r + c * c) / 18);
  });

const middleOf = (image: ArrayLike<number>): readonly [number, number] => {
  let [mass, row, column] = [0, 0, 0];
  for (let p = 0; p < 784; p++) {
    mass += image[p];
    row += image[p] * Math.floor(p / 28);
    column += image[p] * (p % 28);
  }
  return [row / mass, column / mass];
};

describe('an image is changed', () => {
  test('not at all by augmentations of strength 0', () => {
    const image = blot();
    createWarp([affine(), elastic(0)].map(augmentationOf), SIZE, 1)(image, 1, 0);
    expect(image).toEqual(blot());
  });

  test('in the same way by the same seed and step, otherwise by another step', () => {
    const warp = createWarp([affine({ shift: 1 }), elastic(1)].map(augmentationOf), SIZE, 1);
    const [first, again, other] = [blot(), blot(), blot()];
    warp(first, 1, 3);
    warp(again, 1, 3);
    warp(other, 1, 4);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  test('by shifts of the standard deviation asked for', () => {
    const count = 400;
    const images = new Float32Array(count * 784);
    for (let i = 0; i < count; i++) images.set(blot(), i * 784);
    createWarp([affine({ shift: 1.5 })].map(augmentationOf), SIZE, 1)(images, count, 0);
    let squares = 0;
    for (let i = 0; i < count; i++) {
      const [row, column] = middleOf(images.subarray(i * 784, (i + 1) * 784));
      squares += (row - 13.5) ** 2 + (column - 13.5) ** 2;
    }
    // 800 normal draws: their standard deviation is known to 2.5 % (one standard error); ink lost at the edge shortens it.
    expect(Math.sqrt(squares / (2 * count))).toBeGreaterThan(1.3);
    expect(Math.sqrt(squares / (2 * count))).toBeLessThan(1.65);
  });

  test.each([affine({ rotation: 20 }), affine({ scale: 0.2 }), affine({ shear: 0.2 }), elastic(1.5, 5)])(
    'by %o, between 0 and the brightest pixel',
    (spec) => {
      const image = blot();
      // A bar, so that a turn shows.
      for (let p = 0; p < 784; p++) if (Math.abs((p % 28) - 13.5) > 3) image[p] = 0;
      const before = image.slice();
      createWarp([augmentationOf(spec)], SIZE, 1)(image, 1, 0);
      expect(image).not.toEqual(before);
      expect(Math.min(...image)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...image)).toBeLessThanOrEqual(Math.max(...before));
    },
  );
});

test('every augmentation reads its own defaults', () => {
  for (const { schema, defaults } of augmentationDefinitions)
    expect(schema['~standard'].validate(defaults)).toMatchObject({ value: defaults });
});

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
