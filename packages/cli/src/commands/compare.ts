/**
 * `latent compare`: models side by side, as a table, a picture, rows for a spreadsheet.
 */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { Command } from 'commander';
import { type Dataset, networks, sameData } from 'latent-plane';
import { comparison } from 'latent-plane/charts';
import { codeSizeOf, flatBaselines, inputError, publishedError } from 'latent-plane/internal';
import { note, print, printJson } from '../console.ts';
import { baselinesOf } from '../data/baselines.ts';
import { type Destination, outputFile } from '../files/destination.ts';
import { addForce, type Overwriting, requireFree, writeOutput } from '../files/output.ts';
import { classifierFor } from '../models/classifiers.ts';
import { labelledOf, labelsOf } from '../models/labels.ts';
import { computeScores, storedScores } from '../models/model-scores.ts';
import { trainedRuns } from '../models/scores.ts';
import { oneOf } from '../options.ts';
import { modelsFolder } from '../places.ts';
import { asRead, dataLabel, identityOf } from '../runs/data.ts';
import { compareSweep } from '../sweep/compare.ts';
import { sweepPaths } from '../sweep/layout.ts';
import { type ComparedRow, comparedNetworks, csvOf, recipeCell, tableOf } from './compare-report.ts';
import { sizesPicture, sizesTable } from './compare-sizes.ts';
import {
  addModelOptions,
  CLASSIFIER_FLAG,
  CLASSIFIER_HELP,
  DATASET_FLAG,
  DATASET_HELP,
  datasetArgumentOf,
  MODEL_ARGUMENT,
  type ModelFlags,
  noteChangedData,
  openAutoencoder,
  readDataset,
  takenBy,
} from './model-arguments.ts';

const BY = ['model', 'code-size'] as const;

