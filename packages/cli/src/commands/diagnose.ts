/**
 * `latent diagnose`: what went wrong in a trained network's latent space, with the evidence and what to do.
 */
import { Command } from 'commander';
import { diagnoseInFull, type Examination, FINDING_CODES, type Finding, SEVERITIES } from 'latent-plane';
import { currentFindingCode, PLANE_DIMENSIONS } from 'latent-plane/internal';
import { counted, note, print, printJson } from '../console.ts';
import { withCounting } from '../counting.ts';
import { baselinesOf } from '../data/baselines.ts';
import { classifierFor } from '../models/classifiers.ts';
import { trainingRecord } from '../models/model-scores.ts';
import { oneOf } from '../options.ts';
import { broken, tableLines, wrapped } from '../tables.ts';
import {
  addModel,
  CLASSIFIER_FLAG,
  CLASSIFIER_HELP,
  DATASET_FLAG,
  DATASET_HELP,
  keepScores,
  type ModelFlags,
  openAutoencoder,
  readDataset,
  withModel,
} from './model-arguments.ts';

interface DiagnoseFlags extends ModelFlags {
  readonly dataset?: string;
  readonly classifier?: string;
  /** A severity, or a finding's code. */
  readonly failOn?: string;
  readonly json?: boolean;
}

const shown = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(shown).join(', ')}]`
    : typeof value === 'number'
      ? String(Number(value.toPrecision(4)))
      : String(value);

const findingLines = ({ code, severity, message, evidence, remedy }: Finding): string[] => [
  `${severity}: ${code}`,
  ...wrapped(message, '  '),
  ...wrapped(
    Object.entries(evidence)
      .map(([name, value]) => `${name} ${shown(value)}`)
      .join('; '),
    '  evidence: ',
    '    ',
  ),
  ...wrapped(remedy, '  remedy: ', '    '),
];

/** What each dimension of the code does, as JSON has it. */
const dimensionsOf = (examination: Examination | null) =>
  examination?.dimensions.map((stats, d) => ({ ...stats, kl: examination.divergences?.[d] ?? null })) ?? null;

type Dimensions = NonNullable<ReturnType<typeof dimensionsOf>>;

/** Rows of a terminal. */
const MOST_ROWS = 16;

/** The dimensions that the pictures depend on most, of codes whose findings do not show each already. */
const dimensionLines = (dimensions: Dimensions | null): string[] => {
  if (dimensions === null || dimensions.length <= PLANE_DIMENSIONS) return [];
  const isGaussian = dimensions[0].kl !== null;
  const order = Array.from(dimensions.keys()).sort((a, b) => dimensions[b].effect - dimensions[a].effect || a - b);
  const rows = order.slice(0, MOST_ROWS).map((d) => {
    const { min, max, std, effect, kl } = dimensions[d];
    const figures = [min, max, std, effect, ...(isGaussian ? [kl ?? 0] : [])];
    return [`  z${d + 1}`, ...figures.map((value) => value.toFixed(3))];
  });
  const left = dimensions.length - rows.length;
  return [
    '',
    ...wrapped(
      `Dimensions, by EFFECT: the change of the pictures without one, as a share of their variance${isGaussian ? '. KL: divergence from the unit Gaussian, nats' : ''}`,
    ),
    ...tableLines(
      [['  ', 'MIN', 'MAX', 'STD', 'EFFECT', ...(isGaussian ? ['KL'] : [])], ...rows],
      ['left', 'right', 'right', 'right', 'right', 'right'],
    ),
    ...(left > 0 ? [`  and ${left} more, all with --json`] : []),
  ];
};

/** Whether a finding is what `--fail-on` asks for. */
const isAsked = ({ code, severity }: Finding, failOn: string): boolean => {
  const least = SEVERITIES.map(String).indexOf(failOn);
  return least < 0 ? code === currentFindingCode(failOn) : SEVERITIES.indexOf(severity) <= least;
};

const run = async (argument: string, flags: DiagnoseFlags): Promise<void> => {
  const { dataset: datasetArgument, classifier: named, failOn, json = false } = flags;
  const { model, running, spec } = await openAutoencoder(argument, flags);
  const dataset = await readDataset(model, datasetArgument);
  const { all } = await baselinesOf(dataset, running);
  const classifier = await classifierFor(dataset, named);
  const { findings, examination } = await withCounting('examining', 'images', (onProgress) =>
    diagnoseInFull(running, spec, dataset, all, { classifier, training: trainingRecord(model), onProgress }),
  );
  const dimensions = dimensionsOf(examination);
  if (json) printJson({ model: argument, dataset: dataset.name, findings, dimensions });
  else {
    const found = findings.length === 0 ? 'no findings' : counted(findings.length, 'finding');
    print(
      [
        ...broken(`${argument} on ${dataset.name}: ${found}`),
        ...findings.flatMap((finding) => ['', ...findingLines(finding)]),
        ...dimensionLines(dimensions),
      ].join('\n'),
    );
  }
  if (classifier === null)
    note('note: no classifier, so its predictions were left out (it takes images with labels of two classes or more)');
  if (named === undefined) await keepScores(model, 'diagnose', dataset, { findings });
  if (failOn !== undefined && findings.some((finding) => isAsked(finding, failOn))) process.exitCode = 1;
};

/** The command `diagnose`. */
export const diagnoseCommand = (): Command =>
  addModel(new Command('diagnose'))
    .description('find what went wrong in a latent space: the evidence and the remedy')
    .option(DATASET_FLAG, DATASET_HELP)
    .option(CLASSIFIER_FLAG, CLASSIFIER_HELP)
    .option(
      '--fail-on <what>',
      'exit with 1 where a finding is at least this grave (error, warning or info), or is this one (its id)',
      oneOf('--fail-on', [...SEVERITIES, ...FINDING_CODES]),
    )
    .option('--json', 'one JSON document on standard output')
    .addHelpText(
      'after',
      `
Examples:
  npx latent diagnose cnn-1
  npx latent diagnose runs/mine --fail-on error --json
  npx latent diagnose runs/mine --fail-on dead-dimension

Findings on the images that a run was trained on are kept in its metrics.json.
What each means: docs/diagnosis.md.`,
    )
    .action(withModel(run));
