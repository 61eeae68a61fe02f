/**
 * `latent data pack`: images of any container into a pack, from which more of them than memory holds are trained on.
 */
import { Command } from 'commander';
import { DATASETS } from 'latent-plane';
import { asStored, inputError, namedDataset, sidesWords } from 'latent-plane/internal';
import { EXIT, note, printJson, shellWord } from '../console.ts';
import {
  DATASET_NAMES,
  fetchProgressReporter,
  type LoadDatasetOptions,
  loadDataset,
  openForPacking,
  type PackContent,
  packingProgressReporter,
  readingProgressReporter,
  writePack,
} from '../data/index.ts';
import { isWithinOwn } from '../data/own-images.ts';
import { type Destination, outputFolder } from '../files/destination.ts';
import { addForce, type Overwriting } from '../files/output.ts';
import { requireFolder } from '../files/output-folder.ts';
import { withInterruption } from '../signals.ts';
import { grouped } from '../tables.ts';

interface PackFlags extends Overwriting {
  readonly out: Destination;
  readonly json?: boolean;
}

const contentOf = async (argument: string, options: LoadDatasetOptions, signal: AbortSignal): Promise<PackContent> => {
  if (namedDataset(argument, options.registry ?? DATASETS) === null)
    return openForPacking(argument, options.registry ?? DATASETS, (done, total, unit) => {
      signal.throwIfAborted();
      onReading(done, total, unit);
    });
  const { train, test, ...facts } = await loadDataset(argument, {
    onProgress: fetchProgressReporter(),
    onNote: note,
    ...options,
    signal,
  });
  return { ...facts, train: asStored(train), test: asStored(test), notes: [] };
};

const onReading = readingProgressReporter();

const run = async (argument: string, { out, force, json }: PackFlags, options: LoadDatasetOptions): Promise<void> => {
  await requireFolder(out, { by: 'data pack', names: [], exclusive: true, force });
  if (await isWithinOwn(argument, out))
    throw inputError('pack-within', {
      at: { option: `--out ${out}` },
      expected: 'a folder outside the images, which would be read as the pack from then on',
      got: 'one within them',
    });
  await withInterruption(async (signal) => {
    try {
      const content = await contentOf(argument, options, signal);
      for (const text of content.notes) note(`note: ${text}`);
      const { notes } = await writePack(out, content, { force, signal, onProgress: packingProgressReporter() });
      for (const text of notes.slice(content.notes.length)) note(`note: ${text}`);
      const { train, test, classNames } = content;
      const facts = { out, images: { train: train.count, test: test.count }, classes: classNames.length };
      if (json) printJson({ ...facts, height: train.height, width: train.width, channels: train.channels, notes });
      note(
        `${out}: ${grouped(train.count)} training and ${grouped(test.count)} test images of ${sidesWords(train).replaceAll(' ', '')}`,
      );
      note(`train on it with: npx latent train NETWORK --dataset ${shellWord(out)}`);
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) throw error;
      note('interrupted; nothing was written');
      process.exitCode = EXIT.interrupted;
    }
  }, '\nstopping, nothing is written; once more to stop at once');
};

/** @param options - where data sets are looked for; the defaults outside tests. */
export const packCommand = (options: LoadDatasetOptions = {}): Command =>
  addForce(
    new Command('pack')
      .description('write images into a pack, from which a training reads them batch by batch')
      .argument('<source>', `${DATASET_NAMES}, or a folder or file of images`)
      .requiredOption('--out <dir>', 'folder of the pack', outputFolder('--out'))
      .option('--json', 'one JSON document on standard output'),
  )
    .addHelpText(
      'after',
      `
Examples:
  npx latent data pack ./photos#size=64x64,fit=crop --out ./photos-pack
  npx latent data pack images.npy --out ./pack
  npx latent train mine.yaml --dataset ./pack

A pack holds images of one size with their labels and their split, in shards of
256 MiB with checksums. One of up to LATENT_PLANE_MEMORY MiB (1024) is held in
memory as any data set; of a larger one a training reads each batch from the
disk, in the same seeded order. Folders and zips of pictures, .npy and IDX files
that are not gzipped may be larger than memory; other containers are read whole
first, up to 2 GiB.`,
    )
    .action((source: string, flags: PackFlags) => run(source, flags, options));
