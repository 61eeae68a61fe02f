/**
 * `latent traverse`: what each number of a code changes: a row of decoded images for each, over the values that the data have.
 */
import { extname } from 'node:path';
import { Command } from 'commander';
import {
  type Codes,
  codeExtent,
  type Dataset,
  decodeCodes,
  dimensionQuantiles,
  dimensionsBy,
  divergencePerDimension,
  encodeNpy,
  encodeSets,
  type RunnableModel,
  traversalCodes,
} from 'latent-plane';
import { codeSizeOf, dimensionName, inputError, meanCode, pictureSize } from 'latent-plane/internal';
import { counted, note, printJson } from '../console.ts';
import { withCounting } from '../counting.ts';
import { type Destination, outputFile } from '../files/destination.ts';
import { addForce, type Overwriting, requireFree, writeOutput } from '../files/output.ts';
import { oneOf, wholeNumber } from '../options.ts';
import { imagesOf } from '../pictures/images.ts';
import { isDecoderAlone, notePrior, priorCodes } from './decoder-alone.ts';
import { drawingLabelOf, type EncodedImage, encodedImages } from './image-codes.ts';
import { IMAGE_HELP, type ImageReference, imageReference } from './image-reference.ts';
import {
  addModel,
  DATASET_FLAG,
  DATASET_HELP,
  drawingLabel,
  LABEL_FLAG,
  LABEL_HELP,
  type ModelFlags,
  openAutoencoder,
  parseLabel,
  readDataset,
  withModel,
} from './model-arguments.ts';
import { percentilePair } from './plane-choice.ts';

const ORDERS = ['kl', 'variance', 'index'] as const;
type Order = (typeof ORDERS)[number];

interface TraverseFlags extends ModelFlags, Overwriting {
  readonly dataset?: string;
  readonly order?: Order;
  readonly steps: number;
  readonly range?: readonly [number, number];
  readonly image?: ImageReference;
  /** Counted from 0. */
  readonly dimensions?: readonly number[];
  readonly most?: number;
  readonly label?: number;
  readonly out: Destination;
  readonly codes?: Destination;
  readonly json?: boolean;
}

/** Rows that a person still reads. */
const MOST_ROWS = 16;
const [LARGEST_MOST, MOST_STEPS] = [512, 64];
/** Percentiles that a row spans. */
const RANGE = [5, 95] as const;

/** A parser of different whole numbers from 1; counted from 0 then. */
const dimensionList = (text: string): readonly number[] => {
  const words = text.split(',');
  const dimensions = words.map((word) => (/^\s*\d{1,7}\s*$/.test(word) ? Number(word) - 1 : -1));
  if (dimensions.every((d) => d >= 0) && new Set(dimensions).size === dimensions.length) return dimensions;
  throw inputError('invalid-option', {
    at: { option: '--dimensions' },
    expected: 'different numbers from 1 with commas between, as in 1,3,4',
    got: `"${text}"`,
  });
};

/** What is known of each number of the code. */
interface DimensionFigures {
  /** Nats; null where the code is no Gaussian. */
  readonly kl: readonly number[] | null;
  readonly std: readonly number[];
}

/** @throws LatentError (input) `invalid-option`, `arguments` for what such a code does not have. */
const requireDimensions = ({ dimensions, most }: TraverseFlags, size: number, argument: string): void => {
  if (dimensions && most !== undefined)
    throw inputError('arguments', {
      problem: '--dimensions names the rows, and --most counts them',
      hint: 'leave one of the two out',
    });
  const beyond = dimensions?.find((d) => d >= size);
  if (beyond !== undefined)
    throw inputError('invalid-option', {
      at: { option: '--dimensions' },
      expected: `numbers from 1 to ${size}, as many as a code of "${argument}" has`,
      got: `${beyond + 1}`,
    });
};

/** The order that was asked for; else by the divergence, where there is one, and by the variance where not. */
const orderOf = ({ order }: TraverseFlags, { kl }: DimensionFigures, argument: string): Order => {
  if (order === 'kl' && kl === null)
    throw inputError('invalid-option', {
      at: { option: '--order kl' },
      expected: 'a model whose code is a Gaussian',
      got: `"${argument}", whose code is none`,
      hint: 'take --order variance or --order index',
    });
  return order ?? (kl === null ? 'variance' : 'kl');
};

/** All dimensions as they follow each other. */
const ordered = (order: Order, { kl, std }: DimensionFigures): readonly number[] =>
  order === 'index' ? [...std.keys()] : dimensionsBy(order === 'kl' && kl !== null ? kl : std);

