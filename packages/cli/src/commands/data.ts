/**
 * `latent data`: the data sets at hand, or the facts of one.
 *
 * In: nothing, a name or a folder. Out: a table or one JSON document on standard output; progress and notes on
 * standard error.
 */
import { homedir } from 'node:os';
import { Command } from 'commander';
import { DATASETS, type DatasetEntry } from 'latent-plane';
import { countShared, inputError, sharedWords, sidesWords, storedShape } from 'latent-plane/internal';
import { note, print, printJson } from '../console.ts';
import { classCounts, pixelMoments } from '../data/facts.ts';
import { downloadBytes } from '../data/fetch-files.ts';
import {
  DATASET_NAMES,
  type DatasetStatus,
  datasetStatus,
  defaultCacheFolder,
  fetchProgressReporter,
  type LoadDatasetOptions,
  type LoadedDataset,
  openDataset,
  readingProgressReporter,
} from '../data/index.ts';
import { megabytes } from '../data/progress.ts';
import { broken, factLines, grouped, tableLines } from '../tables.ts';
import { packCommand } from './data-pack.ts';

interface DataFlags {
  readonly json?: boolean;
  readonly fetch?: boolean;
}

/** A path as people write it: the home folder as `~`. */
const shown = (path: string): string => (path.startsWith(homedir()) ? `~${path.slice(homedir().length)}` : path);

const printLines = (lines: readonly string[]): void => print(lines.join('\n'));

const statusFields = (entry: DatasetEntry, status: DatasetStatus) => ({
  name: entry.name,
  title: entry.title,
  where: status.where,
  folder: status.folder,
  verified: status.verified,
  images: { train: entry.trainCount, test: entry.testCount },
  ...storedShape(entry),
  licence: entry.licence,
  source: entry.source,
  downloadBytes: downloadBytes(entry),
});

function loadedFields({ dataset, where, folder, verified, notes }: LoadedDataset) {
  const { name, licence, source, classNames } = dataset;
  const { train, test } = dataset.stored ?? dataset;
  const { mean, std } = pixelMoments(dataset.train);
  return {
    name,
    where,
    folder,
    verified,
    images: { train: train.count, test: test.count },
    ...storedShape(train),
    licence,
    source,
    classNames,
    classCounts: { train: classCounts(train, classNames.length), test: classCounts(test, classNames.length) },
    pixelMean: mean,
    pixelStd: std,
    // Of a pack that stays on the disk they were counted when it was packed.
    testAmongTraining: dataset.stored ? null : countShared(dataset.train, dataset.test),
    notes,
  };
}

const verifiedWord = ({ where, verified }: DatasetStatus): string =>
  where === 'absent' ? '-' : verified ? 'yes' : 'at first use';

