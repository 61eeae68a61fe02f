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
import type { JobStanding, JobState } from './states.ts';

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

export const mseOf = ({ outcome }: JobStanding): SweepMse | null => (outcome?.state === 'done' ? outcome.mse : null);

export const reportOf = (
  out: string,
  sweep: string,
  standings: readonly JobStanding[],
  seconds: number,
): SweepReport => ({
  sweep,
  jobs: standings.map((standing) => {
    const { job, state, outcome } = standing;
    const { name, what } = job.choice;
    return {
      id: job.id,
      config: job.config,
      state,
      run: sweepPaths(out).run(job.name),
      mse: mseOf(standing),
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
  readonly standings: readonly JobStanding[];
  /** Of the error over all images; null where no training of the cell has one. */
  readonly summary: QuartileSummary | null;
  /** The training with the lowest error. */
  readonly best: JobStanding | null;
}

const labelOf = (choice: SweepChoice, varied: readonly string[]): string =>
  [
    choice.name ?? choice.network,
    ...varied
      .filter((name) => name !== 'network' && askedOf(choice, name) !== undefined)
      .map((name) => (name === 'recipe' ? choice.recipe : `${name} ${settingText(askedOf(choice, name))}`)),
  ].join(', ');

/** The cells in the order of the sweep, named by what differs between them. */
export const cellsOf = (standings: readonly JobStanding[]): readonly SweepCell[] => {
  const all = standings.map(({ job }) => job);
  // What tells rows apart is their name.
  const varied = new Map(
    [...new Set(all.map(({ choice }) => choice.name))].map((name) => [
      name,
      variedOf(all.filter(({ choice }) => choice.name === name)),
    ]),
  );
  const groups = new Map<string, JobStanding[]>();
  for (const standing of standings) {
    const { seed: _, ...choice } = standing.job.choice;
    // A folder may have held other images when another of these jobs was planned.
    const key = JSON.stringify([choice, standing.job.config.dataset.sha256]);
    groups.set(key, [...(groups.get(key) ?? []), standing]);
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
    const judged = group.filter((standing) => mseOf(standing) !== null);
    const error = (standing: JobStanding): number => mseOf(standing)?.all ?? Number.POSITIVE_INFINITY;
    return {
      choice,
      label: labels.get(label) === 1 ? label : `${label}, ${dataLabel(dataset.name, dataset)}`,
      standings: group,
      summary: quartileSummary(judged.map(error)),
      best: judged.reduce<JobStanding | null>((best, next) => (best && error(best) <= error(next) ? best : next), null),
    };
  });
};

const figure = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(5));

export const cellTable = (cells: readonly SweepCell[]): string =>
  [
    ...tableLines(
      [
        ['CELL', 'DONE', 'MEDIAN', 'LOWEST', 'HIGHEST', 'IQR', 'BEST SEED'],
        ...cells.map(({ label, standings, summary, best }) => [
          label,
          `${standings.filter(({ state }) => state === 'done').length}/${standings.length}`,
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
const furtherSettings = (standings: readonly JobStanding[]): readonly Setting[] =>
  sweptSettings.filter(
    ({ name, option }) => option === null && standings.some(({ job }) => askedOf(job.choice, name) !== undefined),
  );

const csvValue = (recipe: Recipe, setting: Setting): string | undefined => {
  const value = settingValue(recipe, setting);
  return value === undefined ? undefined : settingText(value);
};

/** A row for each job; columns of further settings come last. */
export const sweepCsv = (out: string, standings: readonly JobStanding[]): string => {
  const further = furtherSettings(standings);
  return csvText(
    [SWEEP_COLUMNS, ...further.map(({ name }) => snakeCase(name))].join(','),
    standings.map((standing) => {
      const { job, state, outcome } = standing;
      const { network, recipe, dataset, threads } = job.config;
      const mse = mseOf(standing);
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
