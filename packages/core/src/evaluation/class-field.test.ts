import { describe, expect, it } from 'vitest';
import { randomModel } from '../codes/testing/mnist.ts';
import { findNetwork } from '../network/index.ts';
import { classField } from './class-field.ts';
import { readPlane } from './recognition.ts';

const bounds = { min: [-3, -2], max: [4, 5] };

describe('classField', () => {
  it('reads the same plane as readPlane where it looks at every point', async () => {
    const model = randomModel(findNetwork('convdense-4'));
    const classifier = randomModel(findNetwork('classifier'));
    const field = await classField(model, classifier, bounds, 30, { exhaustive: true });
    const { classShares, meanConfidence } = await readPlane(model, classifier, bounds, 30);
    expect(field).toMatchObject({ size: 30, bounds, evaluated: 900 });
    classShares.forEach((share, label) => {
      expect(field.labels.filter((found) => found === label)).toHaveLength(Math.round(share * 900));
    });
    expect(field.confidence.reduce((sum, value) => sum + value, 0) / 900).toBeCloseTo(meanConfidence, 6);
  });

  it('refuses a classifier, and a mesh of one point', async () => {
    const classifier = randomModel(findNetwork('classifier'));
    await expect(classField(classifier, classifier, bounds, 10)).rejects.toThrow(/no-such-part/);
    await expect(classField(randomModel(findNetwork('dense-1')), classifier, bounds, 1)).rejects.toThrow(/mesh-size/);
  });
});
