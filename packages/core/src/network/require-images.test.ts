import { expect, it } from 'vitest';
import { resolveNetwork } from './network.ts';
import { requireImages } from './require-images.ts';
import { networks } from './zoo/index.ts';

const [zoo] = networks;
const taking = (inputShape: readonly number[]) => ({
  network: { spec: { ...resolveNetwork(zoo).spec, id: 'net', inputShape } },
});

it.each<[string, readonly number[], RegExp]>([
  [
    'flat and grey',
    [49],
    /#size=7x7,channels=grey behind them, before they are packed; .* with the recipe's preprocessing$/,
  ],
  ['flat and in colour', [75], /#size=5x5,channels=colour/],
  ['an image in colour', [6, 4, 3], /#size=6x4,channels=colour/],
  ['flat and no square', [10], /choose another data set or network$/],
])('images that an input does not take are refused with what brings them to it: %s', (_, inputShape, advice) => {
  const images = { height: 9, width: 9, channels: 3 } as const;
  expect(() => requireImages(taking(inputShape), images)).toThrow(advice);
  expect(() => requireImages(taking([9, 9, 3]), images)).not.toThrow();
});