/** The rows, and what has none. */
const rowsOf = (flags: TraverseFlags, all: readonly number[]): readonly [readonly number[], readonly number[]] => {
  const { dimensions, order, most = MOST_ROWS } = flags;
  if (dimensions) return [order === undefined ? dimensions : all.filter((d) => dimensions.includes(d)), []];
  return [all.slice(0, most), all.slice(most)];
};

const figure = (value: number): string => (value < 0.1 ? String(Number(value.toPrecision(2))) : value.toFixed(2));

const factOf = (d: number, { kl, std }: DimensionFigures): string =>
  kl === null ? `std ${figure(std[d])}` : `KL ${figure(kl[d])}, std ${figure(std[d])}`;

/** Says which dimensions have no row. */
const noteLeftOut = (left: readonly number[], order: Order, { kl, std }: DimensionFigures): void => {
  if (left.length === 0) return;
  const largest = (figures: readonly number[]): string => figure(Math.max(...left.map((d) => figures[d])));
  const words =
    order === 'index' ? '' : kl && order === 'kl' ? `, of KL up to ${largest(kl)}` : `, of std up to ${largest(std)}`;
  note(`note: ${left.length} of ${std.length} dimensions have no row${words}; --most N or --dimensions shows more`);
};

/** Says the finding: what holds most. */
const titleOf = (id: string, { kl, std }: DimensionFigures): string => {
  const figures = kl ?? std.map((value) => value ** 2);
  const total = figures.reduce((sum, value) => sum + value, 0);
  const [first] = dimensionsBy(figures);
  const of = counted(std.length, 'dimension');
  if (std.length === 1) return `${id}: what its one number changes`;
  if (kl)
    return `${id}: ${dimensionName(first)} holds most, ${figure(kl[first])} of the ${figure(total)} nats of ${of}`;
  const share = total === 0 ? 0 : figures[first] / total;
  return `${id}: ${dimensionName(first)} varies most, ${Math.round(100 * share)} % of the variance of ${of}`;
};

const ORDER_WORDS: Readonly<Record<Order, string>> = {
  kl: ' Most divergence from the prior (KL, nats) first.',
  variance: ' Most variance first.',
  index: '',
};

interface Traversal {
  readonly rows: readonly { readonly dimension: number; readonly values: readonly number[] }[];
  /** Of the values, 0 to 1. */
  readonly shares: readonly number[];
  /** `[rows, steps, code size]`. */
  readonly codes: Float32Array;
}

const traversalOf = (
  codes: Codes,
  base: ArrayLike<number>,
  dimensions: readonly number[],
  { steps, range: [low, high] = RANGE }: TraverseFlags,
): Traversal => {
  const shares = Array.from({ length: steps }, (_, i) => (low + ((high - low) * i) / (steps - 1)) / 100);
  const rows = dimensions.map((dimension) => ({ dimension, values: dimensionQuantiles(codes, dimension, shares) }));
  return { rows, shares, codes: traversalCodes(base, rows) };
};

const percentText = (share: number): string => `${Number((100 * share).toFixed(1))} %`;

interface Examined {
  readonly codes: Codes;
  readonly figures: DimensionFigures;
  readonly base: EncodedImage | undefined;
}

/** Codes, figures and base of a model on a data set. */
const examine = async (
  running: RunnableModel,
  dataset: Dataset,
  image: ImageReference | undefined,
): Promise<Examined> => {
  const codes = await withCounting('encoding', 'images', (onProgress) =>
    encodeSets(running, [dataset.train, dataset.test], { onProgress }),
  );
  const set = dataset.train.count > 0 ? dataset.train : dataset.test;
  const figures: DimensionFigures = {
    kl: await divergencePerDimension(running, set),
    std: codeExtent(codes).std,
  };
  const [base] = image ? await encodedImages(running, dataset, [image]) : [];
  return { codes, figures, base };
};

/** The same of a decoder alone. */
const ofPrior = (size: number): Examined => {
  const codes = priorCodes(size);
  return { codes, figures: { kl: null, std: codeExtent(codes).std }, base: undefined };
};

const baseWords = (base: EncodedImage | undefined): string =>
  base ? `at the code of image ${base.reference.text}` : 'at the mean code of all images';

