/**
 * What was given into a model: a file of another program, a run folder, an archive of either.
 *
 * In: files. Out: a network with its weights, and what its run folder tells; everything is checked as the command line
 * checks it. Placing it on its plane is `worker/open-worker.ts`'s.
 */
import {
  type CodeChoice,
  type DataIdentity,
  type Dataset,
  decodeNpy,
  type ImportedModel,
  parseNetworkFile,
  preprocessDataset,
  readModel,
  readRun,
  sameData,
} from 'latent-plane';
import {
  aboutOfRun,
  codeSizeOf,
  type ExplorerAbout,
  inputError,
  pairModels,
  readHalves,
  SHIPPED_FILES,
} from 'latent-plane/internal';
import { unpack } from './archive.ts';
import { type GivenRun, sourceAmong } from './files.ts';
import type { OpenRequest } from './protocol.ts';
import { readRunData } from './run-data.ts';
import type { Told } from './told.ts';

/** More than this is a slip of the hand: checkpoints and weights of the largest network have 100 MB. */
const MAX_BYTES = 2 ** 30;

export interface SourceModel extends Pick<ImportedModel, 'network' | 'weights' | 'notes'> {
  readonly about: ExplorerAbout | null;
  /** Whether it came in a file of its own, of which something may be said. */
  readonly isForeign?: boolean;
  /** `[count, code size]`, of all images of the data set that it was trained on, where the folder has them. */
  readonly codes: Float32Array | null;
  /**
   * What it was trained on, where that is known and not what is on show: the images, as its network takes them, where they came
   * along. Undefined where the images on show are its own, or may be.
   */
  readonly trainedOn?: TrainedOn;
}

export interface TrainedOn {
  readonly name: string;
  /** Undefined where only the name is known. */
  readonly identity?: DataIdentity;
  /** Null where they did not come along. */
  readonly images: Dataset | null;
}

export const bytesOf = async (file: File): Promise<Uint8Array> => {
  if (file.size > MAX_BYTES)
    throw inputError('model-too-large', {
      at: { subject: file.name },
      expected: `at most ${MAX_BYTES} bytes`,
      got: `${file.size}`,
    });
  return new Uint8Array(await file.arrayBuffer());
};

const otherImages = (then: string, here: string): string =>
  then === here
    ? `It was trained on other images than those here, which are called ${here} too.`
    : `It was trained on ${then}; the images here are ${here}.`;

const fromRun = async (run: GivenRun, dataset: OpenRequest['dataset']): Promise<SourceModel> => {
  const at = (files: ReadonlyMap<string, File>) => async (path: string) => {
    const file = files.get(path);
    return file ? bytesOf(file) : null;
  };
  const read = await readRun({
    name: run.name,
    file: at(run.files),
    beside: (path) => at(run.around)(path.slice(path.lastIndexOf('/') + 1)),
  });
  const { network, weights, notes, config } = read;
  const isOfThese = sameData(config?.dataset, dataset.identity);
  const packed = isOfThese ? run.files.get(SHIPPED_FILES.codes) : undefined;
  const codes = packed && decodeNpy(await bytesOf(packed), `${run.name}/${SHIPPED_FILES.codes}`);
  const metadata: Readonly<Record<string, string>> = config
    ? { recipe: config.recipe.name, seed: String(config.recipe.seed), dataset: config.dataset.name }
    : {};
  const own = config && !isOfThese ? await readRunData(config.dataset, [...run.files.keys()], at(run.files)) : null;
  // Where nobody knows what is on show, it may be what the run learned from.
  const isOther = config !== null && !isOfThese && (own !== null || dataset.identity !== undefined);
  const trainedOn: TrainedOn | undefined = isOther
    ? {
        name: config.dataset.name,
        identity: config.dataset,
        images: own && preprocessDataset(own, config.recipe.preprocessing),
      }
    : undefined;
  const other = config && !isOfThese && !trainedOn ? [otherImages(config.dataset.name, dataset.name)] : [];
  return {
    network,
    weights,
    notes: [...notes, ...other],
    about: aboutOfRun(read, trainedOn?.identity ?? dataset.identity ?? null, metadata),
    codes:
      codes?.data instanceof Float32Array && codes.dims.join() === `${dataset.count},${codeSizeOf(read)}`
        ? codes.data
        : null,
    ...(trainedOn ? { trainedOn } : {}),
  };
};

type ModelSource = Extract<OpenRequest['source'], { readonly kind: 'model' }>;

/** The model of one file, or of two. */
const readFiles = async ({ model, beside, other, network }: ModelSource, told: Told): Promise<ImportedModel> => {
  const spec = network && parseNetworkFile(await network.file.text(), network.name).spec;
  const { codeOutput, codeLayer, ...others } = told;
  const read = async (file: string, content: File, choice: CodeChoice): Promise<ImportedModel> =>
    readModel(
      {
        file,
        bytes: await bytesOf(content),
        beside: async (path) => {
          const found = beside.get(path);
          return found ? bytesOf(found) : null;
        },
      },
      { ...others, ...choice, ...(spec ? { network: spec } : {}) },
    );
  if (!other) return read(model.name, model, { codeOutput, codeLayer });
  const [first, second] = await readHalves({ codeOutput, codeLayer }, (which, choice) =>
    which === 'first' ? read(model.name, model, choice) : read(other.name, other.file, choice),
  );
  return { ...first, ...pairModels({ ...first, file: model.name }, { ...second, file: other.name }) };
};

const fromModel = async (source: ModelSource, dataset: OpenRequest['dataset'], told: Told): Promise<SourceModel> => {
  const read = await readFiles(source, told);
  const { trainedOn } = read;
  const isOther = trainedOn !== undefined && trainedOn !== dataset.name;
  return {
    network: read.network,
    weights: read.weights,
    notes: read.notes,
    about: null,
    codes: null,
    isForeign: true,
    ...(isOther ? { trainedOn: { name: trainedOn, images: null } } : {}),
  };
};

/** @throws LatentError (input) with what stands in the way. */
export const readSource = async ({
  source,
  dataset,
  told,
}: Pick<OpenRequest, 'source' | 'dataset' | 'told'>): Promise<SourceModel> => {
  switch (source.kind) {
    case 'model':
      return fromModel(source, dataset, told);
    case 'run':
      return fromRun(source.run, dataset);
    case 'archive':
      return readSource({ ...sourceAmong(await unpack(source.archive)), dataset, told });
  }
};
