/**
 * `latent sample`: images that nobody drew: codes out of the prior, or out of a density of the codes of images, decoded.
 */
import { Command } from 'commander';
import {
  type CodeDistribution,
  type Codes,
  type Dataset,
  decodedImages,
  drawCodes,
  encodeSets,
  fitGaussian,
  hasGaussianCode,
} from 'latent-plane';
import { codeSizeOf, inTurns, mixtureWork } from 'latent-plane/internal';
import { note, printJson } from '../console.ts';
import { withCounting } from '../counting.ts';
import { type Destination, outputFile } from '../files/destination.ts';
import { addForce, type Overwriting, requireFree, writeOutput } from '../files/output.ts';
import { numberAbove, oneOf, wholeNumber } from '../options.ts';
import { grouped } from '../tables.ts';
import { isDecoderAlone } from './decoder-alone.ts';
import {
  COLUMNS_FLAG,
  GRID_ENDINGS,
  gridPng,
  imagesNpy,
  isArrayFile,
  parseColumns,
  parseScale,
  SCALE_FLAG,
  SCALE_HELP,
  squareColumns,
} from './image-grids.ts';
import {
  addModel,
  DATASET_FLAG,
  DATASET_HELP,
  drawingLabel,
  LABEL_FLAG,
  LABEL_HELP,
  type ModelFlags,
  type OpenedModel,
  openAutoencoder,
  parseLabel,
  readDataset,
  withModel,
} from './model-arguments.ts';

const SOURCES = ['prior', 'gaussian', 'mixture'] as const;

interface SampleFlags extends ModelFlags, Overwriting {
  readonly out: Destination;
  readonly count: number;
  readonly seed: number;
  readonly from?: (typeof SOURCES)[number];
  readonly components: number;
  readonly dataset?: string;
  readonly temperature: number;
  readonly label?: number;
  readonly columns?: number;
  readonly scale?: number;
  readonly json?: boolean;
}

interface Source {
  readonly distribution: CodeDistribution;
  /** What it is, for a sentence. */
  readonly words: string;
  readonly logLikelihood: number | null;
  readonly dataset: string | null;
}

const MOST = 100_000;
const TEMPERATURE_MAX = 100;

const codesWords = ({ count }: Codes, { name }: Dataset, isGaussian: boolean): string =>
  `${isGaussian ? 'the means of ' : ''}the codes of the ${grouped(count)} training images of ${name}`;

/** A density of the codes of the training images. */
const fitted = async (opened: OpenedModel, flags: SampleFlags, from: 'gaussian' | 'mixture'): Promise<Source> => {
  const { model, running } = opened;
  const dataset = await readDataset(model, flags.dataset);
  const codes = await withCounting('encoding', 'images', (onProgress) =>
    encodeSets(running, [dataset.train], { onProgress }),
  );
  const of = codesWords(codes, dataset, hasGaussianCode(running));
  if (from === 'gaussian')
    return {
      distribution: fitGaussian(codes),
      words: `the Gaussian of ${of}`,
      logLikelihood: null,
      dataset: dataset.name,
    };
  const { components, seed } = flags;
  const mixture = await inTurns(mixtureWork(codes, { components, seed }));
  return {
    distribution: mixture,
    words: `a mixture of ${components} Gaussians of ${of}, ${mixture.logLikelihood.toFixed(3)} nats a code`,
    logLikelihood: mixture.logLikelihood,
    dataset: dataset.name,
  };
};

/** Whether no code of an image may be needed; without a choice, what the model is decides. */
const drawsPrior = ({ from = 'prior' }: SampleFlags): boolean => from === 'prior';

const sourceOf = async (opened: OpenedModel, flags: SampleFlags): Promise<Source> => {
  const { running } = opened;
  const isGaussian = hasGaussianCode(running);
  const from =
    flags.from ?? (isDecoderAlone(running.network) ? 'prior' : undefined) ?? (isGaussian ? 'prior' : 'gaussian');
  if (from !== 'prior') return fitted(opened, flags, from);
  return {
    distribution: { type: 'prior', size: codeSizeOf(running) },
    words: isDecoderAlone(running.network)
      ? 'the unit Gaussian'
      : isGaussian
        ? 'the unit Gaussian, the prior of its code'
        : 'the unit Gaussian, which nothing in its training brought its codes to (--from gaussian)',
    logLikelihood: null,
    dataset: null,
  };
};

const run = async (argument: string, flags: SampleFlags): Promise<void> => {
  const { out, count, seed, temperature, label, json = false, force } = flags;
  await requireFree(out, { force });
  const opened = await openAutoencoder(argument, flags, drawsPrior(flags) ? ['decoder'] : undefined);
  const drawing = drawingLabel(argument, opened.running, label);
  const source = await sourceOf(opened, flags);
  const codes = drawCodes(source.distribution, count, { seed, temperature });
  const images = await decodedImages(drawing, codes.values);
  const columns = flags.columns ?? squareColumns(count);
  const bytes = isArrayFile(out) ? imagesNpy(images, [count]) : gridPng(images, { columns, scale: flags.scale });
  await writeOutput(out, bytes, { force });
  const { words, logLikelihood, dataset } = source;
  if (json)
    printJson({
      model: argument,
      out,
      count,
      seed,
      temperature,
      label: drawing.label ?? null,
      from: words,
      components: source.distribution.type === 'prior' ? null : source.distribution.gaussians.length,
      dataset,
      logLikelihood,
    });
  note(`${out}: ${grouped(count)} images, seed ${seed}, drawn from ${words}`);
};

/** The command `sample`. */
export const sampleCommand = (): Command =>
  addForce(addModel(new Command('sample')))
    .description('draw images at random: decode codes out of a density of codes')
    .requiredOption('--out <file>', 'ends in .png (a grid) or .npy', outputFile('--out', GRID_ENDINGS))
    .option('--count <n>', 'how many images', wholeNumber('--count', { min: 1, max: MOST }), 64)
    .option('--seed <n>', 'same seed, same images', wholeNumber('--seed', { min: 0 }), 1)
    .option(
      '--from <density>',
      'prior, gaussian or mixture (default: the prior where the code is a Gaussian, else the Gaussian of the codes)',
      oneOf('--from', SOURCES),
    )
    .option('--components <n>', 'Gaussians of a mixture', wholeNumber('--components', { min: 1, max: 1000 }), 10)
    .option(DATASET_FLAG, `images whose codes are fitted: ${DATASET_HELP}`)
    .option(
      '--temperature <t>',
      'what standard deviations are multiplied by',
      numberAbove('--temperature', 0, TEMPERATURE_MAX),
      1,
    )
    .option(LABEL_FLAG, LABEL_HELP, parseLabel)
    .option(COLUMNS_FLAG, 'images side by side (default: a square)', parseColumns)
    .option(SCALE_FLAG, SCALE_HELP, parseScale)
    .option('--json', 'one JSON document on standard output')
    .addHelpText(
      'after',
      `
Examples:
  npx latent sample vae-1 --out drawn.png
  npx latent sample runs/mine --from mixture --count 1000 --out drawn.npy

prior: every number of a code from the unit Gaussian, as a variational
autoencoder learns it. gaussian, mixture: mean and full covariance, or several
with weights, of the codes of the training images (docs/using-codes.md).
.npy: bytes [images, height, width], or [images, height, width, 3] in colour,
which is a DATASET too.`,
    )
    .action(withModel(run));
