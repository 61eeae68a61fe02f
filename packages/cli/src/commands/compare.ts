/**
 * `latent compare`: models side by side, as a table, a picture, rows for a spreadsheet.
 */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { Command } from 'commander';
import {
  type Baselines,
  type Dataset,
  floorsOf,
  inputError,
  namedBaselines,
  networks,
  requireImages,
} from 'latent-plane';
import { type ComparedNetwork, comparison } from 'latent-plane/charts';
import { note, print, printJson } from '../console.ts';
import { baselinesOf } from '../data/baselines.ts';
import { trainedRuns } from '../models/scores.ts';
import { computeStanding, keptStanding, type Standing } from '../models/standing.ts';
import { modelsFolder } from '../places.ts';
import { compareSweep } from '../sweep/compare.ts';
import { sweepPaths } from '../sweep/layout.ts';
import { grouped, tableLines, wrapped } from '../tables.ts';
import {
  classifierFor,
  DATASET_FLAG,
  DATASET_HELP,
  datasetArgumentOf,
  MODEL_ARGUMENT,
  openAutoencoder,
  outputType,
  readDataset,
  writeOutput,
} from './reading.ts';

interface CompareFlags {
  readonly dataset?: string;
  readonly png?: string;
  readonly svg?: string;
  readonly csv?: string;
  readonly json?: boolean;
}

interface Row {
  readonly model: string;
  readonly id: string;
  /** How it was trained; null of a file from elsewhere. */
  readonly recipe: 'documented' | 'best' | 'custom' | null;
  readonly parameters: number;
  readonly published: number | null;
  readonly mse: Standing['evaluation']['mse'];
  readonly knnAccuracy: number | null;
  readonly trustworthiness: number | null;
  readonly continuity: number | null;
  readonly recognisable: number | null;
  readonly epochs: number | null;
  readonly seconds: number | null;
  readonly findings: Standing['findings'];
}

/** Every run of the zoo, in its order, documented before best. */
const wholeZoo = async (): Promise<string[]> => {
  const runs = await trainedRuns((message) => note(`note: left out: ${message}`));
  // `trainedRuns` sorts by folder: the documented run of a network comes after the best.
  return networks.flatMap(({ id, kind }) =>
    kind === 'classifier'
      ? []
      : runs
          .filter((run) => run.id === id)
          .reverse()
          .map(({ folder }) => `${modelsFolder}/${folder}`),
  );
};

interface Compared extends Awaited<ReturnType<typeof openAutoencoder>> {
  readonly argument: string;
  readonly dataset: Dataset;
}

/** Opens all models and the data sets that they want, each once: what is wrong is told before minutes of work. */
const openAll = async (models: readonly string[], datasetArgument: string | undefined): Promise<Compared[]> => {
  const opened = [];
  for (const argument of models) opened.push({ argument, ...(await openAutoencoder(argument)) });
  const known = new Map<string, Dataset>();
  const compared: Compared[] = [];
  for (const each of opened) {
    const wanted = datasetArgumentOf(each.model, datasetArgument);
    const dataset = known.get(wanted) ?? (await readDataset(each.model, datasetArgument));
    requireImages(each.model, dataset.train);
    known.set(wanted, dataset);
    compared.push({ ...each, dataset });
    const [first] = compared;
    if (dataset.name !== first.dataset.name)
      throw inputError(
        'other-dataset',
        `${each.argument} was trained on ${dataset.name}, ${first.argument} on ${first.dataset.name}; compare them on one: --dataset ${first.dataset.name}`,
      );
  }
  return compared;
};

const rowOf = async ({ argument, model, running, spec, dataset }: Compared) => {
  const { all } = await baselinesOf(dataset, running.runtime);
  const kept = keptStanding(model, dataset.name);
  if (kept === null) note(`evaluating ${argument}`);
  const { evaluation, findings } =
    kept ?? (await computeStanding(model, spec, running, dataset, all, await classifierFor(dataset)));
  const row: Row = {
    model: argument.startsWith(modelsFolder) ? basename(argument) : argument,
    id: spec.id,
    recipe: model.config?.recipe.name ?? null,
    parameters: evaluation.parameters,
    published: dataset.name === 'mnist' ? spec.published : null,
    mse: evaluation.mse,
    knnAccuracy: evaluation.knnAccuracy?.value ?? null,
    trustworthiness: evaluation.trustworthiness,
    continuity: evaluation.continuity,
    recognisable: evaluation.recognisable,
    epochs: model.metrics?.epochs ?? null,
    seconds: model.metrics?.seconds ?? null,
    findings: findings.map(({ code, severity }) => ({ code, severity })),
  };
  return { row, baselines: all };
};

const share = (value: number | null): string => (value === null ? '-' : value.toFixed(2));
const error = (value: number | null): string => (value === null ? '-' : value.toFixed(5));

/** `2e 1w`: two errors and a warning. */
const findingsCell = (findings: Row['findings']): string => {
  const count = (severity: string): number => findings.filter((finding) => finding.severity === severity).length;
  return (
    [
      [count('error'), 'e'],
      [count('warning'), 'w'],
      [count('info'), 'i'],
    ]
      .filter(([n]) => n !== 0)
      .map(([n, letter]) => `${n}${letter}`)
      .join(' ') || '-'
  );
};

const RECIPE_CELL = { documented: 'doc', best: 'best', custom: 'own' } as const;

