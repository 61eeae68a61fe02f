/**
 * `latent compare SWEEP`: the cells of a sweep, median, spread and best, as a table, a picture, rows.
 *
 * In: the folder of a sweep. Out: what was asked for, on the terminal and in files. Nothing is computed anew.
 */
import type { Baselines } from 'latent-plane';
import { print, printJson } from '../console.ts';
import { baselinesOf } from '../data/baselines.ts';
import { loadDataset } from '../data/index.ts';
import { requirePlan, type SweepPlan, sweepPaths } from './layout.ts';
import { cellsOf, cellTable, mseOf, type SweepCell, sweepCsv } from './report.ts';
import { readStandings } from './states.ts';

export interface SweepComparison {
  readonly json: boolean;
  readonly png?: string;
  readonly svg?: string;
  readonly csv?: string;
  readonly write: (path: string, content: Uint8Array | string) => Promise<void>;
}

/** What guesses cost on the sweep's data set; null where it has several. */
const baselinesOfSweep = async ({ jobs }: SweepPlan): Promise<Baselines | null> => {
  const [argument, ...others] = new Set(jobs.map(({ config }) => config.dataset.argument));
  if (argument === undefined || others.length > 0) return null;
  const { nodeRuntime } = await import('latent-plane/node');
  return (await baselinesOf(await loadDataset(argument), nodeRuntime)).all;
};

const draw = async (plan: SweepPlan, cells: readonly SweepCell[], { png, svg, write }: SweepComparison) => {
  const [{ sweepSpread }, { figurePng, figureSvg }] = await Promise.all([
    import('latent-plane/charts'),
    import('../pictures/render.ts'),
  ]);
  const figure = sweepSpread(
    cells.map(({ label, standings, spread }) => ({
      label,
      errors: standings.flatMap((standing) => mseOf(standing)?.all ?? []),
      median: spread?.median ?? null,
    })),
    await baselinesOfSweep(plan),
  );
  if (png !== undefined) await write(png, await figurePng(figure));
  if (svg !== undefined) await write(svg, figureSvg(figure));
};

export const compareSweep = async (out: string, asked: SweepComparison): Promise<void> => {
  const plan = await requirePlan(out);
  const standings = await readStandings(out, plan);
  const cells = cellsOf(standings);
  if (asked.png !== undefined || asked.svg !== undefined) await draw(plan, cells, asked);
  if (asked.csv !== undefined) await asked.write(asked.csv, sweepCsv(out, standings));
  if (!asked.json) return print(cellTable(cells));
  printJson({
    sweep: plan.sweep,
    cells: cells.map(({ choice, standings: group, spread, best }) => ({
      ...choice,
      jobs: group.length,
      mse: spread,
      best: best && { id: best.job.id, seed: best.job.config.recipe.seed, run: sweepPaths(out).run(best.job.name) },
    })),
  });
};
