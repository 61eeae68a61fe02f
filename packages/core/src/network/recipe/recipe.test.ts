import { describe, expect, it } from 'vitest';
import { elastic } from '../../augmentations/index.ts';
import { optimizers } from '../../optimizers/index.ts';
import { checkAgainst } from '../../registry/validation.ts';
import { networks } from '../zoo/index.ts';
import { parseRecipe } from './schema.ts';
import { type RecipeSettings, recipeSettings, settingsBetween, settingsIn, withSettings } from './settings.ts';
import { type Recipe, recipeRows, rowEntries } from './table.ts';
import { readSetting, recipeFacts, settingsSchema, settingText, settingWords } from './words.ts';

const [{ recipes }] = networks;
const { best } = recipes;
const zooRecipes = networks.flatMap((network) => [network.recipes.documented, network.recipes.best]);

/** A recipe in which every field says something: its form's first value, and another for what `best` has. */
const full: Recipe = parseRecipe({
  ...Object.fromEntries(rowEntries.map(([name, { field }]) => [name, field.default])),
  name: 'custom',
  source: 'a test',
  augmentation: [elastic(1)],
});

const words = (run: () => unknown): string => {
  try {
    run();
    return 'none';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

describe.each(rowEntries)('the recipe field %s', (name, row) => {
  it('says what it is, and begins with a value that is read', () => {
    expect(row.field.label).toMatch(/^[A-Z].*[^.]$/);
    expect(row.field.doc).toMatch(/^[A-Z`].*\.$/);
    expect(full).toHaveProperty(name);
    expect(parseRecipe(JSON.parse(JSON.stringify(full)))).toEqual(full);
  });

  it('may be absent where it is optional, and says what that means', () => {
    const { [name]: _, ...without } = full;
    if (row.field.optional === true) {
      expect(parseRecipe(without)).toEqual(without);
      expect(row.field.doc).toMatch(/when absent/i);
    } else expect(words(() => parseRecipe(without))).toContain(`field "${name}": expected`);
  });

  it('is told by model card and page, unless it is a text', () => {
    const fact = recipeFacts(full).find((candidate) => candidate.name === name);
    if (row.form === 'hidden') expect(fact).toBeUndefined();
    else {
      expect(fact?.label).toBe(row.field.label);
      expect(fact?.value).toMatch(/\S/);
    }
  });
});

describe('the facts of a recipe', () => {
  it('have neither holes nor one of many', () => {
    for (const recipe of [...zooRecipes, full, { ...full, augmentationEpochs: 1, patience: 1, dropoutEpochs: 1 }])
      for (const { label, value } of recipeFacts(recipe))
        expect(`${label}: ${value}`).not.toMatch(/undefined|NaN|\[object|\b1 epochs/);
  });

  it('tell nothing of initial weights where a run began with given ones', () => {
    const begins = rowEntries.filter(([, { begins: it }]) => it).map(([name]) => name);
    expect(begins).toHaveLength(5);
    const told = recipeFacts(full, false).map(({ name }) => name);
    expect(told.filter((name) => begins.includes(name))).toEqual([]);
  });
});

describe('settings', () => {
  it('turn any recipe of the zoo into any other', () => {
    for (const recipe of zooRecipes)
      for (const base of [best, recipes.documented, full]) {
        const { name, source, seed } = base;
        const target = { ...recipe, name, source, seed };
        const settings = settingsBetween(target, base);
        expect(withSettings(base, settings)).toEqual(target);
        expect(
          checkAgainst(settingsSchema, JSON.parse(JSON.stringify(settings)), { code: 'a', at: { subject: 'b' } }),
        ).toEqual(settings);
      }
  });

  it('are none between a recipe and itself, and only what differs within a schedule', () => {
    expect(settingsBetween(best, best)).toEqual({});
    const changed = { ...best, schedule: { ...best.schedule, learningRate: 0.5 } };
    expect(settingsBetween(changed, best)).toEqual({ learningRate: 0.5 });
  });

  it('of patience keep the weights of the best epoch, unless something else is asked for', () => {
    expect(withSettings(best, { patience: 3 })).toMatchObject({ patience: 3, restoreBest: true });
    expect(withSettings(best, { patience: 3, restoreBest: null })).not.toHaveProperty('restoreBest');
    expect(settingsBetween({ ...best, patience: 3, restoreBest: true }, best)).toEqual({ patience: 3 });
    expect(settingsBetween({ ...best, patience: 3 }, best)).toEqual({ patience: 3, restoreBest: null });
  });

  it('leave a field out, and take a type alone with what it has in common with the one before', () => {
    expect(withSettings(full, { patience: null })).not.toHaveProperty('patience');
    const schedule = { type: 'warmup-cosine', learningRate: 0.2, warmupEpochs: 4, finalFraction: 0.1 } as const;
    expect(withSettings({ ...best, schedule }, { schedule: 'cosine-restarts' }).schedule).toEqual({
      ...schedule,
      type: 'cosine-restarts',
      cycles: 3,
    });
    expect(withSettings({ ...best, schedule }, { schedule: 'constant', learningRate: 0.3 }).schedule).toEqual({
      type: 'constant',
      learningRate: 0.3,
    });
  });

  it('within an absent field begin with its usual value', () => {
    const { optimizer } = withSettings(best, { 'optimizer.beta1': 0.5 });
    expect(optimizer).toEqual({ ...optimizers.entries[0].defaults, beta1: 0.5 });
  });

  it('are refused where their field does not take them', () => {
    expect(words(() => withSettings(best, { epochs: 0 }))).toContain('field "epochs": expected a whole number');
    expect(words(() => withSettings(best, { 'schedule.cycles': 3 }))).toContain(
      'field "schedule.cycles": the schedule "warmup-cosine" has no "cycles", expected cosine-restarts',
    );
  });

  it('are known by their former names', () => {
    const former = { restart: 3, weightAveraging: 0.9, significantBits: 9 };
    const now = { initializationIndex: 3, emaDecay: 0.9, weightPrecision: 9 };
    expect(settingsIn(former)).toEqual(now);
    expect(checkAgainst(settingsSchema, former, { code: 'a', at: { subject: 'b' } })).toEqual(now);
    expect(readSetting('restart=3')).toEqual(['initializationIndex', 3]);
    expect(withSettings(best, former as RecipeSettings)).toMatchObject(now);
  });

  it('never are the texts', () => {
    expect([...recipeSettings.keys()]).not.toEqual(expect.arrayContaining(['name']));
    expect(Object.keys(recipeRows)).toEqual(expect.arrayContaining(['name', 'source']));
  });
});

describe('a setting on the command line', () => {
  it.each([
    ['weightDecay=0.05', 0.05],
    ['patience=none', null],
    ['restoreBest=true', true],
    ['bestBy=training-loss', 'training-loss'],
    ['schedule=constant', 'constant'],
    ['schedule.warmupEpochs=1e1', 10],
    ['augmentation=elastic', [{ type: 'elastic', strength: 0.5, cell: 7 }]],
    ['augmentation=[{"type":"elastic","strength":1,"cell":9}]', [elastic(1, 9)]],
  ])('%s is read', (word, value) => {
    expect(readSetting(word)).toEqual([word.split('=')[0], value]);
  });

  it.each([
    ['weightDecay', '--set: expected FIELD=VALUE'],
    ['weightDecay=much', '--set weightDecay: expected a number from 0 to 10, got "much"'],
    ['weightDecai=1', 'got "weightDecai"; did you mean "weightDecay"?'],
    ['epochs=none', '--set epochs: expected a whole number from 1 to 1000000, got "none"'],
    ['schedule=steep', 'expected a learning-rate schedule, one of constant, warmup-cosine,'],
    ['shuffle=maybe', '--set shuffle: expected true or false, got "maybe"'],
  ])('%s is refused: %s', (word, message) => {
    expect(words(() => readSetting(word))).toContain(message);
  });

  it('is written as it is read', () => {
    for (const recipe of [...zooRecipes, full]) {
      const settings = settingsBetween(recipe, best);
      const written = settingWords(settings);
      for (const [i, word] of written.entries())
        if (word === '--set') {
          const [name, value] = readSetting(written[i + 1]);
          expect(new Map<string, unknown>(Object.entries(settings)).get(name)).toEqual(value);
        }
      expect(written.join(' ')).not.toMatch(/undefined|\[object/);
    }
    expect(settingWords({ epochs: 3, shuffle: false, learningRate: 0.1, weightDecay: 1, patience: null })).toEqual([
      '--epochs',
      '3',
      '--learning-rate',
      '0.1',
      '--set',
      'patience=none',
      '--no-shuffle',
      '--set',
      'weightDecay=1',
    ]);
    expect(settingText([elastic(1)])).toBe('[{"type":"elastic","strength":1,"cell":7}]');
  });
});
