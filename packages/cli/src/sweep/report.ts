/**
 * What came of a sweep: JSON, rows for a spreadsheet, a table of its cells.
 *
 * In: how the jobs stand. Out: texts and data. A cell is all trainings that differ by their seed alone.
 */
import { relative } from 'node:path';
import { type QuartileSummary, quartileSummary, type Recipe, type RunConfig, type SweepChoice } from 'latent-plane';
import { type Setting, type SweepMse, settingText, settingValue, sweptSettings } from 'latent-plane/internal';
import { csvText, SWEEP_COLUMNS, snakeCase } from '../csv.ts';
import { dataLabel } from '../runs/data.ts';
import { tableLines, wrapped } from '../tables.ts';
import { sweepPaths } from './layout.ts';
import type { JobState, JobStatus } from './states.ts';

export interface SweepReport {
  readonly sweep: string;
  readonly jobs: readonly {
    readonly id: string;
    readonly config: RunConfig;
    readonly state: JobState;
    readonly run: string;
    readonly mse: SweepMse | null;
    /** Of its row, where that has a name and says what it is. */
    readonly name?: string;
    readonly what?: string;
    /** Of a job that failed. */
    readonly failure?: { readonly code: string; readonly message: string };
  }[];
  /** Since the command began to watch. */
  readonly seconds: number;
}

export const mseOf = ({ outcome }: JobStatus): SweepMse | null => (outcome?.state === 'done' ? outcome.mse : null);

export const reportOf = (out: string, sweep: string, statuses: readonly JobStatus[], seconds: number): SweepReport => ({
  sweep,
  jobs: statuses.map((status) => {
    const { job, state, outcome } = status;
    const { name, what } = job.choice;
    return {
      id: job.id,
      config: job.config,
      state,
      run: sweepPaths(out).run(job.name),
      mse: mseOf(status),
      ...(name === undefined ? {} : { name }),
      ...(what === undefined ? {} : { what }),
      ...(outcome?.state === 'failed' ? { failure: { code: outcome.code, message: outcome.message } } : {}),
    };
  }),
  seconds: Math.round(seconds * 1000) / 1000,
});

/** What a sweep can ask for, the seed left out, in the order in which cells are named by it. */
export const ASKED: readonly string[] = [
  'network',
  'recipe',
  'dataset',
  ...sweptSettings.map(({ name }) => name),
  'checkpointEvery',
  'threads',
];

/** What was asked for in a field; undefined where the recipe decides. */
export const askedOf = (choice: Omit<SweepChoice, 'seed'>, name: string): unknown =>
  Object.entries(choice).find(([key]) => key === name)?.[1];

/** Fields in which not all jobs are alike. */
export const variedOf = (jobs: readonly { readonly choice: SweepChoice }[]): readonly string[] =>
  ASKED.filter((name) => new Set(jobs.map(({ choice }) => JSON.stringify(askedOf(choice, name)))).size > 1);

export interface SweepCell {
  /** What was asked for, the seed left out. */
  readonly choice: Omit<SweepChoice, 'seed'>;
  readonly label: string;
  readonly statuses: readonly JobStatus[];
  /** Of the error over all images; null where no training of the cell has one. */
  readonly summary: QuartileSummary | null;
  /** The training with the lowest error. */
  readonly best: JobStatus | null;
}

const labelOf = (choice: SweepChoice, varied: readonly string[]): string =>
  [
    choice.name ?? choice.network,
    ...varied
      .filter((name) => name !== 'network' && askedOf(choice, name) !== undefined)
      .map((name) => (name === 'recipe' ? choice.recipe : `${name} ${settingText(askedOf(choice, name))}`)),
  ].join(', ');