const tableOf = (rows: readonly Row[], baselines: Baselines, dataset: string): string =>
  [
    ...tableLines(
      [
        ['NETWORK', 'BY', 'PARAM.', 'PUBL.', 'ALL', 'TEST', '5-NN', 'READ', 'FOUND'],
        ...rows.map((row) => [
          row.recipe === null ? row.model.slice(-17) : row.id,
          row.recipe === null ? '-' : RECIPE_CELL[row.recipe],
          row.parameters < 10_000 ? grouped(row.parameters) : `${grouped(Math.round(row.parameters / 1000))}k`,
          error(row.published),
          error(row.mse.all),
          error(row.mse.test),
          share(row.knnAccuracy),
          share(row.recognisable),
          findingsCell(row.findings),
        ]),
      ],
      ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'right', 'left'],
    ),
    '',
    ...wrapped(
      `PUBL., ALL, TEST: mean squared error per pixel on ${dataset}, as published over all images, ours over all, ours over the test images. What guesses cost over all: ${[
        ...namedBaselines(baselines),
      ]
        .reverse()
        .map(({ name, mse }) => `${name} ${mse.toFixed(5)}`)
        .join(
          ', ',
        )}. BY: recipe. 5-NN: share of test labels named by 5 neighbours. READ: share of reconstructions that the classifier reads as their label. FOUND: errors, warnings and infos of the diagnosis.`,
    ),
  ].join('\n');

const csvOf = (rows: readonly Row[]): string => {
  const header =
    'model,network,recipe,parameters,published,train,test,all,knn_accuracy,trustworthiness,continuity,recognisable,epochs,seconds,findings';
  const cell = (value: string | number | null): string =>
    value === null ? '' : /[",\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value);
  const lines = rows.map((row) =>
    [
      row.model,
      row.id,
      row.recipe,
      row.parameters,
      row.published,
      row.mse.train,
      row.mse.test,
      row.mse.all,
      row.knnAccuracy,
      row.trustworthiness,
      row.continuity,
      row.recognisable,
      row.epochs,
      row.seconds,
      row.findings.map(({ severity, code }) => `${severity}:${code}`).join(' '),
    ]
      .map(cell)
      .join(','),
  );
  return `${[header, ...lines].join('\n')}\n`;
};

/** A bar group for each network; what is neither of the two recipes stands for itself. */
export const comparedNetworks = (rows: readonly Row[]): ComparedNetwork[] => {
  const groups = new Map<string, ComparedNetwork>();
  for (const { id, model, recipe, published, mse } of rows) {
    const taken = (recipe === 'documented' || recipe === 'best') && (groups.get(id)?.[recipe] ?? null) !== null;
    const own = recipe === 'documented' || recipe === 'best' ? !taken : false;
    const key = own ? id : basename(model);
    const before = groups.get(key) ?? { id: key, published: own ? published : null, documented: null, best: null };
    groups.set(key, { ...before, [recipe === 'documented' ? 'documented' : 'best']: mse.all });
  }
  return [...groups.values()];
};

const checkOutputs = ({ png, svg, csv }: CompareFlags): void => {
  if (png !== undefined) outputType(png, ['.png']);
  if (svg !== undefined) outputType(svg, ['.svg']);
  if (csv !== undefined) outputType(csv, ['.csv']);
};

const run = async (given: readonly string[], flags: CompareFlags): Promise<void> => {
  checkOutputs(flags);
  const [only] = given;
  if (given.length === 1 && existsSync(sweepPaths(only).plan)) {
    await compareSweep(only, { ...flags, json: flags.json ?? false, write: writeOutput });
    for (const file of [flags.png, flags.svg, flags.csv]) if (file !== undefined) note(file);
    return;
  }
  const models = given.length > 0 ? given : await wholeZoo();
  if (models.length === 0)
    throw inputError(
      'no-models',
      'expected models to compare, got none and the zoo is not trained; see: npx latent zoo',
    );
  const found: Awaited<ReturnType<typeof rowOf>>[] = [];
  const compared = await openAll(models, flags.dataset);
  for (const each of compared) found.push(await rowOf(each));
  const dataset = compared[0].dataset.name;
  const { baselines } = found[0];
  const rows = found.map(({ row }) => row);
  if (flags.png !== undefined || flags.svg !== undefined) {
    const figure = comparison(comparedNetworks(rows), baselines);
    const { figurePng, figureSvg } = await import('../pictures/render.ts');
    if (flags.png !== undefined) await writeOutput(flags.png, await figurePng(figure));
    if (flags.svg !== undefined) await writeOutput(flags.svg, figureSvg(figure));
  }
  if (flags.csv !== undefined) await writeOutput(flags.csv, csvOf(rows));
  if (flags.json) printJson({ dataset, floors: floorsOf(baselines), baselines, models: rows });
  else print(tableOf(rows, baselines, dataset));
  for (const file of [flags.png, flags.svg, flags.csv]) if (file !== undefined) note(file);
};

/** The command `compare`. */
export const compareCommand = (): Command =>
  new Command('compare')
    .description('put models side by side: errors, neighbours, readability, findings')
    .argument('[models...]', `${MODEL_ARGUMENT}; or the folder of one sweep (default: the whole zoo)`)
    .option(DATASET_FLAG, DATASET_HELP)
    .option('--png <file>', 'errors beside the baselines, as a picture')
    .option('--svg <file>', 'the same as SVG')
    .option('--csv <file>', 'all figures, a row for each model')
    .option('--json', 'one JSON document on standard output')
    .addHelpText(
      'after',
      `
Examples:
  npx latent compare
  npx latent compare dense-1 vae-1 some.keras --png comparison.png
  npx latent compare runs/a runs/b --csv runs.csv --json
  npx latent compare sweeps/ten --png ten.png

Figures that a run keeps are taken from it; those of files are computed.`,
    )
    .action(run);