async function list(registry: readonly DatasetEntry[], options: LoadDatasetOptions, json: boolean): Promise<void> {
  const found = await Promise.all(
    registry.map(async (entry) => ({ entry, status: await datasetStatus(entry, options) })),
  );
  const cacheFolder = options.cacheFolder ?? defaultCacheFolder();
  if (json) {
    printJson({ cacheFolder, datasets: found.map(({ entry, status }) => statusFields(entry, status)) });
    return;
  }
  const rows = found.map(({ entry, status }) => [
    entry.name,
    `${grouped(entry.trainCount)} + ${grouped(entry.testCount)}`,
    sidesWords(entry).replaceAll(' ', ''),
    entry.licence.replace(/ \(.*/, ''),
    status.where,
    verifiedWord(status),
  ]);
  const absent = found.find(({ status }) => status.where === 'absent')?.entry;
  printLines([
    ...tableLines([['DATA SET', 'IMAGES', 'SIZE', 'LICENCE', 'WHERE', 'VERIFIED'], ...rows]),
    '',
    ...factLines(
      [
        ['cache', shown(cacheFolder)],
        ...(absent === undefined ? [] : [['fetch', `latent data ${absent.name} --fetch`] as const]),
        ['own', 'latent data FOLDER   (own images: docs/images.md)'],
      ],
      8,
    ),
  ]);
}

function printAbsent(entry: DatasetEntry, status: DatasetStatus, json: boolean): void {
  if (json) {
    printJson(statusFields(entry, status));
    return;
  }
  printLines([
    ...broken(`${entry.name}: ${entry.title}, not on this machine`),
    ...factLines(
      [
        ['licence', entry.licence],
        ['fetch', `latent data ${entry.name} --fetch   (${megabytes(downloadBytes(entry))})`],
      ],
      10,
    ),
  ]);
}

function printLoaded(loaded: LoadedDataset, json: boolean): void {
  const facts = loadedFields(loaded);
  if (json) {
    printJson(facts);
    return;
  }
  const { train, test } = facts.classCounts;
  const counts = facts.classNames.flatMap((name, label) =>
    train[label] + test[label] === 0 ? [] : [[`  ${label}`, name, grouped(train[label]), grouped(test[label])]],
  );
  const checksums = facts.verified ? 'checksums as published' : 'no published checksum to compare with';
  printLines([
    ...broken(`${facts.name}: ${grouped(facts.images.train)} training and ${grouped(facts.images.test)} test images`),
    ...factLines([
      [
        'size',
        `${sidesWords(facts).replaceAll(' ', '')} pixels, mean ${facts.pixelMean.toFixed(4)}, std ${facts.pixelStd.toFixed(4)} (training, 0..1)`,
      ],
      ['licence', facts.licence],
      ['source', shown(facts.source)],
      ['files', shown(facts.folder)],
      ['verified', checksums],
      ...(facts.testAmongTraining === null
        ? []
        : [
            [
              'overlap',
              facts.testAmongTraining === 0
                ? 'no test image also stands among the training images'
                : sharedWords(facts.testAmongTraining, loaded.dataset.test),
            ] as const,
          ]),
      ...(counts.length > 0 ? [] : [['labels', 'none'] as const]),
    ]),
    ...(counts.length > 0 ? ['', ...tableLines([['CLASS', 'NAME', 'TRAIN', 'TEST'], ...counts])] : []),
  ]);
}

async function run(argument: string | undefined, flags: DataFlags, options: LoadDatasetOptions): Promise<void> {
  const json = flags.json ?? false;
  const fetch = flags.fetch ?? false;
  const registry = options.registry ?? DATASETS;
  if (argument === undefined) {
    if (fetch)
      throw inputError('data-fetch', {
        at: { option: '--fetch' },
        expected: 'the name of a data set, as in: latent data kmnist --fetch',
      });
    await list(registry, options, json);
    return;
  }
  const entry = registry.find(({ name }) => name === argument);
  if (entry === undefined && fetch) {
    const names = registry.map(({ name }) => name).join(', ');
    throw inputError('data-fetch', {
      at: { option: '--fetch' },
      expected: `one of ${names}`,
      got: `"${argument}"`,
      hint: 'a folder is read without it',
    });
  }
  if (entry !== undefined && !fetch) {
    const status = await datasetStatus(entry, options);
    if (status.where === 'absent') {
      printAbsent(entry, status, json);
      return;
    }
  }
  const loaded = await openDataset(argument, {
    onProgress: fetchProgressReporter(),
    onReading: readingProgressReporter(),
    onNote: note,
    ...options,
    fetch,
  });
  printLoaded(loaded, json);
}

/**
 * The `data` verb.
 *
 * @param options - where data sets are looked for; the defaults outside tests.
 */
export function dataCommand(options: LoadDatasetOptions = {}): Command {
  return new Command('data')
    .addCommand(packCommand(options))
    .description('list the data sets at hand, or tell the facts of one')
    .argument('[dataset]', `${DATASET_NAMES}, or a folder or file of images`)
    .option('--fetch', 'fetch the data set into the cache if it is not there')
    .option('--json', 'one JSON document on standard output')
    .addHelpText(
      'after',
      `
Examples:
  npx latent data
  npx latent data fashion-mnist --fetch
  npx latent data ./my-digits --json
  npx latent data 'digits.csv#label=last,size=8x8'
  npx latent data pack ./photos --out ./photos-pack

LATENT_PLANE_CACHE   folder for fetched files
LATENT_PLANE_MEMORY  MiB of images of a pack that are held in memory (1024)
LATENT_PLANE_MIRROR  addresses to fetch from instead, separated by blanks;
                     <address>/<data set>/<file> is asked for
                     (all of EMNIST: <address>/emnist/gzip.zip)`,
    )
    .action((argument: string | undefined, flags: DataFlags) => run(argument, flags, options));
}
