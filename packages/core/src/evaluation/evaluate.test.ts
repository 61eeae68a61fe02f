import { beforeAll, describe, expect, it } from 'vitest';
import { codeExtent, encodeSets } from '../codes/index.ts';
import { imageOf, randomModel, smallMnist } from '../codes/testing/mnist.ts';
import type { Dataset, ImageSet } from '../images/index.ts';
import { dense, flatten, gaussianSampling, type LayerSpec, reshape } from '../layers/index.ts';
import { type AutoencoderSpec, type ClassifierSpec, findNetwork } from '../network/index.ts';
import { argMax } from './accuracy.ts';
import { classifierAgreement } from './class-predictions.ts';
import { codeSummary } from './code-summary.ts';
import { meanByPart, reconstruct } from './error.ts';
import { evaluateAutoencoder, evaluateClassifier } from './evaluate.ts';
import { neighbourhoodScores } from './neighbourhood.ts';

let mnist: Dataset;
beforeAll(() => {
  mnist = smallMnist(300, 50);
});

describe('evaluateAutoencoder', () => {
  it('has the fields of the contract, each from its definition', async () => {
    const model = randomModel(findNetwork('dense-1'));
    const baselines = { constantGrey: 0.3, meanImage: 0.2, pca: { components: 2, mse: 0.1 } };
    const evaluation = await evaluateAutoencoder(model, mnist, baselines);
    expect(Object.keys(evaluation)).toEqual([
      'parameters',
      'mse',
      'testLoss',
      'perClassMse',
      'floors',
      'baselines',
      'knnAccuracy',
      'trustworthiness',
      'continuity',
      'recognisable',
      'code',
      'plane',
      'shown',
      'neighbourhoods',
      'distanceCorrelation',
      'tripletAccuracy',
      'linearProbe',
    ]);
    expect(evaluation.parameters).toBe(104_890 + 105_672);
    expect(evaluation.mse).toEqual(meanByPart((await reconstruct(model, mnist)).errors, mnist));
    expect(evaluation.testLoss?.value).toBeCloseTo(evaluation.mse.test, 6);
    expect(evaluation.perClassMse).toHaveLength(10);
    expect(evaluation.baselines).toEqual(baselines);
    expect(evaluation.floors).toEqual({ constantGrey: 0.3, meanImage: 0.2, pca2: 0.1 });
    const codes = await encodeSets(model, [mnist.train, mnist.test]);
    expect(evaluation.code).toEqual({
      ...codeExtent(codes),
      ...codeSummary(codes, codeExtent(codes)),
      klPerDimension: null,
      activeUnitsByKl: null,
    });
    expect(evaluation.knnAccuracy).toEqual({ k: 5, value: expect.any(Number) });
    const train = { values: codes.values.subarray(0, 600), count: 300, size: 2 };
    const { trustworthiness, continuity } = await neighbourhoodScores(mnist.train, train, { runtime: model.runtime });
    expect(evaluation).toMatchObject({ trustworthiness, continuity, recognisable: null, plane: null, shown: null });
  });

  it('asks a classifier, where there is one, what the network draws', async () => {
    const model = randomModel(findNetwork('dense-1'));
    const classifier = randomModel(findNetwork('classifier'));
    const baselines = { constantGrey: 0.3, meanImage: 0.2, pca: { components: 2, mse: 0.1 } };
    const { recognisable, plane } = await evaluateAutoencoder(model, mnist, baselines, { classifier });
    expect(recognisable).toBe(await classifierAgreement(model, classifier, mnist.test));
    expect(plane?.size).toBe(100);
    expect(plane?.classShares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
  });

  it('has no scores of neighbours where there are too few images', async () => {
    const tiny = smallMnist(8, 2);
    const baselines = { constantGrey: 0.3, meanImage: 0.2, pca: { components: 2, mse: 0.1 } };
    const evaluation = await evaluateAutoencoder(randomModel(findNetwork('dense-1')), tiny, baselines);
    expect(evaluation).toMatchObject({ trustworthiness: null, continuity: null, knnAccuracy: { k: 5 } });
  });
});

describe('evaluateAutoencoder of other codes and labels', () => {
  const wide = (size: number, layers: readonly LayerSpec[] = []): AutoencoderSpec => {
    const base = findNetwork('dense-1');
    if (base.kind !== 'autoencoder') throw new Error('dense-1 is an autoencoder');
    return {
      ...base,
      id: `code-of-${size}`,
      encoder: [dense(size, 'linear'), ...layers],
      decoder: [...(layers.length > 0 ? [flatten()] : []), dense(784, 'sigmoid')],
    };
  };
  const baselinesOf = (components: number) => ({ constantGrey: 0.3, meanImage: 0.2, pca: { components, mse: 0.1 } });

  it.each([
    [1, wide(1)],
    [3, wide(3)],
    [20, wide(20)],
    [8, wide(8, [reshape([2, 2, 2])])],
  ])('has every figure of a code of %i, and those of the plane that it is shown on', async (size, spec) => {
    const classifier = randomModel(findNetwork('classifier'));
    const found = await evaluateAutoencoder(randomModel(spec), mnist, baselinesOf(size), { classifier });
    expect(found.code.min).toHaveLength(size);
    expect(found.code.occupied).toBeNull();
    expect(found.code.correlation === null).toBe(size === 1);
    expect(found.code.activeUnits).toBe(size);
    expect(found.knnAccuracy?.value).toBeGreaterThan(size === 1 ? 0.05 : 0.2);
    expect(found.trustworthiness).toBeGreaterThan(0.5);
    expect(found.recognisable).toEqual(expect.any(Number));
    expect(found.perClassMse).toHaveLength(10);
    expect(found.plane?.classShares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10);
    expect(found.neighbourhoods).toBeNull();
    // Codes of one number are points already, of a line.
    expect(found.shown === null).toBe(size === 1);
    if (found.shown) {
      expect(found.shown.names).toEqual(['component 1', 'component 2']);
      expect(found.shown.varianceShare).toBeGreaterThan(2 / size);
      expect(found.shown.varianceShare).toBeLessThan(1);
      expect(found.shown.trustworthiness).toBeLessThan(found.trustworthiness ?? 0);
    }
    expect(found.floors).toEqual({ constantGrey: 0.3, meanImage: 0.2 });
  });

  it('has all scores of the code and of its plane where they are asked for, and the divergence of each dimension', async () => {
    const base = wide(3);
    const spec: AutoencoderSpec = {
      ...base,
      encoder: [
        dense(16, 'relu'),
        gaussianSampling({ units: 3, meanActivation: 'linear', parameterisation: 'log-variance', epsilonStd: 1 }),
      ],
    };
    const found = await evaluateAutoencoder(randomModel(spec), mnist, baselinesOf(3), { allScores: true });
    expect(found.code.klPerDimension).toHaveLength(3);
    expect(found.code.activeUnitsByKl).toBe(found.code.klPerDimension?.filter((nats) => nats > 0.01).length);
    for (const space of [found, found.shown]) {
      expect(space?.neighbourhoods?.map(({ part, k }) => `${part} ${k}`)).toContain('test 10');
      expect(space?.linearProbe).toEqual(expect.any(Number));
      expect(space?.distanceCorrelation).toEqual(expect.any(Number));
    }
    expect(found.neighbourhoods?.[0]).toMatchObject({ k: 5, trustworthiness: found.trustworthiness });
    expect(found.shown?.neighbourhoods?.[0]).toMatchObject({ continuity: found.shown?.continuity });
    expect(found.neighbourhoods).not.toEqual(found.shown?.neighbourhoods);
  });

  it('counts classes by the data set, above 255 too', async () => {
    const move = (set: ImageSet): ImageSet => ({ ...set, labels: Uint16Array.from(set.labels, (label) => 30 * label) });
    const classNames = Array.from({ length: 271 }, (_, label) => `class ${label}`);
    const moved: Dataset = { ...mnist, classNames, train: move(mnist.train), test: move(mnist.test) };
    const model = randomModel(findNetwork('dense-1'));
    const [of, plain] = [
      await evaluateAutoencoder(model, moved, baselinesOf(2)),
      await evaluateAutoencoder(model, mnist, baselinesOf(2)),
    ];
    expect(of.perClassMse).toHaveLength(271);
    expect(of.perClassMse?.filter((_, label) => label % 30 === 0)).toEqual(plain.perClassMse);
    expect(of.knnAccuracy).toEqual(plain.knnAccuracy);
  });

  it('has nulls where labels are needed and there are none', async () => {
    const bare = (set: ImageSet): ImageSet => ({ ...set, labels: new Uint8Array(set.count) });
    const unlabelled: Dataset = { ...mnist, classNames: [], train: bare(mnist.train), test: bare(mnist.test) };
    const classifier = randomModel(findNetwork('classifier'));
    const found = await evaluateAutoencoder(randomModel(findNetwork('dense-1')), unlabelled, baselinesOf(2), {
      classifier,
    });
    expect(found).toMatchObject({ perClassMse: null, knnAccuracy: null, recognisable: null });
    expect(found.mse.all).toBeGreaterThan(0);
    expect(found.trustworthiness).toBeGreaterThan(0.5);
  });
});

describe('evaluateClassifier', () => {
  const base = findNetwork('classifier');
  const linear = (): ClassifierSpec => {
    if (base.kind !== 'classifier') throw new Error('classifier is a classifier');
    return { ...base, id: 'linear', layers: [flatten(), dense(10, 'softmax')] };
  };

  it('counts the images whose largest score by loops is their label', async () => {
    const model = randomModel(linear());
    const kernel = model.weights.get('classifier/dense/kernel') ?? new Float32Array();
    const bias = model.weights.get('classifier/dense/bias') ?? new Float32Array();
    const share = (set: Dataset['train']): number => {
      let right = 0;
      for (let i = 0; i < set.count; i++) {
        const image = imageOf(set, i);
        const scores = Float32Array.from(bias, (b, c) => image.reduce((sum, x, p) => sum + x * kernel[p * 10 + c], b));
        if (argMax(scores, 0, 10) === set.labels[i]) right += 1;
      }
      return right / set.count;
    };
    const { accuracy, perClassAccuracy, parameters } = await evaluateClassifier(model, mnist);
    expect(parameters).toBe(7850);
    expect(accuracy.train).toBeCloseTo(share(mnist.train), 12);
    expect(accuracy.test).toBeCloseTo(share(mnist.test), 12);
    expect(accuracy.all).toBeCloseTo((6 * accuracy.train + accuracy.test) / 7, 12);
    expect(perClassAccuracy).toHaveLength(10);
    expect(accuracy.all).toBeGreaterThan(0);
  });

  it('refuses an autoencoder with exit 2', async () => {
    const failed = evaluateClassifier(randomModel(findNetwork('dense-1')), mnist);
    await expect(failed).rejects.toMatchObject({ code: 'no-such-part', kind: 'input' });
  });
});

describe('argMax', () => {
  it('is the first of equals, within its window alone', () => {
    expect(argMax(Float32Array.of(9, 1, 3, 3, 9), 1, 3)).toBe(1);
  });
});
