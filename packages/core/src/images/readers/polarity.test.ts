import { describe, expect, it } from 'vitest';
import { groundOf } from './polarity.ts';
import { greyPng } from './testing/picture-files.ts';
import { readFiles } from './testing/sources.ts';

/** A square of ink on a ground, 6 x 6. */
const drawing = (ground: number, ink: number): Uint8Array =>
  greyPng(6, 6, (x, y) => (x > 1 && x < 4 && y > 1 && y < 4 ? ink : ground));
const set = (...grounds: readonly number[]) =>
  Object.fromEntries(grounds.map((ground, i) => [`${i}.png`, drawing(ground, 255 - ground)]));

describe('the polarity of a set', () => {
  it('is kept, and a light ground is said with its counts', async () => {
    const { train, notes } = await readFiles(set(255, 250, 240, 10));
    expect(notes).toContain(
      'light ground in 3 of 4 images, dark in 1: all are kept as they are (#polarity=invert inverts all)',
    );
    expect([...train.pixels].filter((value) => value > 200).length).toBeGreaterThan(train.pixels.length / 2);
  });

  it('is not spoken of where the ground is dark, or where a person said it', async () => {
    expect((await readFiles(set(0, 20, 240))).notes.join()).not.toContain('ground');
    expect((await readFiles(set(255, 240), 'polarity=keep')).notes.join()).not.toContain('light ground');
  });

  it('is inverted for every image, whatever its own ground', async () => {
    const [kept, inverted] = [
      await readFiles(set(255, 240, 10)),
      await readFiles(set(255, 240, 10), 'polarity=invert'),
    ];
    for (const part of ['train', 'test'] as const)
      expect(inverted[part].pixels).toEqual(kept[part].pixels.map((value) => 255 - value));
    expect(inverted.notes.join()).not.toContain('light ground');
  });

  it('goes by the border pixels of all images, in colour by their luma', () => {
    const blue = {
      pixels: Uint8Array.of(0, 0, 255),
      labels: new Uint8Array(1),
      count: 1,
      height: 1,
      width: 1,
    } as const;
    expect(groundOf([{ ...blue, channels: 3 }])).toMatchObject({ light: 0, dark: 1, isLight: false });
    const edge = Uint8Array.of(128, 128, 128, 128, 0, 128, 128, 128, 128);
    expect(groundOf([{ ...blue, pixels: edge, height: 3, width: 3, channels: 1 }])).toMatchObject({
      light: 1,
      dark: 0,
      isLight: true,
    });
  });
});
