/**
 * `latent encode`: the codes of a data set into a file.
 */
import { Command } from 'commander';
import { type Codes, type Dataset, encodeNpy, encodeSets, type ImageSet } from 'latent-plane';
import { inputError, isLabelled } from 'latent-plane/internal';
import { note } from '../console.ts';
import { withCounting } from '../counting.ts';
import { codeColumns, csvText } from '../csv.ts';
import { type Destination, outputFile } from '../files/destination.ts';
import { addForce, type Overwriting, requireFree, writeOutput } from '../files/output.ts';
import { oneOf } from '../options.ts';
import { grouped } from '../tables.ts';
import { DATASET_FLAG, DATASET_HELP, MODEL_ARGUMENT, openAutoencoder, readDataset } from './model-arguments.ts';

const SPLITS = ['train', 'test', 'all'] as const;
type Split = (typeof SPLITS)[number];

interface EncodeFlags extends Overwriting {
  readonly dataset?: string;
  readonly split: Split;
  readonly out: Destination;
}

const setsOf = ({ train, test }: Dataset, split: Split): readonly ImageSet[] =>
  ({ train: [train], test: [test], all: [train, test] })[split];

/** The shortest decimal that single precision reads back as the same number. */
const shortest = (value: number): string => {
  for (let digits = 6; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)));
    if (Math.fround(Number(text)) === value) return text;
  }
  return String(Number(value.toPrecision(9)));
};

/** The index counts from 0 within the images encoded; the label of images that have none is empty. */
const csvOf = ({ values, count, size }: Codes, sets: readonly ImageSet[], labelled: boolean): string => {
  const labels = labelled ? sets.flatMap((set) => Array.from(set.labels)) : [];
  const rows = Array.from({ length: count }, (_, i) => [
    i,
    labels[i],
    ...Array.from(values.subarray(i * size, (i + 1) * size), shortest),
  ]);
  return csvText(codeColumns(size), rows);
};

/** The command `encode`. */
export const encodeCommand = (): Command =>
  addForce(new Command('encode'))
    .description('write the codes of a data set as CSV or .npy')
    .argument('<model>', MODEL_ARGUMENT)
    .option(DATASET_FLAG, DATASET_HELP)
    .option('--split <split>', 'train, test or all: training images first', oneOf('--split', SPLITS), 'all')
    .requiredOption('--out <file>', 'ends in .csv or .npy', outputFile('--out', ['.csv', '.npy']))
    .addHelpText(
      'after',
      `
Examples:
  npx latent encode dense-1 --out codes.csv
  npx latent encode dense-1 --split test --out codes.npy

CSV: index,label,z1,z2,...; the index counts from 0 in the chosen split, the label
is empty where the images have none.
.npy: float32 [images, numbers of a code].`,
    )
    .action(async (argument: string, { dataset: datasetArgument, split, out, force }: EncodeFlags) => {
      await requireFree(out, { force });
      const { model, running } = await openAutoencoder(argument);
      const dataset = await readDataset(model, datasetArgument);
      const sets = setsOf(dataset, split);
      if (sets.every(({ count }) => count === 0))
        throw inputError('empty-data', {
          at: { option: `--split ${split}` },
          problem: 'this part holds no image',
          hint: 'take another',
        });
      const codes = await withCounting('encoding', 'images', (onProgress) => encodeSets(running, sets, { onProgress }));
      await writeOutput(
        out,
        out.toLowerCase().endsWith('.npy')
          ? encodeNpy({ dims: [codes.count, codes.size], data: codes.values })
          : csvOf(codes, sets, isLabelled(dataset)),
        { force },
      );
      note(`${out}: ${grouped(codes.count)} codes`);
    });
