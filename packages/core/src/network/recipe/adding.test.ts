/**
 * What one new file and one line in a list bring: here the lists are the real ones and one entry more, and the new types
 * are trained with, resumed, read, written, shown and explained by code that knows none of them.
 */
import { describe, expect, it, vi } from 'vitest';
import {
  codeLengthTerm,
  linearAugmentation,
  plateauRow,
  sawtoothSchedule,
  signOptimizer,
} from './testing/additions.ts';

vi.mock('./stopping-rows.ts', async (original) => {
  const { stoppingRows } = await original<typeof import('./stopping-rows.ts')>();
  return { stoppingRows: { ...stoppingRows, plateau: plateauRow } };
});
vi.mock('../../losses/list.ts', async (original) => {
  const { termList, ...rest } = await original<typeof import('../../losses/list.ts')>();
  return { ...rest, termList: [...termList, codeLengthTerm] };
});
vi.mock('../../optimizers/list.ts', async (original) => {
  const { optimizerList } = await original<typeof import('../../optimizers/list.ts')>();
  return { optimizerList: [...optimizerList, signOptimizer] };
});
vi.mock('../../schedules/list.ts', async (original) => {
  const { scheduleList } = await original<typeof import('../../schedules/list.ts')>();
  return { scheduleList: [...scheduleList, sawtoothSchedule] };
});
vi.mock('../../augmentations/list.ts', async (original) => {
  const { augmentationList } = await original<typeof import('../../augmentations/list.ts')>();
  return { augmentationList: [...augmentationList, linearAugmentation] };
});

const { curveName, lossForm } = await import('../../losses/index.ts');
const {
  findNetwork,
  parseNetworkSpec,
  parseRecipe,
  recipeFacts,
  recipeForm,
  resolveNetwork,
  summarize,
  formatSummary,
} = await import('../index.ts');
const { nodeRuntime } = await import('../../runtime/node.ts');
const { section } = await import('../../registry/testing/reference.ts');
const { jsonSchemaOfFields } = await import('../../registry/index.ts');
const {
  commandOf,
  decodeState,
  encodeState,
  formatModelCard,
  formatRunConfig,
  metricsOf,
  overridesOf,
  parseRunConfig,
  recipeOf,
  RUN_FORMAT,
} = await import('../../runs/index.ts');
const { checkSweepSpec, expandSweep } = await import('../../sweep/index.ts');
const { trainToEnd } = await import('../../training/index.ts');
const { trainUntil } = await import('../../training/testing/interrupted.ts');
const { tableFields } = await import('./schema.ts');
const { readSetting, settingWords } = await import('./words.ts');

const asked = {
  schedule: 'sawtooth',
  optimizer: 'sign',
  augmentation: [linearAugmentation.defaults],
  epochs: 3,
  batchSize: 16,
} as const;
/** Types that no list in the source has: their names are words to everything but the mocked lists. */
const settings = asked as unknown as Parameters<typeof recipeOf>[1];
const network = parseNetworkSpec({ ...findNetwork('dense-1'), loss: { type: 'code-length', weight: 0.5 } });
const recipe = recipeOf(network, settings);

const images = (count: number) => ({
  count,
  height: 28,
  width: 28,
  channels: 1 as const,
  pixels: Uint8Array.from({ length: count * 784 }, (_, i) => ((i * 7919) >> 3) % 256),
  labels: new Uint8Array(count),
});
const job = {
  network: resolveNetwork(network),
  recipe,
  training: images(40),
  validation: images(16),
  runtime: nodeRuntime,
  threads: 1,
};

