import { describe, expect, it } from 'vitest';
import { randomModel } from '../codes/testing/mnist.ts';
import { findNetwork } from '../network/index.ts';
import { classMap } from './class-map.ts';
import { predictPlane } from './class-predictions.ts';

const bounds = { min: [-3, -2], max: [4, 5] };

describe('classMap', () => {
  it('predicts the same as predictPlane where it looks at every point', async () => {
    const model = randomModel(findNetwork('convdense-4'));
    const classifier = randomModel(findNetwork('classifier'));
    const map = await classMap(model, classifier, bounds, 30, { exhaustive: true });
    const { classShares, meanConfidence } = await predictPlane(model, classifier, bounds, { size: 30 });
    expect(map).toMatchObject({ size: 30, bounds, evaluated: 900 });
    classShares.forEach((share, label) => {
      expect(map.labels.filter((found) => found === label)).toHaveLength(Math.round(share * 900));
    });
    expect(map.confidence.reduce((sum, value) => sum + value, 0) / 900).toBeCloseTo(meanConfidence, 6);
  });

  it('refuses a classifier, and a mesh of one point', async () => {
    const classifier = randomModel(findNetwork('classifier'));
    await expect(classMap(classifier, classifier, bounds, 10)).rejects.toThrow(/no-such-part/);
    await expect(classMap(randomModel(findNetwork('dense-1')), classifier, bounds, 1)).rejects.toThrow(/mesh-size/);
  });
});
