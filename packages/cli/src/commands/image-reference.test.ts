import type { Dataset } from 'latent-plane';
import { describe, expect, it } from 'vitest';
import { imageOf, imageReference, placeOf } from './image-reference.ts';

const set = (values: readonly number[]) => ({
  pixels: Uint8Array.from(values),
  labels: new Uint8Array(values.length),
  count: values.length,
  height: 1,
  width: 1,
  channels: 1 as const,
});
const dataset: Dataset = {
  name: 'few',
  licence: '',
  source: '',
  classNames: ['one'],
  train: set([10, 11, 12]),
  test: set([20, 21]),
};
const parse = imageReference('--image');

describe('an image named by its number', () => {
  it.each([
    ['1', 1, 11],
    ['3', 3, 20],
    ['train:2', 2, 12],
    ['test:1', 4, 21],
  ])('%s is image %d', (text, place, pixel) => {
    expect(placeOf(dataset, parse(text))).toBe(place);
    expect(Array.from(imageOf(dataset, parse(text)).pixels)).toEqual([pixel]);
  });

  it.each(['5', 'train:3', 'test:2'])('%s is not there', (text) => {
    expect(() => placeOf(dataset, parse(text))).toThrow(expect.objectContaining({ code: 'no-such-image' }));
  });

  it.each(['', '-1', '1.5', 'valid:3', 'test:', '99999999999999999999'])('"%s" is no number of an image', (text) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });
});