/** The cells in the order of the sweep, named by what differs between them. */
export const cellsOf = (statuses: readonly JobStatus[]): readonly SweepCell[] => {
  const all = statuses.map(({ job }) => job);
  // What tells rows apart is their name.
  const varied = new Map(
    [...new Set(all.map(({ choice }) => choice.name))].map((name) => [
      name,
      variedOf(all.filter(({ choice }) => choice.name === name)),
    ]),
  );
  const groups = new Map<string, JobStatus[]>();
  for (const status of statuses) {
    const { seed: _, ...choice } = status.job.choice;
    // A folder may have held other images when another of these jobs was planned.
    const key = JSON.stringify([choice, status.job.config.dataset.sha256]);
    groups.set(key, [...(groups.get(key) ?? []), status]);
  }
  const labels = new Map<string, number>();
  for (const [{ job }] of groups.values()) {
    const label = labelOf(job.choice, varied.get(job.choice.name) ?? []);
    labels.set(label, (labels.get(label) ?? 0) + 1);
  }
  return [...groups.values()].map((group): SweepCell => {
    const { seed: _, ...choice } = group[0].job.choice;
    const label = labelOf(choice, varied.get(choice.name) ?? []);
    const { dataset } = group[0].job.config;
    const scored = group.filter((status) => mseOf(status) !== null);
    const error = (status: JobStatus): number => mseOf(status)?.all ?? Number.POSITIVE_INFINITY;
    return {
      choice,
      label: labels.get(label) === 1 ? label : `${label}, ${dataLabel(dataset.name, dataset)}`,
      statuses: group,
      summary: quartileSummary(scored.map(error)),
      best: scored.reduce<JobStatus | null>((best, next) => (best && error(best) <= error(next) ? best : next), null),
    };
  });
};

const figure = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(5));

export const cellTable = (cells: readonly SweepCell[]): string =>
  [
    ...tableLines(
      [
        ['CELL', 'DONE', 'MEDIAN', 'LOWEST', 'HIGHEST', 'IQR', 'BEST SEED'],
        ...cells.map(({ label, statuses, summary, best }) => [
          label,
          `${statuses.filter(({ state }) => state === 'done').length}/${statuses.length}`,
          figure(summary?.median),
          figure(summary?.lowest),
          figure(summary?.highest),
          figure(summary?.interquartile),
          best ? String(best.job.config.recipe.seed) : '-',
        ]),
      ],
      ['left', 'right', 'right', 'right', 'right', 'right', 'right'],
    ),
    '',
    ...wrapped('Mean squared error per pixel over all images. IQR: third quartile less first.'),
  ].join('\n');

/** Settings that the sweep varies and that have no column of their own. */
const furtherSettings = (statuses: readonly JobStatus[]): readonly Setting[] =>
  sweptSettings.filter(
    ({ name, option }) => option === null && statuses.some(({ job }) => askedOf(job.choice, name) !== undefined),
  );

const csvValue = (recipe: Recipe, setting: Setting): string | undefined => {
  const value = settingValue(recipe, setting);
  return value === undefined ? undefined : settingText(value);
};

/** A row for each job; columns of further settings come last. */
export const sweepCsv = (out: string, statuses: readonly JobStatus[]): string => {
  const further = furtherSettings(statuses);
  return csvText(
    [SWEEP_COLUMNS, ...further.map(({ name }) => snakeCase(name))].join(','),
    statuses.map((status) => {
      const { job, state, outcome } = status;
      const { network, recipe, dataset, threads } = job.config;
      const mse = mseOf(status);
      const done = outcome?.state === 'done' ? outcome : null;
      return [
        ...[job.id, network.id, recipe.name, dataset.name, recipe.seed],
        ...sweptSettings.filter(({ option }) => option !== null).map((setting) => csvValue(recipe, setting)),
        ...[threads, state, mse?.train, mse?.test, mse?.all, done?.epochs, done?.seconds],
        relative(out, sweepPaths(out).run(job.name)),
        outcome?.state === 'failed' ? `${outcome.code}: ${outcome.message}` : null,
        dataset.sha256.trainImages,
        ...further.map((setting) => csvValue(recipe, setting)),
      ];
    }),
  );
};