interface CompareFlags extends ModelFlags, Overwriting {
  readonly dataset?: string;
  readonly classifier?: string;
  readonly png?: Destination;
  readonly svg?: Destination;
  readonly csv?: Destination;
  readonly by: (typeof BY)[number];
  readonly json?: boolean;
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

/** @throws LatentError (input) `other-dataset` where two models are to be measured on different images, whatever their names. */
const requireOneDataset = (first: Compared, other: Compared): void => {
  const [a, b] = [first, other].map(({ dataset }) => identityOf(dataset));
  if (sameData(a, b)) return;
  const [was, is] = [first.dataset.name, other.dataset.name];
  const [wasWords, isWords] = was === is ? [dataLabel(was, a), dataLabel(is, b)] : [was, is];
  throw inputError('other-dataset', {
    problem: `${other.argument} was trained on ${isWords}, ${first.argument} on ${wasWords}`,
    hint: `compare them on one: --dataset ${datasetArgumentOf(first.model, undefined)}`,
  });
};

/** Opens all models and the data sets that they want, each once: what is wrong is told before minutes of work. */
const openAll = async (models: readonly string[], flags: CompareFlags): Promise<Compared[]> => {
  const { dataset: datasetArgument } = flags;
  const opened = [];
  for (const argument of models) opened.push({ argument, ...(await openAutoencoder(argument, flags)) });
  const known = new Map<string, Dataset>();
  const compared: Compared[] = [];
  for (const each of opened) {
    const wanted = datasetArgumentOf(each.model, datasetArgument);
    const before = known.get(wanted);
    const dataset = before ? takenBy(each.model, before) : await readDataset(each.model, datasetArgument);
    if (before) noteChangedData(each.model, datasetArgument, dataset);
    known.set(wanted, asRead(dataset));
    compared.push({ ...each, dataset });
    requireOneDataset(compared[0], compared[compared.length - 1]);
  }
  return compared;
};

const rowOf = async (
  { argument, label, model, running, spec, dataset }: Compared & { readonly label: string },
  named: string | undefined,
) => {
  const identity = identityOf(dataset);
  const { all } = await baselinesOf(dataset, running);
  // Figures that are kept are those of the classifier that is taken where none is named.
  const kept = named === undefined ? storedScores(model, identity) : null;
  if (kept === null) note(`evaluating ${label}`);
  const { evaluation, findings } =
    kept ?? (await computeScores(model, spec, running, dataset, all, await classifierFor(dataset, named)));
  const row: ComparedRow = {
    model: argument.startsWith(modelsFolder) ? basename(argument) : argument,
    label,
    id: spec.id,
    title: spec.title,
    recipe: model.config?.recipe.name ?? null,
    seed: model.config?.recipe.seed ?? null,
    parameters: evaluation.parameters,
    codeSize: codeSizeOf(running),
    activeUnits: evaluation.code.activeUnitsByKl ?? evaluation.code.activeUnits,
    published: publishedError(spec, identity),
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

const checkOutputs = async ({ png, svg, csv, force }: CompareFlags): Promise<void> => {
  for (const path of [png, svg, csv]) if (path !== undefined) await requireFree(path, { force });
};

const run = async (given: readonly string[], flags: CompareFlags): Promise<void> => {
  await checkOutputs(flags);
  const write = (path: Destination, content: Uint8Array | string): Promise<void> =>
    writeOutput(path, content, { force: flags.force });
  const [only] = given;
  if (given.length === 1 && existsSync(sweepPaths(only).plan)) {
    await compareSweep(only, { ...flags, json: flags.json ?? false, write });
    for (const file of [flags.png, flags.svg, flags.csv]) if (file !== undefined) note(file);
    return;
  }
  const models = given.length > 0 ? given : await wholeZoo();
  if (models.length === 0)
    throw inputError('no-models', {
      expected: 'models to compare',
      got: 'none and the zoo is not trained',
      hint: 'see: npx latent zoo',
    });
  const found: Awaited<ReturnType<typeof rowOf>>[] = [];
  const compared = await openAll(models, flags);
  const labelled = compared.map(({ model }) => labelledOf(model));
  const labels = labelsOf(labelled);
  for (const [i, each] of compared.entries()) found.push(await rowOf({ ...each, label: labels[i] }, flags.classifier));
  const dataset = compared[0].dataset.name;
  const { baselines } = found[0];
  const rows = found.map(({ row }) => row);
  const bySize = flags.by === 'code-size';
  if (flags.png !== undefined || flags.svg !== undefined) {
    const figure = bySize ? sizesPicture(found) : comparison(comparedNetworks(rows), baselines);
    const { figurePng, figureSvg } = await import('../pictures/render.ts');
    if (flags.png !== undefined) await write(flags.png, await figurePng(figure));
    if (flags.svg !== undefined) await write(flags.svg, figureSvg(figure));
  }
  if (flags.csv !== undefined) await write(flags.csv, csvOf(rows));
  if (flags.json) printJson({ dataset, floors: flatBaselines(baselines), baselines, models: rows });
  else if (bySize) print(sizesTable(found, dataset));
  else print(tableOf(rows, labelsOf(labelled, rows.map(recipeCell)), baselines, dataset));
  for (const file of [flags.png, flags.svg, flags.csv]) if (file !== undefined) note(file);
};

/** The command `compare`. */
export const compareCommand = (): Command =>
  addForce(addModelOptions(new Command('compare')))
    .description('put models side by side: errors, k-NN accuracy, classifier agreement, findings')
    .argument(
      '[models...]',
      `${MODEL_ARGUMENT}, or ENCODER+DECODER; or the folder of one sweep (default: the whole zoo)`,
    )
    .option(DATASET_FLAG, DATASET_HELP)
    .option(CLASSIFIER_FLAG, CLASSIFIER_HELP)
    .option('--by <what>', 'model, or code-size: figures against the numbers of the code', oneOf('--by', BY), 'model')
    .option('--png <file>', 'errors beside the baselines, as a picture', outputFile('--png', ['.png']))
    .option('--svg <file>', 'the same as SVG', outputFile('--svg', ['.svg']))
    .option('--csv <file>', 'all figures, a row for each model', outputFile('--csv', ['.csv']))
    .option('--json', 'one JSON document on standard output')
    .addHelpText(
      'after',
      `
Examples:
  npx latent compare
  npx latent compare dense-1 vae-1 some.keras --png comparison.png
  npx latent compare runs/a runs/b --csv runs.csv --json
  npx latent compare sweeps/ten --png ten.png
  npx latent compare runs/code-* --by code-size --png sizes.png

Figures that a run keeps are taken from it; those of files are computed.`,
    )
    .action(run);
