/**
 * More epochs for a run that has ended.
 */
import type { RunConfig, RunMetrics } from 'latent-plane';
import { inputError, spansRun } from 'latent-plane/internal';
import { resumeCommand } from './folder.ts';

/**
 * Whether the figures are those of a run that has come to its end. A process that was killed just after it had given the
 * run more epochs leaves the figures from before.
 */
export const hasEnded = ({ extended = [] }: RunConfig, metrics: RunMetrics | null): metrics is RunMetrics =>
  (metrics?.stopped === 'finished' || metrics?.stopped === 'early') &&
  extended.every(({ after }) => after < metrics.epochs);

/** The command that gives an ended run more epochs. */
export const extendCommand = (folder: string): string => `${resumeCommand(folder)} --epochs N`;

/**
 * The config of an ended run that is to have more epochs.
 *
 * @param epochs - in total.
 * @throws LatentError (input) `epochs-done` where it has as many already.
 */
export const extendedConfig = (
  folder: string,
  config: RunConfig,
  { epochs: done, stopped }: RunMetrics,
  epochs: number,
): RunConfig => {
  const { recipe, overrides, extended = [] } = config;
  if (epochs <= done) {
    const how = stopped === 'early' ? 'stopped early' : 'finished';
    throw inputError('epochs-done', {
      at: { file: folder },
      problem: `--epochs ${epochs}: this run ${how} after ${done} epochs, so expected a total of more than ${done}`,
      hint: 'give more, or begin another run with --out DIR',
    });
  }
  return {
    ...config,
    recipe: { ...recipe, epochs },
    overrides: { ...overrides, epochs },
    extended: [...extended, { after: done, planned: recipe.epochs }],
  };
};

/** What a person should know of the learning rate of a run that is given more epochs; null where nothing changes. */
export const scheduleNote = ({ recipe, extended = [] }: RunConfig): string | null => {
  const { schedule, epochs } = recipe;
  const after = extended.at(-1)?.after;
  if (after === undefined || !spansRun(schedule)) return null;
  return `the schedule ${schedule.type} is stretched to ${epochs} epochs: from epoch ${after + 1} on the learning rate is what it is there in a run of ${epochs}`;
};
