import { findNetwork } from 'latent-plane';
import { classColour, colourBytes, type ExplorerIndex } from 'latent-plane/internal';
import { describe, expect, it } from 'vitest';
import type { LoadedModel } from '../data/load.ts';
import { pointColours } from '../plane/points-layer.ts';
import { wholeWindow } from '../plane/view.ts';
import { closenessAt } from './closeness.ts';
import { classifierOf, hasClasses, readerOf } from './field.ts';
import { fieldNames } from './names.ts';
import { fieldPixels, strengthOf } from './pixels.ts';

const bounds = { min: [-1, 10], max: [3, 12] };
const SIZE = 101;
/** Left half 3, right half 7, with a small square of 1 in the upper right. */
const labels = Uint8Array.from({ length: SIZE * SIZE }, (_, i) => {
  const [x, y] = [i % SIZE, Math.floor(i / SIZE)];
  if (x > 70 && x < 90 && y > 10 && y < 30) return 1;
  return x < 50 ? 3 : 7;
});
const field = { size: SIZE, labels, confidence: new Float32Array(SIZE * SIZE).fill(1), bounds };

describe('the classifier of the page', () => {
  const sums = { trainImages: 'a', trainLabels: 'b', testImages: 'c', testLabels: 'd' };
  const identity = { height: 28, width: 28, sha256: sums };
  const classifier = { spec: 'classifier.json', weights: 'classifier.safetensors', inputShape: [28, 28, 1], identity };
  const index: ExplorerIndex = { version: 1, default: 'a', networks: [], classifier };
  const spec = findNetwork('dense-1');
  if (spec.kind !== 'autoencoder') throw new Error('dense-1 is an autoencoder');
  const picture = {
    width: 28,
    height: 28,
    channels: 1,
    decode: () => new Float64Array(784),
    decodeCodes: () => new Float64Array(784),
  } as const;
  const model: LoadedModel = {
    spec,
    dataset: { name: 'a', classNames: ['0', '1'], train: 1, test: 1, identity },
    metrics: {},
    bounds,
    places: [],
    files: { decoder: '', codes: '', labels: '' },
    url: new URL('http://localhost/data/a/model.json'),
    weights: new Map(),
    decoder: picture,
  };

  it('is asked for pictures of its own data and shape', () => {
    expect(classifierOf(model, index)).toBe(classifier);
    expect(classifierOf(null, index)).toBeNull();
    expect(classifierOf(model, { ...index, classifier: undefined })).toBeNull();
  });

  it.each<[string, LoadedModel]>([
    ['another size', { ...model, decoder: { ...picture, width: 32, height: 32 } }],
    ['colour', { ...model, decoder: { ...picture, channels: 3 } }],
    [
      'other images of the same size',
      { ...model, dataset: { ...model.dataset, identity: { ...identity, sha256: { ...sums, trainImages: 'x' } } } },
    ],
    ['images that nobody knows', { ...model, dataset: { ...model.dataset, identity: undefined } }],
  ])('is not asked for pictures of %s', (_, other) => {
    expect(classifierOf(other, index)).toBeNull();
    expect(readerOf(other, index, null)).toBeNull();
  });

  it('is trained on the images that a network brought along, where they have classes', () => {
    const images = { pixels: Uint8Array.of(1, 2, 3), count: 3, height: 1, width: 1, channels: 1, from: 0 } as const;
    const brought = { ...model, images, dataset: { ...model.dataset, train: 2, test: 1 } };
    const points = { codes: new Float32Array(6), labels: Uint8Array.of(0, 1, 1) };
    const reader = readerOf(brought, index, points);
    if (reader === null || !('key' in reader) || !reader.dataset) throw new Error('expected images');
    const { train, test, classNames } = reader.dataset;
    expect([classNames, [...train.pixels], [...train.labels], [...test.pixels], [...test.labels]]).toEqual([
      ['0', '1'],
      [1, 2],
      [0, 1],
      [3],
      [1],
    ]);
    expect(hasClasses(brought, index)).toBe(true);
    // Its points are not there yet, those of an epoch are fewer, or nobody named classes.
    expect(readerOf(brought, index, null)).toBeNull();
    expect(readerOf(brought, index, { ...points, labels: Uint8Array.of(0) })).toBeNull();
    const plain = { ...brought, dataset: { ...brought.dataset, classNames: [] } };
    expect([readerOf(plain, index, points), hasClasses(plain, index)]).toEqual([null, false]);
  });

  it('may be of another size than any here', () => {
    const large = { ...identity, height: 64, width: 48 };
    const own: ExplorerIndex = { ...index, classifier: { ...classifier, inputShape: [64, 48, 1], identity: large } };
    const drawn = {
      ...model,
      decoder: { ...picture, width: 48, height: 64 },
      dataset: { ...model.dataset, identity: large },
    };
    expect(classifierOf(drawn, own)).toBe(own.classifier);
  });
});

