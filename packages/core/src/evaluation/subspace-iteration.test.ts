import { expect, test } from 'vitest';
import type { ImageSet } from '../images/index.ts';
import { meanImage } from '../images/mean-image.ts';
import { RandomStream } from '../random/index.ts';
import { nodeRuntime } from '../runtime/node.ts';
import { principalComponents } from './compute-baselines.ts';
import { leadingComponents } from './subspace-iteration.ts';

/** A few patterns of falling strength, and noise. */
const patterned = (count: number, height: number, width: number): ImageSet => {
  const size = height * width;
  const normal = new Float32Array(count * 4);
  new RandomStream(3, 'strengths').fillNormal(normal, 1);
  const pixels = new Uint8Array(count * size);
  for (let i = 0; i < count; i++)
    for (let p = 0; p < size; p++) {
      const waves = [40, 25, 12, 6].reduce(
        (sum, strength, k) => sum + strength * normal[4 * i + k] * Math.sin(((k + 1) * p) / 7),
        0,
      );
      pixels[i * size + p] = Math.max(0, Math.min(255, Math.round(128 + waves)));
    }
  return { count, height, width, channels: 1, pixels, labels: new Uint8Array(count) };
};

const variancesAlong = (set: ImageSet, components: readonly Float64Array[]): number[] => {
  const mean = meanImage(set);
  return components.map((component) => {
    let sum = 0;
    for (let i = 0; i < set.count; i++) {
      let projection = 0;
      for (let p = 0; p < mean.length; p++)
        projection += (set.pixels[i * mean.length + p] / 255 - mean[p]) * component[p];
      sum += projection ** 2;
    }
    return sum / set.count;
  });
};

test('leading components are those of the whole decomposition', async () => {
  const set = patterned(300, 20, 30);
  const exact = (await principalComponents(set, 3, { runtime: nodeRuntime })).components;
  const found = await leadingComponents(set, meanImage(set), 3, { runtime: nodeRuntime });
  expect(found).toHaveLength(3);
  const [a, b] = [variancesAlong(set, exact), variancesAlong(set, found)];
  // Products of single precision.
  for (const [j, variance] of a.entries()) expect(b[j] / variance).toBeCloseTo(1, 5);
  for (const [j, component] of found.entries())
    expect(Math.abs(component.reduce((sum, value, p) => sum + value * exact[j][p], 0))).toBeCloseTo(1, 4);
});

test('images of many pixels take seconds, and images that vary in few directions have few components', async () => {
  const wide = patterned(200, 64, 48);
  const { components } = await principalComponents(wide, 2, { runtime: nodeRuntime });
  expect(components).toHaveLength(2);
  const [first, second] = variancesAlong(wide, components);
  expect(first).toBeGreaterThan(second);
  const one: ImageSet = { ...wide, count: 2, pixels: wide.pixels.slice(0, 2 * 64 * 48), labels: new Uint8Array(2) };
  expect((await principalComponents(one, 5, { runtime: nodeRuntime })).components).toHaveLength(1);
});
