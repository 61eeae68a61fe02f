import { describe, expect, it } from 'vitest';
import { findNetwork, parseRecipe, type Recipe } from '../network/index.ts';
import { commandOf, formatRunConfig, parseRunConfig, RUN_FORMAT, type RunConfig } from './config.ts';
import { metricsOf } from './metrics.ts';
import { formatModelCard } from './model-card.ts';
import { overridesOf, type RecipeOptions, recipeOf } from './recipe.ts';

const network = findNetwork('map-1');
const sum = '0'.repeat(64);

const configOf = (options: RecipeOptions, changes: Partial<Recipe> = {}): RunConfig => ({
  format: RUN_FORMAT,
  command: 'train',
  network,
  recipe: parseRecipe({ ...recipeOf(network, options), ...changes }),
  overrides: overridesOf(options),
  dataset: {
    argument: 'mnist',
    name: 'MNIST',
    licence: 'none',
    source: 'a test',
    train: 60_000,
    test: 10_000,
    height: 28,
    width: 28,
    sha256: { trainImages: sum, trainLabels: sum, testImages: sum, testLabels: sum },
  },
  threads: 1,
  checkpointEvery: null,
  init: null,
  encoder: null,
  decoder: null,
  versions: { latentPlane: '1', onnxruntime: '1', node: '20', platform: 'linux' },
});

const cardOf = (config: RunConfig): string =>
  formatModelCard(
    config,
    metricsOf(config, { history: [], bestEpoch: 0, seconds: 1, imagesPerSecond: 1, stopped: null }),
  );

describe('the model card', () => {
  it('tells every field of the recipe, the output bias and what the best epoch is told by among them', () => {
    const card = cardOf(configOf({ recipe: 'best', bestBy: 'training-loss', restoreBest: true }));
    expect(card).toContain('| Output-bias initialiser | draws the mean training image |');
    expect(card).toContain('| Best epoch told by | the loss over all training images after it |');
    expect(card).toContain('| Optimiser | Adam (beta1 0.9, beta2 0.999, epsilon 1e-7) |');
    expect(card).toContain('Minimises mean squared error + 0.03 x cross-entropy of neighbours in the plane.');
  });

  it('counts one epoch as one', () => {
    const schedule = { type: 'warmup-cosine', learningRate: 0.1, warmupEpochs: 1, finalFraction: 0.1 } as const;
    const card = cardOf(configOf({ patience: 1 }, { schedule, dropoutEpochs: 1, neighbourEpochs: 1 }));
    expect(card).toContain('0.1 after 1 epoch of warm-up');
    expect(card).toContain('| Patience | 1 epoch |');
    expect(card).not.toMatch(/\b1 epochs/);
  });

  it('says what was asked for beside the recipe, and the command that asks for it again', () => {
    const config = configOf({ recipe: 'best', seed: 4, epochs: 3, weightDecay: null, 'schedule.warmupEpochs': 0 });
    expect(commandOf(config)).toBe(
      'npx latent train map-1 --dataset mnist --recipe best --seed 4 --epochs 3 --set schedule.warmupEpochs=0 --set weightDecay=none --threads 1',
    );
    const card = cardOf(config);
    expect(card).toContain('| Recipe | best, but epochs = 3, schedule.warmupEpochs = 0, weightDecay = none |');
    expect(card).not.toContain('Weight decay of kernels');
    expect(parseRunConfig(new TextEncoder().encode(formatRunConfig(config)), 'config.json')).toEqual(config);
  });

  it('names the config of its folder for a network that is not of the zoo', () => {
    const config = configOf({ recipe: 'best' });
    for (const other of [{ id: 'mine' }, { loss: { type: 'mae' } as const }])
      expect(commandOf({ ...config, network: { ...network, ...other } })).toContain('npx latent train config.json --');
    expect(commandOf({ ...config, network: { ...network, title: 'Other' } })).toContain('npx latent train map-1 --');
  });

  it('tells of given initial weights in place of how others are drawn', () => {
    const card = cardOf({ ...configOf({ recipe: 'best' }), init: { model: 'runs/one', sha256: sum } });
    expect(card).toContain('| Initial weights | those of `runs/one` |');
    expect(card).not.toContain('initialiser');
  });
});

describe('the config of a run', () => {
  it('leaves out overrides that it does not know, and refuses those whose values are none', () => {
    const read = (overrides: unknown) =>
      parseRunConfig(new TextEncoder().encode(JSON.stringify({ ...configOf({}), overrides })), 'config.json').overrides;
    expect(read({ epochs: 3, later: 1 })).toEqual({ epochs: 3 });
    expect(() => read({ epochs: 'x' })).toThrow(
      'invalid-run: config.json: field "overrides.epochs": expected a whole number from 1 to 1000000, got "x"',
    );
  });
});
