/**
 * `latent evaluate`: how good a trained model is, and compared with what.
 */
import { Command } from 'commander';
import {
  type AllScores,
  type AutoencoderEvaluation,
  type ClassifierEvaluation,
  type Dataset,
  evaluateAutoencoder,
  evaluateClassifier,
  type Refinement,
  type RunnableModel,
  refineCodes,
} from 'latent-plane';
import { inputError, namedBaselines, publishedError } from 'latent-plane/internal';
import { print, printJson } from '../console.ts';
import { withCounting } from '../counting.ts';
import { baselinesOf } from '../data/baselines.ts';
import { classifierFor } from '../models/classifiers.ts';
import type { Model } from '../models/index.ts';
import { oneOf } from '../options.ts';
import { identityOf } from '../runs/data.ts';
import { broken, errorFigure, grouped, percent, tableLines, wrapped } from '../tables.ts';
import {
  addModel,
  CLASSIFIER_FLAG,
  CLASSIFIER_HELP,
  DATASET_FLAG,
  DATASET_HELP,
  keepScores,
  type ModelFlags,
  openRunnable,
  readDataset,
  requireParts,
  withModel,
} from './model-arguments.ts';

type Evaluation = AutoencoderEvaluation | ClassifierEvaluation;

const SCORES = ['usual', 'all'] as const;

interface EvaluateFlags extends ModelFlags {
  readonly dataset?: string;
  readonly classifier?: string;
  readonly json?: boolean;
  readonly refine?: boolean;
  readonly scores: (typeof SCORES)[number];
}

const ALIGNS = ['left', 'right'] as const;

/** A row for each class that has images. */
const classLines = (
  names: readonly string[],
  values: readonly number[] | null,
  shown: (value: number) => string,
): string[] => {
  if (values === null) return [];
  const rows = values.flatMap((value, label) => {
    const name = names[label] === String(label) ? `  ${label}` : `  ${label} ${names[label]}`;
    return Number.isNaN(value) ? [] : [[name, shown(value)]];
  });
  return ['', ...wrapped('By class, all images'), ...tableLines(rows, ALIGNS)];
};

/** Longer codes are told by their first and last dimensions; all of them are in the JSON. */
const MOST_DIMENSIONS = 16;
const DIMENSIONS_AT_ENDS = 5;

const dimensionRows = ({ min, max, std }: AutoencoderEvaluation['code']): string[][] => {
  const rows = min.map((_, d) => [`  ${d + 1}`, ...[min[d], max[d], std[d]].map((value) => value.toFixed(4))]);
  if (rows.length <= MOST_DIMENSIONS) return rows;
  const between = `  ... ${rows.length - 2 * DIMENSIONS_AT_ENDS} more, all with --json`;
  return [...rows.slice(0, DIMENSIONS_AT_ENDS), [between, '', '', ''], ...rows.slice(-DIMENSIONS_AT_ENDS)];
};

const autoencoderLines = (
  { mse, testLoss, perClassMse, baselines, code, ...scores }: AutoencoderEvaluation,
  dataset: Dataset,
  { spec }: Model,
): string[] => {
  const times = (baseline: number): string => `${(mse.all / baseline).toFixed(3)} of it`;
  const error = publishedError(spec, identityOf(dataset));
  const published = error === null ? [] : [['published, all', errorFigure(error)]];
  return [
    'Mean squared error per pixel, 0..1',
    ...tableLines(
      [
        ['  training images', errorFigure(mse.train)],
        ['  test images', errorFigure(mse.test)],
        ['  all', errorFigure(mse.all)],
        ...published.map(([name, value]) => [`  ${name}`, value]),
      ],
      ALIGNS,
    ),
    ...lossLines(testLoss),
    '',
    ...wrapped('Baselines: what guesses without a network cost on all images'),
    ...tableLines(
      [...namedBaselines(baselines)].reverse().map(({ name, mse }) => [`  ${name}`, errorFigure(mse), times(mse)]),
      ALIGNS,
    ),
    ...classLines(dataset.classNames, perClassMse, errorFigure),
    '',
    'Code',
    ...tableLines([['  dimension', 'min', 'max', 'std'], ...dimensionRows(code)], ['left', 'right', 'right', 'right']),
    ...tableLines(codeRows(code), ALIGNS),
    '',
    ...wrapped('Neighbourhoods and classifier agreement'),
    ...tableLines(scoreRows(scores), ALIGNS),
    ...spaceLines(scores, scores.shown),
  ];
};

