import { describe, expect, it } from 'vitest';
import { clusterCodes } from './clusters.ts';
import { type Codes, codeExtent } from './codes.ts';
import { covarianceOf, meanCode } from './covariance.ts';
import { codeDistances, drawCodes, fitGaussian } from './distribution.ts';
import { fitMixture, logDensities } from './mixture.ts';
import { atOnce } from './turns.ts';

const codesOf = (rows: readonly (readonly number[])[]): Codes => ({
  values: Float32Array.from(rows.flat()),
  count: rows.length,
  size: rows[0].length,
});

const few = codesOf([
  [1, 2, 0],
  [2, 1, 1],
  [3, 5, -1],
  [0, 0, 0.5],
  [4, 4, 2],
  [1, 0, -2],
]);

/** Three discs of points, laid out as the seeds of a sunflower: centre, both radii, how many. */
const discs = codesOf(
  (
    [
      [0, 0, 1, 0.3, 40],
      [6, 1, 0.4, 1, 30],
      [1, 7, 0.7, 0.7, 20],
    ] as const
  ).flatMap(([x, y, wide, high, count]) =>
    Array.from({ length: count }, (_, i) => {
      const [angle, radius] = [2.399963 * i, 2 * Math.sqrt((i + 0.5) / count)];
      return [x + wide * radius * Math.cos(angle), y + high * radius * Math.sin(angle)];
    }),
  ),
);

const covariance = (codes: Codes): number[][] => atOnce(covarianceOf(codes, codeExtent(codes)));

describe('the Gaussian of codes', () => {
  it('measures Mahalanobis distances as NumPy does with the inverse of the covariance', () => {
    // sqrt((x - m)^T C^-1 (x - m)), C = numpy.cov(x.T, bias=True).
    const wanted = [1.23620886, 1.24445832, 1.99173424, 1.70508597, 1.88854963, 2.11711313];
    codeDistances(few, fitGaussian(few)).forEach((distance, i) => {
      expect(distance).toBeCloseTo(wanted[i], 5); // the ridge is 1e-6 of the mean variance
    });
  });

  it('gives back its mean and covariance where many are drawn', () => {
    const drawn = drawCodes(fitGaussian(few), 200_000, { seed: 3 });
    const [mean, wanted] = [meanCode(drawn), meanCode(few)];
    mean.forEach((value, d) => {
      expect(value).toBeCloseTo(wanted[d], 1.7); // 5 standard errors are 0.02
    });
    covariance(few).forEach((row, a) => {
      row.forEach((value, b) => {
        expect(Math.abs(covariance(drawn)[a][b] - value)).toBeLessThan(0.06);
      });
    });
  });

  it('of codes that do not vary in a dimension draws none that do', () => {
    const flat = codesOf([
      [1, 5],
      [2, 5],
      [4, 5],
    ]);
    const drawn = drawCodes(fitGaussian(flat), 500);
    for (let i = 0; i < drawn.count; i++) expect(Math.abs(drawn.values[2 * i + 1] - 5)).toBeLessThan(0.02);
    const still = drawCodes(
      fitGaussian(
        codesOf([
          [3, 3],
          [3, 3],
        ]),
      ),
      10,
    );
    for (const value of still.values) expect(value).toBeCloseTo(3, 6);
  });

  it('is not made of codes too wide for it, or of none', () => {
    const wide = { values: new Float32Array(4096), count: 2, size: 2048 };
    expect(() => fitGaussian(wide)).toThrow(expect.objectContaining({ code: 'code-size' }));
    expect(() => fitMixture(wide)).toThrow(expect.objectContaining({ code: 'code-size' }));
    expect(() => fitGaussian({ values: new Float32Array(0), count: 0, size: 2 })).toThrow(
      expect.objectContaining({ code: 'no-codes' }),
    );
  });
});

describe('draws', () => {
  it('are the same from the same seed, others from another, and the first of many', () => {
    for (const distribution of [
      { type: 'prior', size: 3 } as const,
      fitGaussian(few),
      fitMixture(discs, { components: 3 }),
    ]) {
      const drawn = drawCodes(distribution, 5, { seed: 9 });
      expect(drawCodes(distribution, 5, { seed: 9 })).toEqual(drawn);
      expect(drawCodes(distribution, 50, { seed: 9 }).values.subarray(0, drawn.values.length)).toEqual(drawn.values);
      expect(drawCodes(distribution, 5, { seed: 8 }).values).not.toEqual(drawn.values);
    }
  });

  it('spread as far as the temperature says, around the mean at zero', () => {
    const prior = { type: 'prior', size: 2 } as const;
    const { std } = codeExtent(drawCodes(prior, 50_000, { temperature: 0.5 }));
    for (const each of std) expect(each).toBeCloseTo(0.5, 2);
    const still = drawCodes(fitGaussian(few), 2, { temperature: 0 }).values;
    expect(still.subarray(3)).toEqual(Float32Array.from(meanCode(few)));
    expect(codeDistances(drawCodes(prior, 1, { temperature: 0 }), prior)).toEqual(Float64Array.of(0));
  });
});

