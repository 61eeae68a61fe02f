import { parseNetworkSpec, parseRecipe } from 'latent-plane';
import {
  type FormKind,
  formFields,
  layerDefinitions,
  lossForm,
  recipeFields,
  switchVariant,
} from 'latent-plane/internal';
import { describe, expect, it } from 'vitest';
import { trainable } from '../../train/architecture.ts';
import { NO_RUN, type RunState } from '../../train/run-state.ts';
import { curveScale, epochTicks } from './curve-scale.ts';
import { firstValue, hintOf, inputOf, textOf, valueFrom } from './input-kinds.ts';
import { loadingWords, placeWords, rateWords, spokenStatus, statusWord } from './status-words.ts';

describe('the inputs of a form', () => {
  it.each(layerDefinitions)('give every field of $label back as it was', ({ defaults, fields }) => {
    for (const field of formFields(fields)) {
      const { name } = field;
      const kind = inputOf(field);
      const value = (defaults as unknown as Record<string, unknown>)[name];
      expect(valueFrom(kind, textOf(kind, value), field.optional)).toStrictEqual(value);
    }
  });

  it('take sizes however they are written', () => {
    const kind = { kind: 'sizes', what: '' } as const;
    for (const text of ['3 × 5', '3x5', '3, 5', ' 3  5 ']) expect(valueFrom(kind, text, false)).toStrictEqual([3, 5]);
  });

  it('leave what is no number for the check to refuse', () => {
    const kind = { kind: 'integer', min: 1, max: 9 } as const;
    expect(valueFrom(kind, '', false)).toBeNaN();
    expect(valueFrom(kind, '', true)).toBeUndefined();
    expect(valueFrom(kind, '0,5', false)).toBe(0.5);
    expect(hintOf(kind)).toBe('1 to 9');
  });

  it('begin an optional field of a recipe with a value that is read', () => {
    const [{ recipes }] = trainable;
    for (const { name, optional, value } of recipeFields()) {
      if (optional) expect(parseRecipe({ ...recipes.best, [name]: firstValue(value) })).toHaveProperty(name);
    }
  });
});

describe('a choice in the form', () => {
  const variantsOf = (kind: FormKind | undefined) => (kind?.kind === 'variant' ? kind.variants : []);
  const [{ recipes, ...dense1 }] = trainable;
  const schedule = recipeFields().find(({ name }) => name === 'schedule')?.value;

  it('of a loss begins with values that are read, and with a term that counts', () => {
    const [vae] = trainable.filter(({ id }) => id === 'vae-1');
    expect(variantsOf(lossForm('images')).length).toBeGreaterThan(3);
    for (const { start, doc } of variantsOf(lossForm('images'))) {
      const { loss } = parseNetworkSpec({ ...vae, loss: start });
      if ('weight' in loss) expect(loss.weight).toBeGreaterThan(0);
      expect(doc).toMatch(/\S/);
    }
  });

  it('of labels is none for images', () => {
    for (const { start } of variantsOf(lossForm('labels')))
      expect(() => parseNetworkSpec({ ...dense1, recipes, loss: start })).toThrow('a loss of images');
  });

  it('of a schedule begins with values that are read', () => {
    for (const { start } of variantsOf(schedule))
      expect(parseRecipe({ ...recipes.best, schedule: start }).schedule).toEqual(start);
  });

  it('of another type keeps what both types have in common, and no weight of another term', () => {
    if (schedule === undefined) throw new Error('a recipe has a schedule');
    const old = { type: 'warmup-cosine', learningRate: 0.7, warmupEpochs: 3, finalFraction: 0.5 };
    expect(switchVariant(schedule, old, 'step-decay')).toEqual({
      type: 'step-decay',
      learningRate: 0.7,
      factor: 0.5,
      everyEpochs: 10,
    });
    expect(switchVariant(schedule, old, 'hold-cosine')).toEqual({ ...old, type: 'hold-cosine', decayEpochs: 5 });
    expect(switchVariant(lossForm(), { type: 'vae', weight: 0.5 }, 'jacobian')).toEqual({
      type: 'jacobian',
      weight: 0.001,
    });
    expect(switchVariant(lossForm(), { type: 'vae', weight: 0.5 }, 'vae-log-sigma')).toHaveProperty('weight', 0.5);
  });
});

describe('the scales of a curve', () => {
  it('are linear within a few multiples, with round ticks', () => {
    const scale = curveScale([0.04, 0.05, 0.06]);
    expect(scale.isLog).toBe(false);
    expect(scale.ticks).toStrictEqual([0.04, 0.045, 0.05, 0.055, 0.06]);
    expect(scale.at(0.05)).toBeCloseTo(0.5);
  });
  it('are logarithmic over more', () => {
    const scale = curveScale([0.01, 1]);
    expect(scale.isLog).toBe(true);
    expect(scale.ticks).toStrictEqual([0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]);
    expect(scale.at(0.1)).toBeCloseTo(0.5);
  });
  it('has few ticks however far the loss ran away', () => {
    expect(curveScale([0.01, 1e30]).ticks.length).toBeLessThan(10);
  });
  it.each([[[]], [[Number.NaN]], [[0.5]], [[0, 0]]])('place what can be placed of %j', (values) => {
    const { at } = curveScale(values);
    expect(at(0.5)).toSatisfy(Number.isFinite);
  });
  it('name whole epochs alone', () => {
    expect(epochTicks(0, 1)).toStrictEqual([0, 1]);
    const ticks = epochTicks(0, 150);
    expect(ticks.every(Number.isInteger)).toBe(true);
    expect(ticks.length).toBeLessThan(10);
  });
});

describe('where a run stands, in words', () => {
  const running: RunState = {
    ...NO_RUN,
    status: 'running',
    progress: {
      epoch: 3,
      epochs: 150,
      batch: 12,
      batches: 235,
      step: 482,
      loss: 0.05,
      imagesPerSecond: 18_000.4,
      secondsLeft: 74,
    },
  };
  it('tells place, speed and time left', () => {
    expect(placeWords(running)).toBe('Epoch 3 of 150, batch 12 of 235');
    expect(rateWords(running)).toBe('18,000 images/s · 1 min 14 s left');
    expect(rateWords({ ...running, status: 'paused' })).toBe('');
  });
  it('tells of images on their way', () => {
    const loading: RunState = { ...NO_RUN, status: 'loading', data: { what: 'Images', done: 5000, total: 60_000 } };
    expect(statusWord(loading)).toBe('Loading images');
    expect(loadingWords(loading)).toBe('Images: 5,000 of 60,000');
    expect(spokenStatus(loading)).toBe('Preparing the training');
  });
  it('has a word for every status', () => {
    const words = (['loading', 'running', 'paused', 'finished', 'early', 'diverged', null] as const).map((status) =>
      statusWord({ ...NO_RUN, status }),
    );
    expect(new Set(words).size).toBe(7);
  });
});