/** Of a loss of more than the squared error, which stands above already. */
const lossLines = (loss: AutoencoderEvaluation['testLoss']): string[] => {
  if (!loss || (loss.parts.length === 1 && loss.parts[0].name === 'mean squared error')) return [];
  const lossFigure = (value: number | null): string => (value === null ? 'none' : value.toPrecision(6));
  return [
    '',
    ...wrapped('Loss that training minimised, test images'),
    ...tableLines(
      [
        ...loss.parts.map(({ name, weight, value }) => [
          `  ${weight === 1 ? '' : `${weight} x `}${name}`,
          lossFigure(value === null ? null : value * weight),
        ]),
        ['  sum', lossFigure(loss.value)],
      ],
      ALIGNS,
    ),
  ];
};

const figure = (value: number | null, digits = 4): string => (value === null ? 'none' : value.toFixed(digits));

const codeRows = ({
  activeUnits,
  activeUnitsByKl,
  klPerDimension,
  participationRatio,
  correlation,
  occupied,
}: AutoencoderEvaluation['code']) => [
  ['  active dimensions', String(activeUnits)],
  ...(klPerDimension === null
    ? []
    : [
        ['  active dimensions by divergence', String(activeUnitsByKl)],
        ['  divergence of all dimensions, nats', figure(klPerDimension.reduce((sum, nats) => sum + nats, 0))],
      ]),
  ['  participation ratio', figure(participationRatio)],
  ['  correlation', figure(correlation)],
  ...(occupied === null ? [] : [['  share of the plane that is occupied', figure(occupied)]]),
];

const scoreRows = ({
  knnAccuracy,
  trustworthiness,
  continuity,
  recognisable,
  plane,
  shown,
}: Pick<
  AutoencoderEvaluation,
  'knnAccuracy' | 'trustworthiness' | 'continuity' | 'recognisable' | 'plane' | 'shown'
>): string[][] => [
  ['  5-NN accuracy on test labels', figure(knnAccuracy?.value ?? null)],
  ['  trustworthiness', figure(trustworthiness)],
  ['  continuity', figure(continuity)],
  ...(recognisable === null ? [] : [['  classifier agreement', figure(recognisable)]]),
  ...(shown === null
    ? []
    : [
        [`  of the plane of ${shown.names.join(', ')} alone:`, ''],
        ['    share of the variance', figure(shown.varianceShare)],
        ['    5-NN accuracy on test labels', figure(shown.knnAccuracy?.value ?? null)],
        ['    trustworthiness', figure(shown.trustworthiness)],
        ['    continuity', figure(shown.continuity)],
      ]),
  ...(plane === null ? [] : [['  mean confidence on the plane', figure(plane.meanConfidence)]]),
];

/** The figures of the whole code, and beside each that of the plane where one is shown. */
const spaceLines = (space: AllScores, shown: AllScores | null): string[] => {
  if (space.neighbourhoods === null) return [];
  const beside = (value: number | null, ofPlane: number | null | undefined): string[] =>
    shown === null ? [figure(value)] : [figure(value), figure(ofPlane ?? null)];
  const rows = space.neighbourhoods.flatMap(({ part, k, knn, trustworthiness, continuity }, i) => {
    const other = shown?.neighbourhoods?.[i];
    const images = part === 'train' ? 'training' : 'test';
    return [
      [`  ${images}, k = ${k}: k-NN accuracy`, ...beside(knn, other?.knn)],
      ['    trustworthiness', ...beside(trustworthiness, other?.trustworthiness)],
      ['    continuity', ...beside(continuity, other?.continuity)],
    ];
  });
  return [
    '',
    ...wrapped('All scores of the codes'),
    ...tableLines(
      [
        ...(shown === null ? [] : [['', 'code', 'plane']]),
        ...rows,
        ['  correlation of distances', ...beside(space.distanceCorrelation, shown?.distanceCorrelation)],
        ['  triplet accuracy', ...beside(space.tripletAccuracy, shown?.tripletAccuracy)],
        ['  linear probe', ...beside(space.linearProbe, shown?.linearProbe)],
      ],
      ['left', 'right', 'right'],
    ),
  ];
};

