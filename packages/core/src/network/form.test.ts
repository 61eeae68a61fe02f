import { describe, expect, it } from 'vitest';
import { lossForm } from '../losses/index.ts';
import { recipeFields, recipeForm } from './form.ts';
import { parseRecipe } from './recipe/schema.ts';
import { networks } from './zoo/index.ts';

const field = (name: string) => recipeFields().find((candidate) => candidate.name === name);

describe('the form of a recipe', () => {
  it('names every field that the recipes of the zoo use', () => {
    const names = new Set(recipeFields().map(({ name }) => name));
    const used = networks.flatMap(({ recipes }) => [recipes.documented, recipes.best]).flatMap(Object.keys);
    expect(used.filter((name) => !names.has(name))).toStrictEqual([]);
  });

  it('tells kinds and bounds as the schema has them', () => {
    expect(field('batchSize')).toStrictEqual({
      name: 'batchSize',
      label: 'Batch size',
      doc: 'Images in one step.',
      optional: false,
      value: { kind: 'integer', min: 1, max: 65_536 },
    });
    expect(field('validationSplit')?.value).toStrictEqual({ kind: 'number', min: 0, max: 0.9, above: false });
    expect(field('patience')?.optional).toBe(true);
    expect(field('shuffle')?.value).toStrictEqual({ kind: 'boolean' });
    expect(field('outputBias')?.value).toStrictEqual({ kind: 'choice', choices: ['mean-image'] });
  });

  it('tells the choices of a schedule, each with its own fields', () => {
    const schedule = field('schedule')?.value;
    if (schedule?.kind !== 'variant') throw new Error('a schedule is a variant');
    expect(schedule.variants.map(({ name }) => name)).toContain('warmup-cosine');
    const constant = schedule.variants.find(({ name }) => name === 'constant');
    expect(constant?.fields).toStrictEqual([
      {
        name: 'learningRate',
        label: 'Learning rate',
        doc: 'Size of a step at its highest.',
        optional: false,
        value: { kind: 'number', min: 0, max: 10, above: true },
      },
    ]);
  });

  it('agrees with the reader: a number at each bound is read, one past it is refused', () => {
    const [{ recipes }] = networks;
    for (const { name, value } of recipeFields()) {
      if (value.kind !== 'integer') continue;
      expect(parseRecipe({ ...recipes.best, [name]: value.max })).toMatchObject({ [name]: value.max });
      expect(() => parseRecipe({ ...recipes.best, [name]: value.min - 1 })).toThrow(`field "${name}"`);
    }
  });
});

describe('what a page shows first', () => {
  it('are the numbers that matter most, the rate within its schedule', () => {
    expect(recipeForm().first.map(({ name, path }) => [name, path.join('.')])).toEqual([
      ['epochs', 'epochs'],
      ['batchSize', 'batchSize'],
      ['learningRate', 'schedule.learningRate'],
      ['seed', 'seed'],
    ]);
  });

  it('leaves every other field but the texts to the rest', () => {
    const { first, rest } = recipeForm();
    const shown = [...first.map(({ path }) => path[0]), ...rest.map(({ name }) => name)];
    const all = recipeFields().map(({ name }) => name);
    expect(all.filter((name) => !shown.includes(name))).toEqual(['name', 'source']);
  });
});

it('offers the losses, each with its weight', () => {
  const loss = lossForm();
  if (loss.kind !== 'variant') throw new Error('a loss is a variant');
  expect(loss.variants.map(({ name }) => name)).toEqual(expect.arrayContaining(['mse', 'vae', 'cross-entropy']));
  const kl = loss.variants.find(({ name }) => name === 'kl');
  expect(kl?.fields.map(({ name }) => name)).toStrictEqual(['weight', 'schedule']);
});
