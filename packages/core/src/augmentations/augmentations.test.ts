import { describe, expect, test } from 'vitest';
import { checkAgainst } from '../registry/validation.ts';
import { affine } from './affine.ts';
import { elastic } from './elastic.ts';
import { augmentations, saltAndPepper, unevenLight, warpOf } from './index.ts';

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
    warpOf([affine(), elastic(0)], SIZE, 1)(image, 1, 0);
    expect(image).toEqual(blot());
  });

  test('in colour as each of its channels would be', () => {
    const asked = [affine({ shift: 1, rotation: 5 }), elastic(1)];
    const planes = [0.2, 0.6, 1].map((level) => blot().map((value) => level * value));
    const colour = Float32Array.from({ length: 3 * 784 }, (_, i) => planes[i % 3][Math.floor(i / 3)]);
    warpOf(asked, { ...SIZE, channels: 3 }, 1)(colour, 1, 0);
    for (const [c, plane] of planes.entries()) {
      warpOf(asked, SIZE, 1)(plane, 1, 0);
      expect(colour.filter((_, i) => i % 3 === c)).toEqual(plane);
    }
  });

  test('in the same way by the same seed and step, otherwise by another step', () => {
    const warp = warpOf([affine({ shift: 1 }), elastic(1)], SIZE, 1);
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
    warpOf([affine({ shift: 1.5 })], SIZE, 1)(images, count, 0);
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
      warpOf([spec], SIZE, 1)(image, 1, 0);
      expect(image).not.toEqual(before);
      expect(Math.min(...image)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...image)).toBeLessThanOrEqual(Math.max(...before));
    },
  );
});

describe('the values of pixels change', () => {
  const grey = (channels: 1 | 3 = 1): Float32Array => new Float32Array(64 * 64 * channels).fill(0.5);
  const square = { height: 64, width: 64 };

  test('to black and to white in the shares asked for, in all channels of a pixel', () => {
    const image = grey(3);
    warpOf([saltAndPepper(0.2)], { ...square, channels: 3 }, 1)(image, 1, 0);
    const firsts = image.filter((_, i) => i % 3 === 0);
    expect(image).toEqual(Float32Array.from(image, (_, i) => firsts[Math.floor(i / 3)]));
    const shareOf = (value: number): number => firsts.filter((each) => each === value).length / firsts.length;
    // 4,096 pixels: one standard error is 0.005.
    expect(shareOf(0)).toBeCloseTo(0.1, 1);
    expect(shareOf(1)).toBeCloseTo(0.1, 1);
    expect(shareOf(0.5)).toBeCloseTo(0.8, 1);
  });

  test('in grains up to the size asked for, which the edges cut', () => {
    const image = grey();
    warpOf([saltAndPepper(0.002, 3)], square, 1)(image, 1, 0);
    const changed = image.filter((value) => value !== 0.5).length;
    // Some eight grains, of 14 / 3 pixels on average.
    expect(changed).toBeGreaterThan(8);
    expect(changed).toBeLessThan(9 * 20);
    const long = (at: number): boolean => [0, 1, 2, 3].every((i) => image[at + i] === 0);
    expect(image.some((_, at) => at % 64 < 60 && long(at))).toBe(false);
    const alone = grey();
    warpOf([saltAndPepper(0.002)], square, 1)(alone, 1, 0);
    // The same grains begin at the same pixels.
    alone.forEach((value, at) => {
      if (value !== 0.5) expect(image[at]).not.toBe(0.5);
    });
  });

  test('smoothly under uneven light, by no more than is asked for, and unlike from image to image', () => {
    const images = new Float32Array([...grey(), ...grey()]);
    warpOf([unevenLight(0.4)], square, 1)(images, 2, 0);
    expect(Math.min(...images)).toBeGreaterThanOrEqual(0.3);
    expect(Math.max(...images)).toBeLessThanOrEqual(0.5);
    const [first, second] = [images.subarray(0, 4096), images.subarray(4096)];
    expect(first).not.toEqual(second);
    for (let p = 1; p < 64; p++) expect(Math.abs(first[p] - first[p - 1])).toBeLessThan(0.1 / 63);
    expect(new Set(first).size).toBeGreaterThan(100);
  });

  test('after pixels have moved, each augmentation as it does alone', () => {
    const [both, moved] = [blot(), blot()];
    warpOf([saltAndPepper(0.3), affine({ shift: 1 })], SIZE, 1)(both, 1, 2);
    warpOf([affine({ shift: 1 })], SIZE, 1)(moved, 1, 2);
    warpOf([saltAndPepper(0.3)], SIZE, 1)(moved, 1, 2);
    expect(both).toEqual(moved);
    expect(both.filter((value) => value === 1).length).toBeGreaterThan(50);
  });
});

describe.each(augmentations.entries)(
  'the augmentation $type',
  ({ type, label, doc, formula, fields, defaults, schema }) => {
    test('reads its defaults back from JSON, and says what it and its fields are', () => {
      expect(checkAgainst(schema, JSON.parse(JSON.stringify(defaults)), { code: 'a', at: { subject: 'b' } })).toEqual(
        defaults,
      );
      for (const words of [label, doc, formula, ...Object.values(fields).flatMap((field) => [field.label, field.doc])])
        expect(words).toMatch(/\S/);
      expect(defaults.type).toBe(type);
    });

    test('changes an image by its defaults: the same by one seed and step, otherwise by another seed', () => {
      const changed = (seed: number): Float32Array => {
        const image = blot();
        warpOf([defaults], SIZE, seed)(image, 1, 5);
        return image;
      };
      expect(changed(1)).toEqual(changed(1));
      expect(changed(1)).not.toEqual(blot());
      expect(changed(1)).not.toEqual(changed(2));
    });

    test('changes images of any size, each by itself', () => {
      const size = { height: 9, width: 14 };
      const image = (): Float32Array => Float32Array.from({ length: 126 }, (_, p) => ((p * 7) % 11) / 11);
      const two = new Float32Array([...image(), ...image()]);
      warpOf([defaults], size, 1)(two, 2, 0);
      const one = image();
      warpOf([defaults], size, 1)(one, 1, 0);
      expect(two.subarray(0, 126)).toEqual(one);
      expect(two.subarray(126)).not.toEqual(one);
      expect(two.every((value) => value >= 0 && value <= 1)).toBe(true);
    });
  },
);
