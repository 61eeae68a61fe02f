/**
 * `latent compare SWEEP`: the cells of a sweep, median, quartiles and best, as a table, a picture, rows.
 *
 * In: the folder of a sweep. Out: what was asked for, on the terminal and in files. Nothing is computed anew.
 */
import { type Baselines, LatentError, resolveNetwork, sameData } from 'latent-plane';
import { note, print, printJson } from '../console.ts';
import { baselinesOf } from '../data/baselines.ts';
import { loadDataset } from '../data/index.ts';
import type { Destination } from '../files/destination.ts';
import { identityOf, preprocessed } from '../runs/data.ts';
import { requirePlan, type SweepPlan, sweepPaths } from './layout.ts';
import { cellsOf, cellTable, mseOf, type SweepCell, sweepCsv } from './report.ts';
import { readStatuses } from './states.ts';

export interface SweepComparison {
  readonly json: boolean;
  readonly png?: Destination;
  readonly svg?: Destination;
  readonly csv?: Destination;
  readonly write: (path: Destination, content: Uint8Array | string) => Promise<void>;
}

/** The baselines of the sweep's images; null where it has several data sets, or these are not at hand. */
const baselinesOfSweep = async ({ jobs }: SweepPlan): Promise<Baselines | null> => {
  const [first] = jobs;
  if (first === undefined || !jobs.every(({ config }) => sameData(config.dataset, first.config.dataset))) return null;
  if (new Set(jobs.map(({ config }) => JSON.stringify(config.recipe.preprocessing))).size > 1) return null;
  const { argument, name } = first.config.dataset;
  const dataset = await loadDataset(argument).catch((error: unknown) => {
    if (error instanceof LatentError && error.kind === 'input') return null;
    throw error;
  });
  if (dataset === null || !sameData(identityOf(dataset), first.config.dataset)) {
    note(
      `note: the images of this sweep, "${name}" in ${argument}, ${dataset === null ? 'are not at hand' : 'have given way to others'}: the baselines are left out`,
    );
    return null;
  }
  const { nodeRuntime } = await import('latent-plane/node');
  const model = { network: resolveNetwork(first.config.network), runtime: nodeRuntime };
  return (await baselinesOf(preprocessed(dataset, first.config.recipe.preprocessing), model)).all;
};

const draw = async (plan: SweepPlan, cells: readonly SweepCell[], { png, svg, write }: SweepComparison) => {
  const [{ sweepSummary }, { figurePng, figureSvg }] = await Promise.all([
    import('latent-plane/charts'),
    import('../pictures/render.ts'),
  ]);
  const figure = sweepSummary(
    cells.map(({ label, statuses, summary }) => ({
      label,
      errors: statuses.flatMap((status) => mseOf(status)?.all ?? []),
      median: summary?.median ?? null,
    })),
    await baselinesOfSweep(plan),
  );
  if (png !== undefined) await write(png, await figurePng(figure));
  if (svg !== undefined) await write(svg, figureSvg(figure));
};

export const compareSweep = async (out: string, asked: SweepComparison): Promise<void> => {
  const plan = await requirePlan(out);
  const statuses = await readStatuses(out, plan);
  const cells = cellsOf(statuses);
  if (asked.png !== undefined || asked.svg !== undefined) await draw(plan, cells, asked);
  if (asked.csv !== undefined) await asked.write(asked.csv, sweepCsv(out, statuses));
  if (!asked.json) return print(cellTable(cells));
  printJson({
    sweep: plan.sweep,
    cells: cells.map(({ choice, statuses: group, summary, best }) => ({
      ...choice,
      jobs: group.length,
      mse: summary,
      best: best && { id: best.job.id, seed: best.job.config.recipe.seed, run: sweepPaths(out).run(best.job.name) },
    })),
  });
};
