import { describe, expect, it } from 'vitest';
import { type Preprocessing, preprocess, preprocessDataset } from './preprocess.ts';
import type { Channels } from './shape.ts';
import type { ImageSet } from './types.ts';

const setOf = (height: number, width: number, pixels: readonly number[], channels: Channels = 1): ImageSet => {
  const count = pixels.length / (height * width * channels);
  return { pixels: Uint8Array.from(pixels), labels: new Uint8Array(count), count, height, width, channels };
};
const noise = (count: number, height: number, width: number, channels: Channels = 1): ImageSet =>
  setOf(
    height,
    width,
    Array.from({ length: count * height * width * channels }, (_, i) => ((i * 7919 + 13) >> 2) % 256),
    channels,
  );

/** The same, from the definition: the mean of the area in double precision, or linear between clamped middles. */
const sampled = (image: ImageSet, rows: number, columns: number): number[] => {
  const line = (values: readonly number[], size: number): number[] =>
    Array.from({ length: size }, (_, o) => {
      const step = values.length / size;
      if (step > 1)
        return values.reduce((sum, value, i) => {
          const share = Math.min(i + 1, (o + 1) * step) - Math.max(i, o * step);
          return sum + (Math.max(0, share) / step) * value;
        }, 0);
      const x = Math.min(values.length - 1, Math.max(0, (o + 0.5) * step - 0.5));
      const i = Math.min(values.length - 1, Math.floor(x));
      return values[i] + (x - i) * ((values[i + 1] ?? values[i]) - values[i]);
    });
  const { height, width, pixels } = image;
  const across = Array.from({ length: height }, (_, r) =>
    line([...pixels.subarray(r * width, (r + 1) * width)], columns),
  );
  const down = Array.from({ length: columns }, (_, c) =>
    line(
      across.map((row) => row[c]),
      rows,
    ),
  );
  return Array.from({ length: rows * columns }, (_, i) => down[i % columns][Math.floor(i / columns)]);
};

const shapeOf = ({ count, height, width, channels, pixels }: ImageSet) => [
  count,
  height,
  width,
  channels,
  pixels.length,
];

