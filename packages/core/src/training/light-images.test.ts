import { expect, it } from 'vitest';
import type { ImageSet } from '../images/index.ts';
import { findNetwork } from '../network/index.ts';
import { meanValue, settingsForLightImages } from './light-images.ts';

const grey = (value: number, count = 4): ImageSet => ({
  pixels: new Uint8Array(count * 4).fill(value),
  labels: new Uint8Array(count),
  count,
  height: 2,
  width: 2,
  channels: 1,
});

it('asks for a centred input on light images, and for the mean image where the output has no bounds', () => {
  const settings = (id: string, value: number, changes = {}) => {
    const network = findNetwork(id);
    const dataset = { name: '', licence: '', source: '', classNames: [], train: grey(value), test: grey(value, 0) };
    return settingsForLightImages(network, { ...network.recipes.documented, ...changes }, dataset);
  };
  expect(settings('dense-1', 100)).toEqual({});
  expect(settings('dense-1', 200)).toEqual({ inputBias: 'centred' });
  expect(settings('convdense-2', 200)).toEqual({ inputBias: 'centred', outputBias: 'mean-image' });
  expect(settings('convdense-2', 200, { outputBias: 'mean-image', inputBias: 'centred' })).toEqual({});
  expect(settings('classifier', 200)).toEqual({});
});

it('is the mean of the values', () => {
  expect(meanValue(grey(51))).toBeCloseTo(0.2, 12);
  expect(meanValue(grey(51, 0))).toBe(0);
});