const classifierLines = ({ accuracy, perClassAccuracy }: ClassifierEvaluation, { classNames }: Dataset): string[] => [
  ...wrapped('Accuracy'),
  ...tableLines(
    [
      ['  training images', percent(accuracy.train)],
      ['  test images', percent(accuracy.test)],
      ['  all', percent(accuracy.all)],
    ],
    ALIGNS,
  ),
  ...classLines(classNames, perClassAccuracy, percent),
];

const report = (argument: string, evaluation: Evaluation, dataset: Dataset, model: Model): string => {
  const images = grouped(dataset.train.count + dataset.test.count);
  const lines =
    'mse' in evaluation ? autoencoderLines(evaluation, dataset, model) : classifierLines(evaluation, dataset);
  return [
    ...broken(`${argument} on ${dataset.name}: ${images} images, ${grouped(evaluation.parameters)} parameters`),
    '',
    ...lines,
  ].join('\n');
};

const evaluate = async (
  running: RunnableModel,
  dataset: Dataset,
  named: string | undefined,
  allScores: boolean,
): Promise<Evaluation> => {
  if (running.network.spec.kind === 'classifier') {
    return withCounting('evaluating', 'images', (onProgress) => evaluateClassifier(running, dataset, { onProgress }));
  }
  const { all } = await baselinesOf(dataset, running);
  const classifier = await classifierFor(dataset, named);
  return withCounting('evaluating', 'images', (onProgress) =>
    withCounting('comparing neighbours', 'images', (onNeighbours) =>
      evaluateAutoencoder(running, dataset, all, { onProgress, onNeighbours, classifier, allScores }),
    ),
  );
};

/** How much of the error of test images is the encoder's. @throws LatentError (input) `invalid-option` of a classifier. */
const refine = async (running: RunnableModel, { test }: Dataset): Promise<Refinement> => {
  if (running.network.spec.kind === 'classifier')
    throw inputError('invalid-option', {
      at: { option: '--refine' },
      expected: 'an autoencoder',
      got: 'a classifier',
      hint: 'leave the option out',
    });
  return withCounting('refining codes', 'test images', (onProgress) => refineCodes(running, test, { onProgress }));
};

const refinementLines = ({ encoded, refined, steps }: Refinement): string =>
  [
    '',
    ...wrapped(`Error of test images, codes refined in ${steps} steps with the image in view`),
    ...tableLines(
      [
        ['  as encoded', errorFigure(encoded)],
        ['  refined', errorFigure(refined)],
      ],
      ALIGNS,
    ),
  ].join('\n');

const run = async (argument: string, flags: EvaluateFlags): Promise<void> => {
  const { dataset: datasetArgument, classifier: named, json = false, refine: refines = false, scores: which } = flags;
  const { model, running } = await openRunnable(argument, flags);
  if (model.spec.kind === 'autoencoder') requireParts(argument, model.network, ['encoder', 'decoder']);
  const dataset = await readDataset(model, datasetArgument);
  const evaluation = await evaluate(running, dataset, named, which === 'all');
  const refinement = refines ? await refine(running, dataset) : null;
  const scores = { ...evaluation, ...(refinement && { refinement }) };
  if (json) printJson({ model: argument, dataset: dataset.name, ...scores });
  else print(report(argument, evaluation, dataset, model) + (refinement ? `\n${refinementLines(refinement)}` : ''));
  if (named === undefined) await keepScores(model, 'evaluate', dataset, scores);
};

/** The command `evaluate`. */
export const evaluateCommand = (): Command =>
  addModel(new Command('evaluate'))
    .description('measure a trained model: error by part and class, beside the baselines')
    .option(DATASET_FLAG, DATASET_HELP)
    .option(CLASSIFIER_FLAG, CLASSIFIER_HELP)
    .option('--refine', 'also the error of test images whose codes are improved while the image is looked at')
    .option(
      '--scores <which>',
      'usual or all: neighbours in three numbers, distances, a linear probe (a minute or two more)',
      oneOf('--scores', SCORES),
      'usual',
    )
    .option('--json', 'one JSON document on standard output')
    .addHelpText(
      'after',
      `
Examples:
  npx latent evaluate dense-1
  npx latent evaluate runs/mine --dataset fashion-mnist --json
  npx latent evaluate some.keras --json
  npx latent evaluate encoder.h5 decoder.h5
  npx latent evaluate weights.pth --network net.yaml

Figures on the images that a run was trained on are kept in its metrics.json.`,
    )
    .action(withModel(run));
