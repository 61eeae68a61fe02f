import { dense, type LossSpec } from 'latent-plane';
import { layerDefinitions } from 'latent-plane/internal';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, formatSettings, parseSettings } from '../state/settings.ts';
import { DEFAULT_TRAIN } from '../state/train-settings.ts';
import {
  choiceOf,
  type Draft,
  draftOf,
  isEdited,
  newLayer,
  packArchitecture,
  trainable,
  unpackArchitecture,
  withArchitecture,
} from './draft.ts';

const start = draftOf(DEFAULT_TRAIN);
/** Through a link and back. */
const linked = (draft: Draft): Draft =>
  draftOf(parseSettings(formatSettings({ ...DEFAULT_SETTINGS, page: 'train', train: choiceOf(draft) })).train);

describe('a draft', () => {
  it('begins with dense-1 and its best recipe, and leaves the address empty', () => {
    expect(start.network).toBe(trainable.find(({ id }) => id === 'dense-1'));
    expect(start.recipe).toStrictEqual(start.network.recipes.best);
    expect(formatSettings({ ...DEFAULT_SETTINGS, train: choiceOf(start) })).toBe('');
  });

  it('is the same after a link: network, recipe, seed, rate, batch, epochs, images', () => {
    const base = trainable[5];
    const draft: Draft = {
      base,
      recipeName: 'documented',
      network: base,
      recipe: {
        ...base.recipes.documented,
        seed: 9,
        batchSize: 64,
        epochs: 3,
        patience: 2,
        schedule: { type: 'constant', learningRate: 0.02 },
      },
      images: 5000,
    };
    expect(linked(draft)).toStrictEqual(draft);
    const text = formatSettings({ ...DEFAULT_SETTINGS, train: choiceOf(draft) });
    expect(text).toMatch(/train=.*&recipe=documented&seed=9&rate=0.02&batch=64&epochs=3&images=5000&more=/);
  });

  it('keeps another schedule, and an optional field that was taken away', () => {
    const { initializationIndex: _, ...recipe } = start.recipe;
    const draft: Draft = {
      ...start,
      recipe: { ...recipe, schedule: { type: 'step-decay', learningRate: 0.01, factor: 0.5, everyEpochs: 4 } },
    };
    expect(linked(draft).recipe).toStrictEqual(draft.recipe);
  });

  it('reads fields of recipe and loss under their former names', () => {
    const { recipe } = draftOf({ ...DEFAULT_TRAIN, more: '{"restart":7,"weightAveraging":0.9}' });
    expect(recipe).toMatchObject({ initializationIndex: 7, emaDecay: 0.9 });
    expect(recipe).not.toHaveProperty('restart');
    const loss = { type: 'neighbours', weight: 0.5, neighbours: 2, metric: 'pixels' } as const;
    const former = { ...start.base, loss: { ...loss, strangers: 3 } as unknown as LossSpec };
    expect(unpackArchitecture(packArchitecture(former), start.base)?.loss).toEqual({ ...loss, negatives: 3 });
  });

  it('keeps edited layers in a short link, those that are at fault too', () => {
    const encoder = [dense(Number.NaN, 'relu'), ...start.base.encoder.slice(1)];
    const draft: Draft = { ...start, network: withArchitecture(start.base, { ...start.base, encoder }) };
    expect(isEdited(draft)).toBe(true);
    expect(choiceOf(draft).layers?.length).toBeLessThan(400);
    expect(linked(draft).network.encoder[1]).toStrictEqual(start.base.encoder[1]);
    expect(linked(draft).network.id).toBe('custom');
  });

  it("is the zoo's again when its layers are", () => {
    expect(withArchitecture(start.base, { ...start.base })).toBe(start.base);
  });

  it.each(['', 'AAAA', '%%%', '{"encoder":1}'])(
    'falls back to the zoo for layers that cannot be read: %j',
    (layers) => {
      expect(draftOf({ ...DEFAULT_TRAIN, layers }).network).toBe(start.base);
    },
  );

  it('takes any layer type of the library, and keeps what two types have in common', () => {
    for (const { type, defaults } of layerDefinitions) expect(newLayer(type)).toStrictEqual(defaults);
    expect(newLayer('conv2d', dense(7, 'tanh'))).toMatchObject({ type: 'conv2d', activation: 'tanh' });
    expect(newLayer('conv2d', dense(7, 'softmax'))).toMatchObject({ activation: 'relu' });
  });
});