describe('a term, an optimiser, a schedule and an augmentation that are one file and one line', () => {
  it('are trained with, stopped, written, read and gone on with, to the bytes of an unbroken run', async () => {
    const unbroken = await trainToEnd(job);
    const plain = await trainToEnd({ ...job, network: resolveNetwork(findNetwork('dense-1')) });
    expect(unbroken.state.history[0].loss).toBeGreaterThan(plain.state.history[0].loss);
    // Three batches an epoch, two teeth: the last batch is a third of the way down the second.
    for (const { learningRate } of unbroken.state.history) expect(learningRate).toBeCloseTo(1e-3 * (1 - 1 / 3), 15);
    const broken = await trainUntil(job, ({ type, epoch, batch }) => type === 'batch' && epoch === 2 && batch === 1);
    const bytes = encodeState(broken.state);
    const state = decodeState(bytes, 'last.safetensors', broken.state.parameters.length);
    expect(Object.keys(state.optimizer.arrays)).toEqual(['velocity', 'count']);
    const resumed = await trainToEnd(job, state);
    expect(Buffer.compare(encodeState(resumed.state), encodeState(unbroken.state))).toBe(0);
    // The file says which optimiser it is of, so another does not go on with it.
    const { optimizer: _, ...withAdam } = recipe;
    await expect(trainToEnd({ ...job, recipe: withAdam }, state)).rejects.toThrow('invalid-checkpoint');
  });

  it('are read from JSON, and their fields are checked', () => {
    expect(parseRecipe(JSON.parse(JSON.stringify(recipe)))).toEqual(recipe);
    expect(() => parseRecipe({ ...recipe, optimizer: { type: 'sign', memory: 2 } })).toThrow(
      'field "optimizer.memory"',
    );
    expect(() => parseNetworkSpec({ ...network, loss: { type: 'code-length' } })).toThrow('field "loss.weight"');
    const schema = JSON.stringify(jsonSchemaOfFields(tableFields));
    for (const type of ['sawtooth', 'sign', 'linear-fade']) expect(schema).toContain(`{"const":"${type}"}`);
  });

  it('are in the forms of the page', () => {
    const offered = recipeForm().rest.flatMap(({ value }) =>
      value.kind === 'variant' || value.kind === 'list' ? value.variants.map(({ name }) => name) : [],
    );
    expect(offered).toEqual(expect.arrayContaining(['sawtooth', 'sign', 'linear-fade']));
    const losses = lossForm('images');
    expect(losses.kind === 'variant' && losses.variants.map(({ name }) => name)).toContain('code-length');
  });

  it('are set by options, and by a sweep', () => {
    expect(readSetting('schedule=sawtooth')).toEqual(['schedule', 'sawtooth']);
    expect(readSetting('optimizer.memory=0.5')).toEqual(['optimizer.memory', 0.5]);
    expect(readSetting('augmentation=linear-fade')).toEqual(['augmentation', [linearAugmentation.defaults]]);
    const { faults, ...checked } = checkSweepSpec({
      networks: 'dense-1',
      optimizer: ['adam', 'sign'],
      'schedule.teeth': [1, 2],
    });
    expect(faults).toBeUndefined();
    expect('spec' in checked && expandSweep(checked.spec)).toHaveLength(4);
  });

  it('are told by summary, curves, facts, card and command', () => {
    expect(formatSummary(summarize(network))).toContain('mean squared error + 0.5 x squared length of the code');
    expect(curveName(network.loss)).toBe('mean squared error per pixel and weighted length of the code');
    expect(recipeFacts(recipe).map(({ value }) => value)).toEqual(
      expect.arrayContaining(['0.001 in 2 teeth', 'Sign of momentum (memory 0.9)', 'linear-fade (slope 0.1)']),
    );
    const sum = '0'.repeat(64);
    const config = {
      format: RUN_FORMAT,
      command: 'train',
      network,
      recipe,
      overrides: overridesOf(settings),
      dataset: {
        ...{ argument: 'mnist', name: 'MNIST', licence: 'none', source: 'a test', train: 40, test: 0 },
        ...{ height: 28, width: 28 },
        sha256: { trainImages: sum, trainLabels: sum, testImages: sum, testLabels: sum },
      },
      threads: 1,
      checkpointEvery: null,
      init: null,
      encoder: null,
      decoder: null,
      versions: { latentPlane: '1', onnxruntime: '1', node: '20', platform: 'linux' },
    } as const;
    expect(commandOf(config)).toContain('--set schedule=sawtooth --set optimizer=sign --set \'augmentation=[{"type"');
    expect(parseRunConfig(new TextEncoder().encode(formatRunConfig(config)), 'config.json')).toEqual(config);
    const metrics = metricsOf(config, { history: [], bestEpoch: 0, seconds: 1, imagesPerSecond: 1, stopped: null });
    const card = formatModelCard(config, metrics);
    for (const words of ['0.001 in 2 teeth', 'Sign of momentum', 'linear-fade', '0.5 x squared length of the code'])
      expect(card).toContain(words);
  });

  it('are explained in the docs', () => {
    for (const definition of [codeLengthTerm, signOptimizer, sawtoothSchedule, linearAugmentation]) {
      expect(section(definition)).toContain(`### ${definition.label}: \`${definition.type}\``);
      expect(section(definition)).toContain(definition.formula);
    }
  });
});

describe('a field of a recipe that is one row', () => {
  const { best } = findNetwork('dense-1').recipes;
  const given = { plateau: 3 } as unknown as Parameters<typeof recipeOf>[1];

  it('is read, under its former name too, and checked', () => {
    expect(parseRecipe({ ...best, plateau: 3 })).toHaveProperty('plateau', 3);
    expect(parseRecipe({ ...best, plateauEpochs: 3 })).toEqual(parseRecipe({ ...best, plateau: 3 }));
    expect(() => parseRecipe({ ...best, plateau: 0 })).toThrow('field "plateau": expected a whole number from 1 to 9');
  });

  it('has an option, a setting, a place in the form and in a sweep', () => {
    expect(settingWords(given)).toEqual(['--plateau', '3']);
    expect(readSetting('plateau=none')).toEqual(['plateau', null]);
    expect(recipeOf(findNetwork('dense-1'), given)).toHaveProperty('plateau', 3);
    expect(overridesOf(given)).toEqual({ plateau: 3 });
    expect(recipeForm().rest.map(({ name }) => name)).toContain('plateau');
    const checked = checkSweepSpec({ networks: 'dense-1', plateau: { from: 1, to: 3 } });
    expect('spec' in checked && expandSweep(checked.spec)).toHaveLength(3);
  });

  it('is told by card and page', () => {
    const recipe = recipeOf(findNetwork('dense-1'), given);
    expect(recipeFacts(recipe).find(({ label }) => label === 'Plateau')?.value).toBe('3 epochs');
    expect(recipeFacts(best).some(({ label }) => label === 'Plateau')).toBe(false);
  });
});