const run = async (argument: string, flags: TraverseFlags): Promise<void> => {
  const { out, codes: codesOut, steps, range = RANGE, label, json, force } = flags;
  const begin = performance.now();
  for (const path of codesOut ? [out, codesOut] : [out]) await requireFree(path, { force });
  const { model, running } = await openAutoencoder(
    argument,
    flags,
    flags.image || flags.dataset ? undefined : ['decoder'],
  );
  const size = codeSizeOf(running);
  requireDimensions(flags, size, argument);
  const tile = pictureSize(model.spec.inputShape, model.id);
  const dataset = isDecoderAlone(model.network) ? null : await readDataset(model, flags.dataset);
  if (dataset === null) notePrior(argument);
  const { codes, figures, base } = dataset === null ? ofPrior(size) : await examine(running, dataset, flags.image);
  const order = orderOf(flags, figures, argument);
  const [dimensions, left] = rowsOf(flags, ordered(order, figures));
  noteLeftOut(left, order, figures);
  const traversal = traversalOf(codes, base?.code ?? meanCode(codes), dimensions, flags);
  const drawing =
    dataset === null ? drawingLabel(argument, running, label) : drawingLabelOf(argument, running, label, dataset, base);
  const drawn = await decodeCodes(drawing, traversal.codes);
  const extension = extname(out).toLowerCase();
  if (extension === '.npy') {
    const dims = [dimensions.length, steps, tile.height, tile.width, tile.channels];
    await writeOutput(out, encodeNpy({ dims, data: drawn }), { force });
  } else {
    const { imageGridFile } = await import('../pictures/image-grid.ts');
    const grid = {
      title: titleOf(model.id, figures),
      subtitle: `Each row changes one number of the code from percentile ${range[0]} to ${range[1]} of all images; the others stay ${baseWords(base)}.${ORDER_WORDS[order]}`,
      images: imagesOf(drawn, dimensions.length * steps),
      tile,
      rows: dimensions.map((d) => [dimensionName(d), factOf(d, figures)] as const),
      columns: traversal.shares.map(percentText),
    };
    await writeOutput(out, await imageGridFile(grid, extension), { force });
  }
  const files: string[] = [out];
  if (codesOut) {
    await writeOutput(codesOut, encodeNpy({ dims: [dimensions.length, steps, size], data: traversal.codes }), {
      force,
    });
    files.push(codesOut);
  }
  if (json)
    printJson({
      model: argument,
      dataset: dataset?.name ?? null,
      base: base ? { image: base.reference.text } : 'mean',
      order,
      shares: traversal.shares,
      dimensions: traversal.rows.map(({ dimension, values }) => ({
        dimension: dimension + 1,
        kl: figures.kl?.[dimension] ?? null,
        std: figures.std[dimension],
        values,
      })),
      leftOut: left.map((d) => d + 1),
      files,
      seconds: Math.round(performance.now() - begin) / 1000,
    });
  note(`${out}: ${counted(dimensions.length, 'dimension')}, ${steps} values of each`);
  if (codesOut) note(`${codesOut}: their codes`);
};

/** The command `traverse`. */
export const traverseCommand = (): Command =>
  addForce(addModel(new Command('traverse')))
    .description('draw what each number of a code changes')
    .option(DATASET_FLAG, DATASET_HELP)
    .option(
      '--order <order>',
      'kl, variance or index (default: kl of a Gaussian code, variance of others)',
      oneOf('--order', ORDERS),
    )
    .option('--steps <n>', 'images in a row', wholeNumber('--steps', { min: 2, max: MOST_STEPS }), 9)
    .option(
      '--range <low,high>',
      `percentiles of the data that a row spans (default: ${RANGE.join(',')})`,
      percentilePair('--range'),
    )
    .option(
      '--image <n>',
      `begin with the code of an image (default: the mean code): ${IMAGE_HELP}`,
      imageReference('--image'),
    )
    .option('--dimensions <list>', 'these numbers of the code, counted from 1', dimensionList)
    .option('--most <n>', `rows at most (default: ${MOST_ROWS})`, wholeNumber('--most', { min: 1, max: LARGEST_MOST }))
    .option(LABEL_FLAG, LABEL_HELP, parseLabel)
    .requiredOption(
      '--out <file>',
      'ends in .png or .svg, or in .npy for the images',
      outputFile('--out', ['.png', '.svg', '.npy']),
    )
    .option('--codes <file>', 'their codes as well, ends in .npy', outputFile('--codes', ['.npy']))
    .option('--json', 'one JSON document on standard output')
    .addHelpText(
      'after',
      `
Examples:
  npx latent traverse runs/vae20 --out traversal.png
  npx latent traverse runs/vae20 --image 3 --dimensions 7,2 --out seven.svg
  npx latent traverse dense-1 --range 1,99 --out images.npy --codes codes.npy

A row for each number of the code: it goes over values that the images have, by
equal shares of them; the others stay. KL is how far the codes of images are
from the prior, on the mean, in nats: near 0 the number tells nothing of them.
.npy: images float32 [rows, steps, height, width, channels], codes float32
[rows, steps, numbers of a code] (docs/codes.md).`,
    )
    .action(withModel(run));
