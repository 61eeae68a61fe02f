import { networks } from 'latent-plane';
import { describe, expect, it } from 'vitest';
import { durationWords, evidenceFacts, recipeFacts } from './facts.ts';

describe('recipeFacts', () => {
  it('tells seed, rate and held-out images of every recipe of the zoo', () => {
    const recipes = networks.flatMap(({ recipes }) => Object.values(recipes));
    expect(recipes.length).toBeGreaterThan(20);
    for (const recipe of recipes) {
      const facts = new Map(recipeFacts(recipe));
      expect(facts.get('Seed')).toBe(String(recipe.seed));
      expect(facts.get('Learning-rate schedule')).toContain(String(recipe.schedule.learningRate));
      expect(facts.get('Held out for validation')).toMatch(/^none$|^\d+ %$/);
      expect([...facts.values()].join()).not.toMatch(/undefined|NaN|\[object|\b1 epochs/);
    }
  });

  it('tells what the best epoch is told by, and what changed images are compared with', () => {
    const [{ recipes }] = networks;
    const facts = new Map(recipeFacts({ ...recipes.best, bestBy: 'training-loss', augmentationTarget: 'original' }));
    expect(facts.get('Best epoch told by')).toBe('the loss over all training images after it');
    expect(facts.get('Augmentation target')).toBe('the image before the change');
  });
});

describe('evidenceFacts', () => {
  it('spells names out and rounds to four digits', () => {
    const evidence = { saturatedShare: 0.123456, classes: ['1', '7'], extent: [0, 2.00001], none: [] };
    expect(evidenceFacts({ evidence })).toStrictEqual([
      ['saturated share', '0.1235'],
      ['classes', '1, 7'],
      ['extent', '0, 2'],
      ['none', 'none'],
    ]);
  });
});

describe('durationWords', () => {
  it('takes the unit that fits', () => {
    expect([12.4, 75, 7260].map(durationWords)).toStrictEqual(['12 s', '1 min 15 s', '2 h 1 min']);
  });
});
