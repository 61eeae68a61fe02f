/**
 * What a person exports: the run folder that the command line reads, or the network as a file of another program.
 *
 * In: a run as it stands. Out: one file. The folder comes as a zip archive with the files that `latent train` writes, and
 * with the images where the command line has none of that name.
 */
import {
  encodeIdxImages,
  encodeIdxLabels,
  encodeState,
  encodeWeights,
  formatHistory,
  formatMetrics,
  formatRunConfig,
  RUN_FILES,
  resolveNetwork,
} from 'latent-plane';
import { CLASSES_FILE, formatModelCard, keptEpoch, sha256Hex, writeArchive } from 'latent-plane/internal';
import { writeModelFile } from '../../export/model-file.ts';
import type { ExportFormat } from '../protocol.ts';
import { OWN_DATA, type TrainingData } from './dataset.ts';
import type { RunSnapshot } from './run-types.ts';

export interface ExportedFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mime: string;
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** IDX files, and the names of the classes where the images have labels, as `--dataset FOLDER` takes them. */
const dataFiles = async ({ train, test, facts }: TrainingData): Promise<[string, Uint8Array][]> => {
  const folder = OWN_DATA.slice('./'.length);
  const held = await test();
  const images: [string, Uint8Array][] = [
    [`${folder}/train-images-idx3-ubyte`, encodeIdxImages(train)],
    [`${folder}/t10k-images-idx3-ubyte`, encodeIdxImages(held)],
  ];
  if (facts.classNames.length === 0) return images;
  return [
    ...images,
    [`${folder}/train-labels-idx1-ubyte`, encodeIdxLabels(train.labels)],
    [`${folder}/t10k-labels-idx1-ubyte`, encodeIdxLabels(held.labels)],
    [`${folder}/${CLASSES_FILE}`, utf8(facts.classNames.map((name) => `${name.replace(/\s+/g, ' ')}\n`).join(''))],
  ];
};

const weightsFile = ({ config, state, weights }: RunSnapshot): Uint8Array =>
  encodeWeights(resolveNetwork(config.network).parameters, weights, {
    id: config.network.id,
    epoch: keptEpoch(state),
  });

/** Files of the run folder by path within it. */
export const runFiles = async (snapshot: RunSnapshot, data: TrainingData): Promise<Map<string, Uint8Array>> => {
  const { config, metrics, state } = snapshot;
  return new Map<string, Uint8Array>([
    [RUN_FILES.config, utf8(formatRunConfig(config))],
    [RUN_FILES.history, utf8(formatHistory(state.history))],
    [RUN_FILES.metrics, utf8(formatMetrics(metrics))],
    [RUN_FILES.weights, weightsFile(snapshot)],
    [RUN_FILES.card, utf8(formatModelCard(config, metrics))],
    [RUN_FILES.last, encodeState(state)],
    ...(config.dataset.argument === OWN_DATA ? await dataFiles(data) : []),
  ]);
};

const exportRun = async (snapshot: RunSnapshot, data: TrainingData): Promise<ExportedFile> => {
  const { network, recipe } = snapshot.config;
  const folder = `${network.id}-${recipe.name}-seed${recipe.seed}`;
  const files = [...(await runFiles(snapshot, data))].map(([path, bytes]) => [`${folder}/${path}`, bytes] as const);
  return { name: `${folder}.zip`, bytes: new Uint8Array(await writeArchive(new Map(files))), mime: 'application/zip' };
};

export const exportFile = async (
  format: ExportFormat,
  snapshot: RunSnapshot,
  data: TrainingData,
): Promise<ExportedFile> => {
  if (format === 'run') return exportRun(snapshot, data);
  const { config, metrics, weights } = snapshot;
  const { network: spec, recipe, dataset, versions } = config;
  if (spec.kind !== 'autoencoder') throw new Error('a run in the page trains an autoencoder');
  const file = await writeModelFile({
    spec,
    format,
    weights,
    metadata: {
      title: spec.title,
      record: spec.record,
      recipe: recipe.name,
      seed: String(recipe.seed),
      dataset: dataset.name,
      data_licence: dataset.licence,
      epochs: String(metrics.epochs),
      licence: 'MIT',
      weights_sha256: await sha256Hex(weightsFile(snapshot)),
      latent_plane: versions.latentPlane,
    },
  });
  return { ...file, mime: file.name.endsWith('.zip') ? 'application/zip' : 'application/octet-stream' };
};