describe('a mixture of Gaussians', () => {
  it('has the weights, means and covariances that scikit-learn finds', () => {
    const { gaussians, logLikelihood } = fitMixture(discs, { components: 3 });
    // GaussianMixture(3, reg_covar=0, tol=1e-10).fit(...)
    const wanted = [
      { weight: 0.44444452, mean: [0.015475, -0.006476], variance: [1.03217348, 0.08704132], across: -0.00515833 },
      { weight: 0.33333326, mean: [6.01506, 1.006055], variance: [0.15803689, 1.01081525], across: 0.01898281 },
      { weight: 0.22222222, mean: [1.014539, 7.038102], variance: [0.46634269, 0.5119942], across: -0.02951517 },
    ];
    expect(logLikelihood).toBeCloseTo(-2.8975577, 4);
    gaussians.forEach(({ weight, mean, factor: [a, , b, c] }, k) => {
      expect(weight).toBeCloseTo(wanted[k].weight, 4);
      expect(mean[0]).toBeCloseTo(wanted[k].mean[0], 4);
      expect(mean[1]).toBeCloseTo(wanted[k].mean[1], 4);
      expect(a * a).toBeCloseTo(wanted[k].variance[0], 4);
      expect(a * b).toBeCloseTo(wanted[k].across, 4);
      expect(b * b + c * c).toBeCloseTo(wanted[k].variance[1], 4);
    });
  });

  it('has a density that is high within the discs and low between them', () => {
    const mixture = fitMixture(discs, { components: 3 });
    const mean = logDensities(discs, mixture).reduce((sum, each) => sum + each / discs.count, 0);
    expect(mean).toBeCloseTo(mixture.logLikelihood, 3);
    const [within, between] = logDensities(
      codesOf([
        [6, 1],
        [3, 3],
      ]),
      mixture,
    );
    // The middle of a Gaussian of weight 1/3: log(1/3) - log(2 pi) - log(0.15803689 * 1.01081525 - 0.01898281 ** 2) / 2.
    expect(within).toBeCloseTo(-2.01965, 2);
    expect(between).toBeLessThan(-20);
  });

  it('of one is the Gaussian of the codes', () => {
    const [{ mean, factor }] = fitMixture(few, { components: 1 }).gaussians;
    const fitted = fitGaussian(few);
    if (fitted.type === 'prior') throw new Error('a fit is no prior');
    factor.forEach((value, i) => {
      expect(value).toBeCloseTo(fitted.gaussians[0].factor[i], 9);
    });
    expect(Array.from(mean)).toEqual(Array.from(meanCode(few), (value) => expect.closeTo(value, 12)));
  });

  it('draws from each as often as its weight says', () => {
    const drawn = drawCodes(fitMixture(discs, { components: 3 }), 20_000);
    let high = 0;
    for (let i = 0; i < drawn.count; i++) if (drawn.values[2 * i + 1] > 4.5) high += 1;
    expect(high / drawn.count).toBeCloseTo(2 / 9, 1.8);
  });
});

describe('clusters of codes', () => {
  it('are the discs that the codes lie in, the largest first', () => {
    const { clusters, sizes, centres, inertia } = clusterCodes(discs, 3);
    expect(sizes).toEqual([40, 30, 20]);
    expect(Array.from(clusters)).toEqual([40, 30, 20].flatMap((count, k) => new Array<number>(count).fill(k)));
    expect(centres).toMatchObject({ count: 3, size: 2 });
    for (const [d, value] of [6.01506, 1.006055].entries()) expect(centres.values[2 + d]).toBeCloseTo(value, 4);
    // KMeans(3).fit(...).inertia_ of scikit-learn.
    expect(inertia).toBeCloseTo(99.40071, 3);
  });

  it('are the same from the same seed', () => {
    expect(clusterCodes(discs, 7, { seed: 4 })).toEqual(clusterCodes(discs, 7, { seed: 4 }));
  });

  it('are no more than the codes that differ', () => {
    const same = codesOf([
      [1, 1],
      [1, 1],
      [2, 2],
      [2, 2],
    ]);
    expect(clusterCodes(same, 1)).toMatchObject({ sizes: [4], inertia: 2 });
    expect(clusterCodes(same, 2)).toMatchObject({ sizes: [2, 2], inertia: 0 });
    expect(() => clusterCodes(same, 3)).toThrow('expected at most 2 clusters of 4 codes, 2 of them different, got 3');
    const one = codesOf([[1, 1]]);
    expect(() => clusterCodes(one, 1)).toThrow('expected two codes or more of 1 codes');
    const equal = { values: new Float32Array(20), count: 10, size: 2 };
    expect(clusterCodes(equal, 1)).toMatchObject({ sizes: [10], inertia: 0 });
  });
});
