import type { Command } from 'commander';
import { recipeSettings } from 'latent-plane/internal';
import { describe, expect, it, vi } from 'vitest';
import { checkSameRun } from '../runs/plan.ts';
import { smallMnist, tinyConfig } from '../runs/testing.ts';
import { trainCommand } from './train.ts';
import { type Asked, askedFor, type TrainingFlags } from './training.ts';
import { tuneDecoderCommand } from './tune-decoder.ts';

vi.mock('../../../core/src/schedules/list.ts', async (original) => {
  const { scheduleList } = await original<{ readonly scheduleList: readonly object[] }>();
  return { scheduleList: [...scheduleList, { ...scheduleList[0], type: 'sawtooth', defaults: { type: 'sawtooth' } }] };
});

/** Everything that `--help` prints. */
const helpOf = (command: Command): string => {
  const parts: string[] = [];
  command.configureOutput({ writeOut: (part) => void parts.push(part) });
  command.outputHelp();
  return parts.join('');
};

const parsed = async (...words: readonly string[]): Promise<TrainingFlags> => {
  const command = trainCommand()
    .exitOverride()
    .action(() => undefined);
  command.parse(['dense-1', ...words], { from: 'user' });
  return askedFor(command.opts<Asked<TrainingFlags>>());
};

describe.each([
  ['train', trainCommand],
  ['tune-decoder', tuneDecoderCommand],
])('the help of %s', (_name, command) => {
  it('names every field of the recipe, by its option or for --set', () => {
    const help = helpOf(command());
    for (const { name, option } of recipeSettings.values())
      expect(help).toMatch(new RegExp(option ? `^  ${option.flags.replaceAll(/[<>]/g, '.')} ` : `^  ${name} `, 'm'));
  });

  it('names a schedule that was added to the list', () => {
    expect(helpOf(command())).toContain('sawtooth');
  });
});

describe('the options of a recipe', () => {
  it('ask for nothing where they are absent', async () => {
    const flags = new Map(Object.entries(await parsed()));
    for (const name of recipeSettings.keys()) expect(flags.get(name)).toBeUndefined();
  });

  it('ask for what they say, each by its own option or by --set', async () => {
    expect(
      await parsed('--epochs', '3', '--no-shuffle', '--set', 'weightDecay=0.1', '--set', 'patience=none'),
    ).toMatchObject({
      epochs: 3,
      shuffle: false,
      weightDecay: 0.1,
      patience: null,
    });
    expect(await parsed('--set', 'shuffle=true')).toMatchObject({ shuffle: true });
  });

  it('are refused with the option, what it takes and what came', async () => {
    await expect(parsed('--validation-split', '2')).rejects.toThrow(
      '--validation-split: expected a share from 0 to 0.9, got "2"',
    );
    await expect(parsed('--learning-rate', '0')).rejects.toThrow(
      '--learning-rate: expected a number above 0, at most 10',
    );
    await expect(parsed('--set', 'weightDecay=-1')).rejects.toThrow(
      '--set weightDecay: expected a number from 0 to 10, got -1',
    );
  });
});

describe('a field that is said twice', () => {
  it.each([
    [['--set', 'epochs=1', '--epochs', '2'], '--epochs and --set: expected "epochs" said once, got 2 and 1'],
    [['--set', 'epochs=1', '--set', 'epochs=2'], '--set: expected "epochs" said once, got 1 and 2'],
    [['--no-shuffle', '--set', 'shuffle=true'], 'expected "shuffle" said once, got false and true'],
    [
      ['--set', 'schedule={"type":"constant","learningRate":0.1}', '--learning-rate', '0.2'],
      '--learning-rate: expected "learningRate" said once, by itself or within "schedule"',
    ],
    [
      ['--set', 'optimizer={"type":"adam","beta1":0.9,"beta2":0.9,"epsilon":1e-7}', '--set', 'optimizer.beta2=0.8'],
      'expected "optimizer.beta2" said once, by itself or within "optimizer"',
    ],
  ])('is refused: %j', async (words, message) => {
    await expect(parsed(...words)).rejects.toThrow(message);
  });

  it('is welcome with one value', async () => {
    expect(await parsed('--set', 'epochs=2', '--epochs', '2')).toMatchObject({ epochs: 2 });
    expect(await parsed('--no-shuffle', '--set', 'shuffle=false')).toMatchObject({ shuffle: false });
    expect(await parsed('--set', 'schedule=constant', '--learning-rate', '0.2')).toMatchObject({ learningRate: 0.2 });
  });
});

const dataset = await smallMnist(60, 20);

describe('a resumed run', () => {
  const config = tinyConfig(dataset, { weightDecay: 0.5, patience: 4 });

  it('takes options that repeat it', () => {
    const { seed } = config.recipe;
    const same = {
      seed,
      weightDecay: 0.5,
      patience: 4,
      schedule: config.recipe.schedule.type,
      dropoutEpochs: null,
      'optimizer.beta1': 0.9,
    } as const;
    expect(() => checkSameRun('run', config, same)).not.toThrow();
  });

  it.each([
    [{ weightDecay: 0.1 }, 'began with --set weightDecay 0.5, not 0.1'],
    [{ weightDecay: null }, 'began with --set weightDecay 0.5, not none'],
    [{ patience: 5 }, 'began with --patience 4, not 5'],
    [{ shuffle: false }, 'began with --no-shuffle false, not true'],
    [{ dropoutEpochs: 2 }, 'began with --set dropoutEpochs none, not 2'],
    [{ 'optimizer.beta1': 0.5 }, 'began with --set optimizer.beta1 0.9, not 0.5'],
  ] as const)('refuses %j', (options, message) => {
    expect(() => checkSameRun('run', config, options)).toThrow(message);
  });
});
