/**
 * `latent encode`: the codes of a data set into a file.
 */
import { Command } from 'commander';
import {
  type CodePlane,
  type Codes,
  type Dataset,
  distancesToPlane,
  encodeNpy,
  encodeSets,
  type ImageSet,
  pointsOfCodes,
} from 'latent-plane';
import { codeSizeOf, inputError, isLabelled } from 'latent-plane/internal';
import { note } from '../console.ts';
import { withCounting } from '../counting.ts';
import { codeColumns, csvText, PLANE_COLUMNS } from '../csv.ts';
import { type Destination, outputFile } from '../files/destination.ts';
import { addForce, type Overwriting, requireFree, writeOutput } from '../files/output.ts';
import { oneOf } from '../options.ts';
import { grouped } from '../tables.ts';
import {
  addModel,
  DATASET_FLAG,
  DATASET_HELP,
  type ModelFlags,
  openAutoencoder,
  readDataset,
  withModel,
} from './model-arguments.ts';
import { addPlaneOptions, choosePlane, type PlaneFlags, requireChoice, requireOnePlane } from './plane-choice.ts';

const SPLITS = ['train', 'test', 'all'] as const;
type Split = (typeof SPLITS)[number];

interface EncodeFlags extends ModelFlags, Overwriting, PlaneFlags {
  readonly dataset?: string;
  readonly split: Split;
  readonly out: Destination;
}

const setsOf = ({ train, test }: Dataset, split: Split): readonly ImageSet[] =>
  ({ train: [train], test: [test], all: [train, test] })[split];

const decimal = (value: number, digits: number): string => String(Number(value.toPrecision(digits)));

/** The shortest decimal that single precision reads back as the same number; most take 7 or 8 digits. */
const shortest = (value: number): string => {
  const isExact = (text: string): boolean => Math.fround(Number(text)) === value;
  const seven = decimal(value, 7);
  if (isExact(seven)) {
    const six = decimal(value, 6);
    return isExact(six) ? six : seven;
  }
  const eight = decimal(value, 8);
  return isExact(eight) ? eight : decimal(value, 9);
};

/** What is written of each image: its code, and where that lies on a plane. */
interface Table {
  /** `[count, width]`. */
  readonly values: Float32Array;
  readonly count: number;
  readonly width: number;
  readonly columns: string;
}

/** The index counts from 0 within the images encoded; the label of images that have none is empty. */
const csvOf = ({ values, count, width, columns }: Table, sets: readonly ImageSet[], labelled: boolean): string => {
  const labels = labelled ? sets.flatMap((set) => Array.from(set.labels)) : [];
  const rows = Array.from({ length: count }, (_, i) => [
    i,
    labels[i],
    ...Array.from(values.subarray(i * width, (i + 1) * width), shortest),
  ]);
  return csvText(columns, rows);
};

/** Codes with their points on the plane and their distance off it. */
const withPlane = (codes: Codes, plane: CodePlane): Table => {
  const { values, count, size } = codes;
  const width = size + PLANE_COLUMNS.length;
  const points = pointsOfCodes(plane, codes);
  const distances = distancesToPlane(plane, codes);
  const all = new Float32Array(count * width);
  for (let i = 0; i < count; i++) {
    all.set(values.subarray(i * size, (i + 1) * size), i * width);
    all.set([points[2 * i], points[2 * i + 1], distances[i]], i * width + size);
  }
  return { values: all, count, width, columns: codeColumns(size, true) };
};

/** The part of the codes of all images that is written. */
const partOf = ({ values, count, size }: Codes, { train }: Dataset, split: Split): Codes => {
  const [from, to] = { train: [0, train.count], test: [train.count, count], all: [0, count] }[split];
  return { values: values.subarray(from * size, to * size), count: to - from, size };
};

const run = async (argument: string, flags: EncodeFlags): Promise<void> => {
  const { dataset: datasetArgument, split, out, force, axes, principal, through } = flags;
  const wantsPlane = axes !== undefined || principal !== undefined || through !== undefined;
  requireOnePlane(flags);
  await requireFree(out, { force });
  const { model, running } = await openAutoencoder(argument, flags, ['encoder']);
  requireChoice(flags, codeSizeOf(running), argument);
  const dataset = await readDataset(model, datasetArgument);
  const sets = setsOf(dataset, split);
  if (sets.every(({ count }) => count === 0))
    throw inputError('empty-data', {
      at: { option: `--split ${split}` },
      problem: 'this part holds no image',
      hint: 'take another',
    });
  // The plane is that of all images, as other commands show it, whatever part of them is written.
  const encoded = wantsPlane ? setsOf(dataset, 'all') : sets;
  const all = await withCounting('encoding', 'images', (onProgress) => encodeSets(running, encoded, { onProgress }));
  const codes = wantsPlane ? partOf(all, dataset, split) : all;
  const table: Table = wantsPlane
    ? withPlane(codes, (await choosePlane(flags, { running, dataset, codes: all })).plane)
    : { values: codes.values, count: codes.count, width: codes.size, columns: codeColumns(codes.size) };
  await writeOutput(
    out,
    out.toLowerCase().endsWith('.npy')
      ? encodeNpy({ dims: [table.count, table.width], data: table.values })
      : csvOf(table, sets, isLabelled(dataset)),
    { force },
  );
  note(`${out}: ${grouped(codes.count)} codes`);
};

/** The command `encode`. */
export const encodeCommand = (): Command =>
  addForce(addPlaneOptions(addModel(new Command('encode'))))
    .description('write the codes of a data set as CSV or .npy')
    .option(DATASET_FLAG, DATASET_HELP)
    .option('--split <split>', 'train, test or all: training images first', oneOf('--split', SPLITS), 'all')
    .requiredOption('--out <file>', 'ends in .csv or .npy', outputFile('--out', ['.csv', '.npy']))
    .addHelpText(
      'after',
      `
Examples:
  npx latent encode dense-1 --out codes.csv
  npx latent encode dense-1 --split test --out codes.npy
  npx latent encode runs/vae20 --principal 1,2 --out codes.csv

CSV: index,label,z1,z2,...; the index counts from 0 in the chosen split, the
label is empty where the images have none.
.npy: float32 [images, numbers of a code].
With a plane both have three columns more, x, y and distance: where it shows the
code, and how far off it the code lies (docs/codes.md).`,
    )
    .action(withModel(run));