describe('colours of many classes', () => {
  it('repeat after the palette ends, above 255 too', () => {
    const wide = {
      size: 2,
      labels: Uint16Array.of(3, 13, 303, 40_003),
      confidence: new Float32Array(4).fill(1),
      bounds,
    };
    const { whole } = fieldPixels(wide, null, 'accessible');
    const at = (i: number): number[] => [...whole.subarray(4 * i, 4 * i + 3)];
    for (const i of [0, 1, 2, 3]) expect(at(i)).toEqual([...colourBytes(classColour('accessible', 3))]);
    expect([...pointColours(wide.labels, 'accessible')]).toEqual(Array.from({ length: 4 }, () => at(0)).flat());
  });
});

describe('the names on the field', () => {
  it('stand within a patch of their class, one for each patch, the largest first', () => {
    const names = fieldNames(field, wholeWindow(bounds));
    expect(names.map(({ label }) => label)).toStrictEqual([3, 7, 1]);
    for (const { label, at } of names) {
      const column = Math.round(((at.x + 1) / 4) * (SIZE - 1));
      const row = Math.round(((12 - at.y) / 2) * (SIZE - 1));
      expect(labels[row * SIZE + column]).toBe(label);
    }
  });

  it('come for small patches too where they are seen from near', () => {
    const small = { ...field, labels: labels.map((label, i) => (i === 20 * SIZE + 20 ? 5 : label)) };
    expect(fieldNames(small, wholeWindow(bounds)).map(({ label }) => label)).not.toContain(5);
    const near = { minX: -0.4, minY: 11.5, width: 0.3, height: 0.15 };
    expect(fieldNames(small, near).map(({ label }) => label)).toContain(5);
  });

  it('are none where the field is not seen', () => {
    expect(fieldNames(field, { minX: 10, minY: 10, width: 1, height: 1 })).toStrictEqual([]);
  });
});

describe('the colours of the field', () => {
  it('are those of the classes, as strong as the classifier is sure', () => {
    const sure = { ...field, confidence: Float32Array.from(labels, (label) => (label === 3 ? 1 : 0.4)) };
    const { whole, hatched } = fieldPixels(sure, null, 'accessible');
    expect([...whole.subarray(0, 4)]).toStrictEqual([...colourBytes(classColour('accessible', 3)), 255]);
    expect(whole[4 * 60 + 3]).toBe(Math.round(255 * strengthOf(0.4)));
    expect(hatched.filter((_, i) => i % 4 === 3).every((opacity) => opacity === 0)).toBe(true);
  });

  it('give way to hatching off the data', () => {
    const values = Uint8Array.from({ length: 4 }, (_, i) => (i % 2 === 0 ? 255 : 0));
    const { whole, hatched } = fieldPixels(field, { size: 2, values }, 'accessible');
    const [left, right] = [4 * 10 + 3, 4 * 95 + 3];
    expect([whole[left], hatched[left]]).toStrictEqual([255, 0]);
    expect(whole[right]).toBe(0);
    expect(hatched[right]).toBeGreaterThan(100);
  });

  it('fade over the distance from the data, and nowhere abruptly', () => {
    expect(closenessAt(0)).toBe(255);
    expect(closenessAt(0.01)).toBe(255);
    expect(closenessAt(0.03)).toBe(0);
    expect(closenessAt(1)).toBe(0);
    for (let d = 0; d < 0.04; d += 0.001) expect(closenessAt(d) - closenessAt(d + 0.001)).toBeLessThan(25);
  });

  it('stay faintly there where the classifier is guessing', () => {
    expect(strengthOf(0.1)).toBeCloseTo(0.1, 6);
    expect(strengthOf(1)).toBe(1);
  });
});
