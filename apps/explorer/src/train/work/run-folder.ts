/**
 * A run folder, or its zip, as a person gives it.
 *
 * In: files with their paths. Out: the run's config, its state and its images where the folder has them. What is read
 * may have been written by anybody.
 */
import {
  datasetSums,
  decodeState,
  decodeWeights,
  parseMetrics,
  parseRunConfig,
  RUN_FILES,
  type RunConfig,
  type RunMetrics,
  resolveNetwork,
  type TrainingState,
  type Weights,
} from 'latent-plane';
import { inputError, isArchive, readArchive, recordDataset } from 'latent-plane/internal';
import { readDataFolder } from '../../opened/run-data.ts';
import { OWN_DATA, type TrainingData } from './dataset.ts';

export interface OpenedFolder {
  readonly config: RunConfig;
  readonly metrics: RunMetrics | null;
  /** Null where no epoch has ended. */
  readonly state: TrainingState | null;
  /** Weights that the training begins with where they are another model's. */
  readonly initial?: Weights;
  /** The images that lie in the folder; null where they do not. */
  readonly data: TrainingData | null;
}

type Read = (path: string) => Promise<Uint8Array | null>;

/** Of one file: a state is three times the weights of a large network, images are at most a gigabyte. */
const MAX_BYTES = 2 ** 30;

const zipFiles = async (
  name: string,
  bytes: Uint8Array,
): Promise<{ readonly paths: readonly string[]; read: Read }> => {
  const { names } = await readArchive(bytes, name, {});
  return {
    paths: names,
    read: async (path) => (await readArchive(bytes, name, { [path]: MAX_BYTES })).entries.get(path) ?? null,
  };
};

const bytesOf = async (file: Blob, path: string): Promise<Uint8Array> => {
  if (file.size > MAX_BYTES)
    throw inputError('invalid-run', {
      at: { file: path },
      expected: `at most ${MAX_BYTES} bytes`,
      got: `${file.size}`,
      hint: 'take another run',
    });
  return new Uint8Array(await file.arrayBuffer());
};

const openFiles = async (
  given: readonly { readonly path: string; readonly file: File }[],
): Promise<{ readonly paths: readonly string[]; read: Read }> => {
  const [first] = given;
  if (given.length === 1 && isArchive(new Uint8Array(await first.file.slice(0, 2).arrayBuffer())))
    return zipFiles(first.path, await bytesOf(first.file, first.path));
  const files = new Map(given.map(({ path, file }) => [path, file]));
  return {
    paths: [...files.keys()],
    read: async (path) => {
      const file = files.get(path);
      return file ? bytesOf(file, path) : null;
    },
  };
};

/** The images in the folder's `data`; null where it has none, or lacks some of them. */
const readData = async (
  { dataset: { argument, name, licence, source } }: RunConfig,
  paths: readonly string[],
  read: Read,
): Promise<TrainingData | null> => {
  const found = argument === OWN_DATA ? await readDataFolder(paths, read) : null;
  if (found === null) return null;
  const { train, test, classNames } = found;
  const facts = { name, licence, source, classNames };
  return {
    facts,
    train,
    test: () => Promise.resolve(test),
    // Of the images that lie there, which need not be those that the run began with.
    record: recordDataset(OWN_DATA, { ...facts, train, test }, await datasetSums({ train, test })),
    notes: [],
  };
};

/**
 * @throws LatentError (input) `no-run` where there is no `config.json`, `run-command` for a run that cannot go on here;
 *   as `parseRunConfig`, `decodeState`, `readArchive`.
 */
export const openRunFolder = async (
  given: readonly { readonly path: string; readonly file: File }[],
): Promise<OpenedFolder> => {
  const { paths, read } = await openFiles(given);
  const [at] = paths
    .filter((path) => path === RUN_FILES.config || path.endsWith(`/${RUN_FILES.config}`))
    .sort((a, b) => a.length - b.length);
  if (at === undefined)
    throw inputError('no-run', {
      expected: `a run folder with ${RUN_FILES.config}`,
      got: `${paths.slice(0, 3).join(', ')}`,
    });
  const folder = at.slice(0, at.length - RUN_FILES.config.length);
  const within: Read = (path) => read(folder + path);
  const configBytes = await within(RUN_FILES.config);
  const config = parseRunConfig(configBytes ?? new Uint8Array(), at);
  const { network: spec, command } = config;
  if (spec.kind !== 'autoencoder')
    throw inputError('no-code', {
      at: { subject: at },
      problem: `a run of "${spec.id}", a classifier, which has no code`,
    });
  if (command !== 'train' || config.encoder !== null)
    throw inputError('run-command', {
      at: { subject: at },
      problem: `a run of "latent ${command}" goes on with: npx latent train --resume DIR`,
    });
  const network = resolveNetwork(spec);
  const [last, metrics, initial] = [
    await within(RUN_FILES.last),
    await within(RUN_FILES.metrics),
    await within(RUN_FILES.initial),
  ];
  const state = last && decodeState(last, folder + RUN_FILES.last, network.parameterCount);
  if (!state && config.init !== null && !initial)
    throw inputError('invalid-run', {
      at: { subject: `${folder}${RUN_FILES.initial}` },
      expected: 'the weights that the run begins with',
    });
  return {
    config,
    metrics: metrics && parseMetrics(metrics, folder + RUN_FILES.metrics),
    state,
    ...(initial && !state
      ? { initial: decodeWeights(initial, folder + RUN_FILES.initial, network, network.parameters).weights }
      : {}),
    data: await readData(
      config,
      paths.filter((path) => path.startsWith(folder)).map((path) => path.slice(folder.length)),
      within,
    ),
  };
};
