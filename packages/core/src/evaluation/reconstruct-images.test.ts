import { describe, expect, test } from 'vitest';
import { randomModel } from '../codes/testing/mnist.ts';
import type { ImageSet } from '../images/index.ts';
import type { LayerSpec } from '../layers/index.ts';
import { findNetwork, newRecipes } from '../network/index.ts';
import { resolveWithin } from '../network/network.ts';
import { reconstructImages, takesAnySize } from './reconstruct-images.ts';
import { axisTiles } from './tiles.ts';

const SAME = { kernelSize: [3, 3], padding: 'same' } as const;

/** Convolutions alone, strides of 4 in all, made for patches of 16 x 16. */
const convolutional = (channels: 1 | 3 = 1, encoder: readonly LayerSpec[] = []) =>
  randomModel({
    kind: 'autoencoder',
    id: 'small',
    title: 'Small',
    file: '',
    inputShape: [16, 16, channels],
    encoder: [
      ...encoder,
      { type: 'conv2d', filters: 4, strides: [2, 2], activation: 'tanh', ...SAME },
      { type: 'conv2d', filters: 4, strides: [2, 2], activation: 'tanh', ...SAME },
    ],
    decoder: [
      {
        type: 'conv2d-transpose',
        filters: 4,
        strides: [4, 4],
        kernelSize: [4, 4],
        padding: 'same',
        activation: 'tanh',
      },
      { type: 'conv2d', filters: channels, activation: 'sigmoid', ...SAME },
    ],
    loss: { type: 'mse' },
    published: null,
    recipes: newRecipes(''),
    record: '',
  });

const images = (height: number, width: number, count = 1, channels: 1 | 3 = 1): ImageSet => ({
  pixels: Uint8Array.from(
    { length: count * height * width * channels },
    (_, i) => 128 + 127 * Math.sin(i * 0.37) * Math.cos(i * 0.0113),
  ),
  labels: new Uint8Array(count),
  count,
  height,
  width,
  channels,
});

/** A part of an image, or of one whose edges are repeated. */
const part = (set: ImageSet, height: number, width: number): ImageSet => ({
  ...set,
  height,
  width,
  pixels: Uint8Array.from({ length: height * width * set.channels }, (_, i) => {
    const [row, column] = [Math.floor(i / (width * set.channels)), Math.floor(i / set.channels) % width];
    const [r, c] = [Math.min(row, set.height - 1), Math.min(column, set.width - 1)];
    return set.pixels[(r * set.width + c) * set.channels + (i % set.channels)];
  }),
});

describe('images of any size', () => {
  test('keep their size, and the error is that of the pixels', async () => {
    const set = images(40, 28, 2);
    const { images: made, errors, padding, tiles } = await reconstructImages(convolutional(), set);
    expect([made.height, made.width, made.count]).toEqual([40, 28, 2]);
    expect([padding, tiles]).toEqual([
      [0, 0],
      [1, 1],
    ]);
    for (const i of [0, 1]) {
      let sum = 0;
      for (let p = i * 1120; p < (i + 1) * 1120; p++) sum += ((made.pixels[p] - set.pixels[p]) / 255) ** 2;
      // Bytes are rounded.
      expect(errors[i]).toBeCloseTo(sum / 1120, 3);
    }
  });

  test('are extended by their edge where strides do not divide them, and cut again', async () => {
    const model = convolutional(3);
    const set = images(21, 30, 1, 3);
    const made = await reconstructImages(model, set);
    expect(made.padding).toEqual([3, 2]);
    const whole = await reconstructImages(model, part(set, 24, 32));
    expect(whole.padding).toEqual([0, 0]);
    expect(made.images.pixels).toEqual(part(whole.images, 21, 30).pixels);
  });

  test('are the same in tiles as in one piece', async () => {
    const model = convolutional();
    const long = images(24, 1100);
    const tiled = await reconstructImages(model, long);
    expect(tiled.tiles).toEqual([1, 3]);
    // Made for the whole image, a network takes it in one piece.
    const network = resolveWithin({ ...model.network.spec, inputShape: [24, 1100, 1] });
    const once = await reconstructImages({ ...model, network }, long);
    expect(once.tiles).toEqual([1, 1]);
    // Beyond the right edge one repeats pixels where the other has nothing.
    expect(part(tiled.images, 24, 1090).pixels).toEqual(part(once.images, 24, 1090).pixels);
  });

  test('of many rows and columns, each pixel once', async () => {
    const { images: made, tiles, errors } = await reconstructImages(convolutional(), images(530, 700));
    expect(tiles).toEqual([2, 2]);
    expect(made.pixels.every((value) => value > 0)).toBe(true);
    expect(errors[0]).toBeGreaterThan(0);
  });

  test('noise layers leave them as they are', async () => {
    const set = images(16, 16);
    const [plain, noisy] = [convolutional(), convolutional(1, [{ type: 'gaussian-noise', std: 5 }])];
    const expected = await reconstructImages(plain, set);
    const made = await reconstructImages({ ...noisy, weights: plain.weights }, set);
    expect(made.images.pixels).toEqual(expected.images.pixels);
  });
});

