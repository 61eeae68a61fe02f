/**
 * `latent zoo`: the networks, their sizes, and how well they do.
 */
import { join } from 'node:path';
import { Command } from 'commander';
import { type NetworkSpec, networks, resolveNetwork } from 'latent-plane';
import { isOnRecord, RECORD_DATA } from 'latent-plane/internal';
import { note, print, printJson } from '../console.ts';
import { type TrainedRun, trainedRuns, type ZooScore } from '../models/scores.ts';
import { modelsFolder } from '../places.ts';
import { errorFigure, fitting, grouped, percent, tableLines, wrapped } from '../tables.ts';

interface ZooEntry {
  readonly id: string;
  /** Path below `models/` that the zoo's users know. */
  readonly file: string;
  readonly kind: NetworkSpec['kind'];
  /** By part: encoder and decoder, or the classifier. */
  readonly parameters: Readonly<Record<string, number>>;
  /** Error per pixel over the 70,000 images that the zoo's author reported. */
  readonly published: number | null;
  /** Accuracy that he reported, of a classifier. */
  readonly publishedAccuracy?: number | null;
  readonly documented: ZooScore | null;
  readonly best: ZooScore | null;
}

const entryOf = (spec: NetworkSpec, runs: readonly TrainedRun[]): ZooEntry => {
  const own = runs.filter(({ id }) => id === spec.id);
  // The folder with the network's own name is the one that MODEL arguments mean.
  const named = (recipe: TrainedRun['recipe']): ZooScore | null => {
    const of = own.filter((run) => run.recipe === recipe);
    return (of.find(({ folder }) => folder === spec.id) ?? of[0])?.score ?? null;
  };
  return {
    id: spec.id,
    file: spec.file,
    kind: spec.kind,
    parameters: Object.fromEntries(
      resolveNetwork(spec).parts.map(({ name, parameterCount }) => [name, parameterCount]),
    ),
    published: spec.kind === 'autoencoder' ? spec.published : null,
    ...(spec.kind === 'classifier' ? { publishedAccuracy: spec.publishedAccuracy } : {}),
    documented: named('documented'),
    best: named('best'),
  };
};

const scoreCell = (score: ZooScore | null): string => {
  if (score === null) return '-';
  if (score.accuracy) return percent(score.accuracy.all);
  return score.mse ? errorFigure(score.mse.all) : 'trained';
};

/** Number of findings under both recipes: `5, 0`. */
const foundCell = ({ documented, best }: ZooEntry): string =>
  [documented, best].map((score) => (score?.findings ? String(score.findings.length) : '-')).join(', ');

const tableOf = (entries: readonly ZooEntry[]): string => {
  const rows = entries.map((entry) => [
    entry.id,
    Object.values(entry.parameters).map(grouped).join(' + '),
    entry.kind === 'classifier' ? percent(entry.publishedAccuracy) : errorFigure(entry.published),
    scoreCell(entry.documented),
    scoreCell(entry.best),
    foundCell(entry),
  ]);
  return [
    ...tableLines(
      [['NETWORK', 'PARAMETERS', 'PUBLISHED', 'ORIGINAL', 'TUNED', 'FOUND'], ...rows],
      ['left', 'right', 'right', 'right', 'right', 'right'],
    ),
    '',
    ...wrapped(
      "Parameters of encoder + decoder. Published, original, tuned: mean squared error per pixel over all 70,000 images, or accuracy; the first as the zoo's author reported it, the others of our own trainings with the original recipe (`documented`) and the tuned one (`best`). Found: how many findings the diagnosis has for these two; `npx latent compare` shows more.",
    ),
    ...fitting(['One network:  npx latent summary ID', 'Train it:  npx latent train ID'], '   '),
  ].join('\n');
};

/**
 * The command `zoo`.
 *
 * @param models - folder of the trained zoo.
 */
export const zooCommand = (models: string = modelsFolder): Command =>
  new Command('zoo')
    .description('list the networks with their parameters and scores')
    .option('--json', 'one JSON document on standard output')
    .addHelpText('after', '\nExample:\n  npx latent zoo --json')
    .action(async ({ json = false }: { readonly json?: boolean }) => {
      const leftOut = (what: string): void => note(`note: left out: ${what}`);
      const runs = (await trainedRuns(leftOut, models)).filter(({ folder, data }) => {
        if (!isOnRecord(data))
          leftOut(`${join(models, folder)}, which was trained on other images than ${RECORD_DATA}`);
        return isOnRecord(data);
      });
      const entries = networks.map((spec) => entryOf(spec, runs));
      if (json) printJson({ networks: entries });
      else print(tableOf(entries));
    });
