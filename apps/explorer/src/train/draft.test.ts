import { readdirSync, readFileSync } from 'node:fs';
import { dense, type LossSpec, parseNetworkFile, parseRecipeFile } from 'latent-plane';
import { layerDefinitions } from 'latent-plane/internal';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, formatSettings, parseSettings } from '../state/settings.ts';
import { DEFAULT_TRAIN } from '../state/train-settings.ts';
import { newLayer, trainable, withArchitecture } from './architecture.ts';
import { checkNetwork, firstFault } from './check.ts';
import { choiceOf, type Draft, draftOf, draftOfFile, draftOfRecipe, fileOfDraft, isEdited } from './draft.ts';
import { packArchitecture, unpackArchitecture } from './packed-network.ts';

const EXAMPLES = new URL('../../../../examples/', import.meta.url);
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
      source: null,
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

  it('keeps names and inputs of a layer that becomes another type, as far as that takes them', () => {
    const join = { type: 'add', name: 'sum', inputs: ['a', 'b'] } as const;
    expect(newLayer('concatenate', join)).toEqual({ type: 'concatenate', name: 'sum', inputs: ['a', 'b'] });
    expect(newLayer('flatten', join)).toEqual({ type: 'flatten', name: 'sum', inputs: ['a'] });
    expect(newLayer('add', { ...dense(2, 'relu'), inputs: ['a'] })).toEqual({ type: 'add' });
  });
});

describe('a draft of a file', () => {
  const read = (name: string) => {
    const text = readFileSync(new URL(name, EXAMPLES), 'utf8');
    return parseNetworkFile(text, name);
  };
  const own = draftOfFile(start, read('keras-vae.yaml'), 'keras-vae.yaml');

  it('is the same after a link: layers with names and inputs, loss, recipe, the images that it names', () => {
    expect(own.network.encoder.at(-1)).toMatchObject({ inputs: ['z_mean', 'z_log_var'] });
    const { file: _, ...linkedBase } = linked(own).base;
    const { file: __, ...base } = own.base;
    expect(linkedBase).toEqual(base);
    expect(linked(own)).toMatchObject({ source: { name: 'keras-vae.yaml', data: 'mnist' }, recipe: own.recipe });
    expect(choiceOf(own).layers?.length).toBeLessThan(1500);
  });

  it.each(readdirSync(EXAMPLES).filter((name) => name.endsWith('.yaml')))('%s fits into a link', (name) => {
    const draft = draftOfFile(start, read(name), name);
    expect(linked(draft).network).toEqual(draft.network);
    expect(firstFault(checkNetwork(draft.network))).toBeNull();
  });

  it('keeps its name when it is edited, and becomes a file that reads back', () => {
    const label = { classes: 10 };
    const decoder = [{ type: 'concatenate', inputs: ['input', 'label'] } as const, ...own.base.decoder];
    const network = withArchitecture(own.base, { ...own.base, decoder, label });
    expect([network.id, isEdited({ base: own.base, network })]).toEqual(['keras-vae', true]);
    const { spec, recipe, data } = parseNetworkFile(fileOfDraft({ network, recipe: own.recipe }, 'mnist'), 'a.yaml');
    expect({ ...spec, recipes: network.recipes }).toEqual(network);
    expect([recipe, data]).toEqual([own.recipe, 'mnist']);
    expect(withArchitecture(own.base, { ...network, decoder: own.base.decoder, label: undefined })).toBe(own.base);
  });

  it('takes a recipe of a file', () => {
    const draft = draftOfRecipe(own, parseRecipeFile('epochs: 3\nlearningRate: 0.5\nsource: mine', 'r.yaml'));
    expect(draft.recipe).toMatchObject({ epochs: 3, batchSize: 128, schedule: { learningRate: 0.5 }, source: 'mine' });
    expect(draftOfRecipe(start, parseRecipeFile('name: documented', 'r.yaml'))).toMatchObject({
      recipeName: 'documented',
      recipe: start.base.recipes.documented,
    });
  });

  it('falls back to the zoo for a link whose recipe is none', () => {
    const layers = packArchitecture(own.network, {
      ...own.base,
      name: 'a',
      data: null,
      recipe: {} as typeof own.recipe,
    });
    expect(draftOf({ ...DEFAULT_TRAIN, layers })).toMatchObject({ source: null, base: { id: 'dense-1' } });
  });
});
