import { expect, it } from 'vitest';
import { clusterAgreement } from './cluster-agreement.ts';

it('clusters are compared with classes as scikit-learn does', () => {
  const clusters = [0, 0, 0, 1, 1, 1, 1, 2, 2, 2];
  const labels = [0, 0, 1, 1, 1, 2, 1, 2, 2, 0];
  const found = clusterAgreement(clusters, labels, 3);
  // normalized_mutual_info_score and adjusted_rand_score.
  expect(found.normalisedMutualInformation).toBeCloseTo(0.44270128334605, 12);
  expect(found.adjustedRandIndex).toBeCloseTo(0.20454545454545456, 12);
  expect(found.purity).toBeCloseTo(0.7, 12);
  expect(found.clusters).toEqual([
    { label: 0, share: 2 / 3 },
    { label: 1, share: 3 / 4 },
    { label: 2, share: 2 / 3 },
  ]);
});

it('clusters that are the classes agree wholly, whatever their numbers; one cluster of all tells nothing', () => {
  expect(clusterAgreement([2, 2, 0, 0], [5, 5, 7, 7], 3)).toMatchObject({
    purity: 1,
    normalisedMutualInformation: 1,
    adjustedRandIndex: 1,
    clusters: [{ label: 7, share: 1 }, null, { label: 5, share: 1 }],
  });
  const one = clusterAgreement([0, 0, 0, 0], [1, 1, 2, 2], 1);
  expect([one.purity, one.normalisedMutualInformation, one.adjustedRandIndex]).toEqual([0.5, 0, 0]);
});
