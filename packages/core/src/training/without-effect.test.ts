import { describe, expect, it } from 'vitest';
import { augmentations } from '../augmentations/index.ts';
import { dense, dropout } from '../layers/index.ts';
import { lossTerms } from '../losses/index.ts';
import { type AutoencoderSpec, findNetwork, networks, type Recipe, resolveNetwork } from '../network/index.ts';
import { fieldsWithoutEffect } from './without-effect.ts';

const plain: AutoencoderSpec = {
  kind: 'autoencoder',
  id: 'plain',
  title: 'Plain',
  file: 'autoencoders/plain.keras',
  inputShape: [6],
  encoder: [dense(2, 'relu')],
  decoder: [dense(6, 'sigmoid')],
  loss: { type: 'mse' },
  recipes: findNetwork('dense-1').recipes,
  published: null,
  record: '',
};
const network = resolveNetwork(plain);
const { best } = plain.recipes;
const recipe: Recipe = { ...best, bestBy: undefined, outputBias: undefined, biasInitializer: undefined };

const fields = (changes: Partial<Recipe>, more: Partial<Parameters<typeof fieldsWithoutEffect>[0]> = {}) =>
  fieldsWithoutEffect({ network, recipe: { ...recipe, ...changes }, ...more }).map(({ field }) => field);

describe('a field without effect', () => {
  it.each([
    [{ validationFrom: 'shuffled' }, { validationSplit: 0.1 }],
    [{ augmentationEpochs: 1 }, { augmentation: [augmentations.get('affine').defaults] }],
    [{ augmentationTarget: 'original' }, { augmentation: [augmentations.get('affine').defaults] }],
  ] as const)('is told of %j, until %j is there too', (changes, others) => {
    expect(fields(changes as Partial<Recipe>)).toEqual(Object.keys(changes));
    expect(fields({ ...changes, ...others } as Partial<Recipe>)).toEqual([]);
  });

  it('is one of dropout without a layer that drops, and of neighbours without a term of pairs', () => {
    expect(fields({ dropoutEpochs: 1, neighbourEpochs: 1 })).toEqual(['dropoutEpochs', 'neighbourEpochs']);
    const dropping = resolveNetwork({
      ...plain,
      encoder: [dropout(0.1), dense(2, 'relu')],
      loss: { ...lossTerms.get('neighbours').defaults },
    });
    expect(fields({ dropoutEpochs: 1 }, { network: dropping })).toEqual([]);
    expect(fields({ dropoutEpochs: 1, neighbourEpochs: 1 }, { network: dropping, decoderAlone: true })).toEqual([
      'dropoutEpochs',
      'neighbourEpochs',
    ]);
    const idle = resolveNetwork({ ...plain, encoder: [dropout(0), dense(2, 'relu')] });
    expect(fields({ dropoutEpochs: 1 }, { network: idle })).toEqual(['dropoutEpochs']);
  });

  it('is one of how weights begin where they are given', () => {
    const begins = { biasInitializer: 'fan-in-uniform', outputBias: 'mean-image', initializationIndex: 1 } as const;
    expect(fields(begins)).toEqual([]);
    expect(fields(begins, { begun: true })).toEqual(Object.keys(begins));
  });

  it('is in no recipe of the zoo', () => {
    for (const spec of networks)
      for (const known of [spec.recipes.documented, spec.recipes.best])
        expect(
          fieldsWithoutEffect({
            network: resolveNetwork(spec),
            recipe: known,
            decoderAlone: spec.kind === 'autoencoder' && spec.frozenEncoder !== undefined,
          }),
          `${spec.id} ${known.name}`,
        ).toEqual([]);
  });
});