describe('a network of one size', () => {
  test('takes images of that size, many in one run', async () => {
    const model = randomModel(findNetwork('dense-1'));
    expect(takesAnySize(model)).toBe(false);
    const { images: made, errors } = await reconstructImages(model, images(28, 28, 30));
    expect([made.count, errors.length, made.pixels.length]).toEqual([30, 30, 30 * 784]);
    const alone = await reconstructImages(model, { ...images(28, 28, 30), count: 1 });
    expect(alone.errors[0]).toBeCloseTo(errors[0], 6);
  });

  test('refuses others, and says what it takes', async () => {
    const model = randomModel(findNetwork('dense-1'));
    await expect(reconstructImages(model, images(40, 28))).rejects.toMatchObject({
      code: 'shape-mismatch',
      kind: 'input',
      got: '40 x 28 pixels',
    });
  });
});

test('colour is refused by a network of grey images, and weights that give no numbers are named', async () => {
  const model = convolutional();
  await expect(reconstructImages(model, images(40, 28, 1, 3))).rejects.toMatchObject({ code: 'shape-mismatch' });
  model.weights.get('decoder/conv2d/bias')?.fill(Number.NaN);
  await expect(reconstructImages(model, images(40, 28))).rejects.toMatchObject({ code: 'not-finite', kind: 'work' });
});

describe('tiles', () => {
  test.each([
    [513, 512, 64],
    [1100, 512, 64],
    [3508, 512, 64],
    [129, 128, 16],
  ])('of an image of %d pixels keep each pixel once, away from edges that others cover', (length, most, margin) => {
    for (const step of [1, 4, 6, 32]) {
      const tiles = axisTiles({ first: step, step }, length, most, margin);
      if (tiles === null) throw new Error('expected tiles');
      expect(tiles.length).toBeLessThanOrEqual(most);
      expect(tiles.kept[0][0]).toBe(0);
      tiles.starts.forEach((start, i) => {
        const [from, to] = tiles.kept[i];
        expect(start % step).toBe(0);
        expect(to).toBeGreaterThan(from);
        expect(to).toBe(tiles.kept[i + 1]?.[0] ?? length);
        expect(from - start).toBeGreaterThanOrEqual(i === 0 ? 0 : margin);
        if (i < tiles.starts.length - 1) expect(start + tiles.length - to).toBeGreaterThanOrEqual(margin);
        else expect(start + tiles.length).toBeGreaterThanOrEqual(length);
      });
    }
  });

  test('cannot overlap where a step is as long as a tile', () => {
    expect(axisTiles({ first: 128, step: 128 }, 500, 128, 16)).toBeNull();
  });
});
