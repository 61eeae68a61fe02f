import { beforeAll, describe, expect, it } from 'vitest';
import { codeExtent, encodeSets, type RunnableModel } from '../codes/index.ts';
import { randomModel, smallMnist } from '../codes/testing/mnist.ts';
import type { Baselines } from '../evaluation/index.ts';
import type { Dataset } from '../images/index.ts';
import {
  dense,
  dropout,
  flatten,
  gaussianNoise,
  type LayerSpec,
  layerNormalization,
  maxPooling2d,
  reshape,
  residualDense,
  upSampling2d,
} from '../layers/index.ts';
import { type AutoencoderSpec, findNetwork } from '../network/index.ts';
import { diagnose } from './diagnose.ts';
import { codeActivation, examine } from './examine.ts';

const baselines: Baselines = { constantGrey: 0.095, meanImage: 0.067, pca: { components: 2, mse: 0.056 } };
let mnist: Dataset;
beforeAll(() => {
  mnist = smallMnist(300, 100);
});

const autoencoder = (id: string): AutoencoderSpec => {
  const spec = findNetwork(id);
  if (spec.kind !== 'autoencoder') throw new Error(`${id} is no autoencoder`);
  return spec;
};
/** The same network with some weights made anew. */
const changed = (model: RunnableModel, change: (name: string, values: Float32Array) => void): RunnableModel => {
  const weights = new Map([...model.weights].map(([name, values]) => [name, values.slice()]));
  for (const [name, values] of weights) change(name, values);
  return { ...model, weights };
};
const codesFound = async (model: RunnableModel, spec: AutoencoderSpec): Promise<string[]> =>
  (await diagnose(model, spec, mnist, baselines)).map(({ code }) => code);

describe('examine', () => {
  it('measures dimensions as their definitions say', async () => {
    const spec = autoencoder('dense-1');
    const model = randomModel(spec);
    const {
      dimensions,
      code,
      codeActivation: activation,
      outputVariance,
    } = await examine(model, spec, mnist, baselines);
    const codes = await encodeSets(model, [mnist.train, mnist.test]);
    const extent = codeExtent(codes);
    expect(activation).toBe('sigmoid');
    expect(code).toMatchObject(extent);
    expect(dimensions.map(({ std }) => std)).toEqual(extent.std);
    for (const { effect, saturatedShare } of dimensions) {
      expect(effect).toBeGreaterThan(0);
      expect(saturatedShare).toBe(0);
    }
    expect(outputVariance).toBeGreaterThan(0);
    expect(outputVariance).toBeLessThan(0.02);
  });

  it('finds the activation of the code behind flatten, reshape and the mean of a variational code', () => {
    expect(['dense-1', 'cnn-1', 'convdense-5', 'vae-1'].map((id) => codeActivation(autoencoder(id)))).toEqual([
      'sigmoid',
      'relu',
      'tanh',
      'sigmoid',
    ]);
  });
});

describe('the activation of the code', () => {
  const encoder = (...layers: LayerSpec[]): AutoencoderSpec => ({ ...autoencoder('dense-1'), encoder: layers });

  it.each<[string, LayerSpec]>([
    ['a residual block, whose own is within', residualDense(4, 'sigmoid')],
    ['a normalisation', layerNormalization()],
  ])('is none behind %s', (_what, last) => {
    expect(codeActivation(encoder(dense(2, 'tanh'), last))).toBe('linear');
  });

  it('is that of the layer which makes the values, behind layers that arrange, pick or repeat them', () => {
    const behind = [dropout(0.1), gaussianNoise(0.1), reshape([1, 2, 1]), maxPooling2d([1, 1]), upSampling2d([1, 1])];
    expect(codeActivation(encoder(dense(2, 'tanh'), ...behind, flatten()))).toBe('tanh');
    expect(codeActivation(encoder(flatten()))).toBe('linear');
  });
});

describe('diagnose', () => {
  it('finds a dimension that was cut off', async () => {
    const spec = autoencoder('convdense-2');
    const cut = changed(randomModel(spec, 3), (name, values) => {
      if (!name.startsWith('encoder/dense_4/')) return;
      // Kernel [8, 2] and bias [2]: the first number stays alive, the second is nought.
      for (let i = 0; i < values.length; i++) values[i] = i % 2 === 1 ? 0 : Math.abs(values[i]);
    });
    const findings = await diagnose(cut, spec, mnist, baselines);
    expect(findings.map(({ code }) => code)).toContain('dead-dimension');
    expect(findings.find(({ code }) => code === 'dead-dimension')?.evidence).toMatchObject({ dimensions: [2] });
    // What is left is one number, which goes together with no other.
    expect((await examine(cut, spec, mnist, baselines)).livingCorrelation).toBeNull();
  });

  it('finds a code driven into a corner, and that nothing is drawn from it', async () => {
    const spec = autoencoder('convdense-5');
    const driven = changed(randomModel(spec), (name, values) => {
      if (name === 'encoder/dense_4/bias') values.set([-30, 30]);
    });
    expect(await codesFound(driven, spec)).toEqual(
      expect.arrayContaining(['constant-code', 'saturated-code', 'constant-output']),
    );
  });

  it('finds a code near zero', async () => {
    const spec = autoencoder('cnn-1');
    const small = changed(randomModel(spec, 2), (name, values) => {
      if (name.startsWith('encoder/')) for (let i = 0; i < values.length; i++) values[i] *= 0.01;
    });
    expect(await codesFound(small, spec)).toContain('near-zero-code');
  });

  it('calls weights that are no numbers diverged, and looks no further', async () => {
    const spec = autoencoder('dense-1');
    const broken = changed(randomModel(spec), (_, values) => values.fill(Number.NaN));
    expect(await diagnose(broken, spec, mnist, baselines)).toMatchObject([{ code: 'diverged', severity: 'error' }]);
  });

  it('draws the same findings a second time', async () => {
    const spec = autoencoder('vae-1');
    const classifier = randomModel(findNetwork('classifier'));
    const once = await diagnose(randomModel(spec), spec, mnist, baselines, { classifier });
    expect(await diagnose(randomModel(spec), spec, mnist, baselines, { classifier })).toEqual(once);
    expect(once.length).toBeGreaterThan(0);
  });
});
