import { beforeAll, describe, expect, it } from 'vitest';
import { codeExtent, encodeSets } from '../codes/index.ts';
import { imageOf, randomModel, smallMnist } from '../codes/testing/mnist.ts';
import type { Dataset } from '../images/index.ts';
import { dense, flatten } from '../layers/index.ts';
import { type ClassifierSpec, findNetwork } from '../network/index.ts';
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
    ]);
    expect(evaluation.parameters).toBe(104_890 + 105_672);
    expect(evaluation.mse).toEqual(meanByPart((await reconstruct(model, mnist)).errors, mnist));
    expect(evaluation.testLoss?.value).toBeCloseTo(evaluation.mse.test, 6);
    expect(evaluation.perClassMse).toHaveLength(10);
    expect(evaluation.baselines).toEqual(baselines);
    expect(evaluation.floors).toEqual({ constantGrey: 0.3, meanImage: 0.2, pca2: 0.1 });
    const codes = await encodeSets(model, [mnist.train, mnist.test]);
    expect(evaluation.code).toEqual({ ...codeExtent(codes), ...codeSummary(codes, codeExtent(codes)) });
    expect(evaluation.knnAccuracy).toEqual({ k: 5, value: expect.any(Number) });
    const train = { values: codes.values.subarray(0, 600), count: 300, size: 2 };
    const { trustworthiness, continuity } = await neighbourhoodScores(mnist.train, train, { runtime: model.runtime });
    expect(evaluation).toMatchObject({ trustworthiness, continuity, recognisable: null, plane: null });
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