describe('preprocess', () => {
  it('gives the set itself where nothing is asked for, or what it is already', () => {
    const set = noise(2, 5, 4);
    for (const asked of [undefined, { type: 'pad' }, { type: 'crop', size: [5, 4], channels: 'grey' }] as const)
      expect(preprocess(set, asked)).toBe(set);
  });

  it('pads 28 x 28 to 32 x 32 with two pixels on every side, and changes none of the image', () => {
    const set = noise(3, 28, 28);
    const { pixels, ...rest } = preprocess(set, { type: 'pad', size: [32, 32], ground: 9 });
    expect(rest).toEqual({ labels: set.labels, count: 3, height: 32, width: 32, channels: 1 });
    const expected = new Uint8Array(3 * 1024).fill(9);
    for (let i = 0; i < 3; i++)
      for (let r = 0; r < 28; r++)
        expected.set(set.pixels.subarray((i * 28 + r) * 28, (i * 28 + r + 1) * 28), (i * 32 + r + 2) * 32 + 2);
    expect(pixels).toEqual(expected);
  });

  it('puts the smaller half of an odd rest first', () => {
    expect([...preprocess(setOf(1, 1, [7]), { type: 'pad', size: [2, 4] }).pixels]).toEqual([0, 7, 0, 0, 0, 0, 0, 0]);
    const cropped = preprocess(setOf(1, 4, [1, 2, 3, 4]), { type: 'crop', size: [1, 1] });
    expect([...cropped.pixels]).toEqual([2]);
  });

  it('pads what is too large once it is shrunk as a whole', () => {
    // 4 x 2 becomes 2 x 1, which stands at the left of 2 x 2.
    const { pixels } = preprocess(setOf(4, 2, [0, 2, 4, 6, 10, 20, 30, 41]), { type: 'pad', size: [2, 2], ground: 5 });
    expect([...pixels]).toEqual([3, 5, 25, 5]);
  });

  it('crops the middle of what covers the size, enlarged where it is too small', () => {
    const { pixels } = preprocess(setOf(1, 3, [0, 100, 200]), { type: 'crop', size: [2, 2] });
    // 1 x 3 becomes 2 x 6: 0, 25, 75, 125, 175, 200; its middle two columns.
    expect([...pixels]).toEqual([75, 125, 75, 125]);
  });

  it.each<[number, number, number, number]>([
    [1, 1, 3, 5],
    [3, 5, 1, 1],
    [28, 28, 32, 32],
    [32, 32, 28, 28],
    [7, 5, 11, 3],
    [5, 9, 4, 20],
    [2, 2, 3, 3],
  ])(
    'stretches %i x %i to %i x %i by the area where it shrinks, linearly where it grows',
    (height, width, rows, columns) => {
      const set = noise(2, height, width);
      const { pixels } = preprocess(set, { type: 'stretch', size: [rows, columns] });
      for (let i = 0; i < 2; i++) {
        const image = setOf(height, width, [...set.pixels.subarray(i * height * width, (i + 1) * height * width)]);
        const expected = sampled(image, rows, columns);
        // The reference rounds along its way, so a half may fall to either side.
        for (const [p, value] of expected.entries())
          expect(Math.abs(pixels[i * rows * columns + p] - value)).toBeLessThanOrEqual(0.5 + 1e-9);
      }
    },
  );

  it('rounds exact halves up', () => {
    expect([...preprocess(setOf(1, 2, [0, 1, 2, 3, 254, 255]), { type: 'stretch', size: [1, 1] }).pixels]).toEqual([
      1, 3, 255,
    ]);
  });

  it('scales each channel as an image of its own', () => {
    const set = noise(2, 5, 7, 3);
    const asked: Preprocessing = { type: 'crop', size: [4, 4] };
    const { pixels, channels } = preprocess(set, asked);
    expect(channels).toBe(3);
    for (let c = 0; c < 3; c++) {
      const plane = { ...set, channels: 1 as const, pixels: set.pixels.filter((_, i) => i % 3 === c) };
      expect(pixels.filter((_, i) => i % 3 === c)).toEqual(preprocess(plane, asked).pixels);
    }
  });

  it('makes grey by the luma of Rec. 601, rounded, and colour by three times the grey', () => {
    const colours = setOf(1, 4, [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255], 3);
    const grey = preprocess(colours, { type: 'pad', channels: 'grey' });
    // 76.245, 149.685, 29.07
    expect([...grey.pixels]).toEqual([76, 150, 29, 255]);
    expect(shapeOf(grey)).toEqual([1, 1, 4, 1, 4]);
    const again = preprocess(grey, { type: 'pad', channels: 'colour' });
    expect([...again.pixels.subarray(0, 6)]).toEqual([76, 76, 76, 150, 150, 150]);
    expect(shapeOf(again)).toEqual([1, 1, 4, 3, 12]);
  });

  it('changes training and test images of a data set alike, and nothing else', () => {
    const dataset = {
      name: 'a',
      licence: 'b',
      source: 'c',
      classNames: ['d'],
      train: noise(2, 3, 3),
      test: noise(1, 3, 3),
    };
    const { train, test, ...rest } = preprocessDataset(dataset, { type: 'pad', size: [5, 5] });
    expect([shapeOf(train), shapeOf(test)]).toEqual([
      [2, 5, 5, 1, 50],
      [1, 5, 5, 1, 25],
    ]);
    expect(rest).toEqual({ name: 'a', licence: 'b', source: 'c', classNames: ['d'] });
  });

  it('refuses what would not fit in memory before it asks for any', () => {
    const many = { ...noise(1, 1, 1), count: 1_000_000 };
    expect(() => preprocess(many, { type: 'stretch', size: [1024, 1024] })).toThrow(
      /^too-large: 1000000 images of 1024 x 1024 pixels: .*2 GiB/,
    );
  });
});
