/**
 * The files that the explorer loads, for any static host.
 *
 * In: networks with their decoders' weights, the codes of one data set and its labels. Out: relative paths and bytes;
 * and, for the page, the two JSON documents read back and checked. Serving or writing them is the entry points' business.
 *
 *     data/index.json             ExplorerIndex
 *     data/labels.npy             uint8 [count], training images first
 *     data/images.npy             uint8 [count, height, width], some of the images, for models that are opened there
 *     data/comparison.json        ExplorerComparison, where the networks' scores are given
 *     data/classifier.json        NetworkSpec, and its weights in classifier.safetensors: names what is decoded
 *     data/training/              ExplorerTraining and its pieces, where the page may train
 *     data/<id>/model.json        ExplorerModel
 *     data/<id>/decoder.safetensors
 *     data/<id>/encoder.safetensors    where the weights have an encoder: for what is drawn, and for files made in the page
 *     data/<id>/evolution.safetensors  where there is one: decoder and codes of some epochs
 *     data/<id>/class-field.bin        where there is one: the class map over the bounds, `encodeClassMap`
 *     data/<id>/about.json             ExplorerAbout, where it is given
 *     data/<id>/codes.npy         float32 [count, 2], in the order of the labels
 *     data/<id>/errors.npy        float32 [count], where they are given or promised: the error of each image
 */
import * as v from 'valibot';
import { type ClassPlace, classPlaces, codeExtent, type PlaneBounds } from '../codes/index.ts';
import { type ErrorFacts, type ErrorPlace, inputError } from '../errors.ts';
import type { Baselines } from '../evaluation/index.ts';
import type { DataIdentity } from '../images/index.ts';
import { type AutoencoderSpec, type NetworkSpec, parseNetworkSpec, partOf, resolveNetwork } from '../network/index.ts';
import { checkAgainst, integerSchema, listSchema, numberSchema, textSchema } from '../registry/validation.ts';
import type { Weights } from '../runtime/index.ts';
import { elementCount } from '../tensor/index.ts';
import type { ExplorerAbout, ExplorerComparison, ExplorerScores } from './explorer-about.ts';
import { datasetSumsSchema, type ExplorerTraining } from './explorer-training.ts';
import { encodeNpy } from './npy.ts';
import { encodeSafetensors } from './safetensors.ts';

/** The networks that a page can show. */
export interface ExplorerIndex {
  readonly version: 1;
  /** Id of the network that is shown first. */
  readonly default: string;
  /** `path` leads from the index to the network's `model.json`. */
  readonly networks: readonly { readonly id: string; readonly title: string; readonly path: string }[];
  /** Images to place a model on its plane that the page opens itself; paths from the index. */
  readonly images?: {
    readonly path: string;
    readonly labels: string;
    /** Which of the labels is the first image's. */
    readonly from: number;
  };
  /** Leads from the index to the comparison of all networks. */
  readonly comparison?: string;
  /** Names what is decoded; paths from the index. */
  readonly classifier?: { readonly spec: string; readonly weights: string };
  /** Leads to the images that the page can train on (`ExplorerTraining`). */
  readonly training?: string;
}

/** What is known of a network's quality; the fields of `latent evaluate --json`, as far as they were computed. */
export interface ExplorerMetrics {
  /** Of encoder and decoder together. */
  readonly parameters?: number;
  /** Per pixel, pixels 0..1. */
  readonly mse?: { readonly train?: number; readonly test?: number; readonly all?: number };
}

/** One network on the plane of one data set. */
export interface ExplorerModel {
  readonly spec: AutoencoderSpec;
  readonly dataset: {
    readonly name: string;
    readonly classNames: readonly string[];
    /** Number of images; the training images come first. */
    readonly train: number;
    readonly test: number;
    /** Tells which images these are; absent where nobody knows. */
    readonly identity?: DataIdentity;
  };
  readonly metrics: ExplorerMetrics;
  /** Smallest and largest code in each dimension, code units. */
  readonly bounds: PlaneBounds;
  /** Where to write the classes' names, most telling first. */
  readonly places: readonly ClassPlace[];
  /** Relative to `model.json`. */
  readonly files: {
    readonly decoder: string;
    readonly codes: string;
    readonly labels: string;
    readonly encoder?: string;
    readonly about?: string;
    readonly evolution?: string;
    readonly field?: string;
    /** Not loaded before somebody asks for it; a server may compute it then. */
    readonly errors?: string;
  };
}

/** One trained network of a bundle. */
export interface ExplorerNetwork {
  readonly spec: AutoencoderSpec;
  /** By parameter name; without those of the encoder the page neither encodes nor offers files of other programs. */
  readonly weights: Weights;
  /** `[train + test, 2]`, code units, training images first. */
  readonly codes: Float32Array;
  readonly metrics?: ExplorerMetrics;
  /** How it was trained, and what came of it. */
  readonly about?: ExplorerAbout;
  /** Its place among the others. */
  readonly scores?: ExplorerScores;
  /** Bytes of `encodeEvolution`. */
  readonly evolution?: Uint8Array;
  /** Bytes of `encodeClassMap`, over the extent of the codes. */
  readonly field?: Uint8Array;
  /**
   * `[train + test]`, reconstruction error of each image per pixel, pixels 0..1, training images first; `later` where
   * whoever serves the bundle answers for `data/<id>/errors.npy` when it is asked for.
   */
  readonly errors?: Float32Array | 'later';
}

/** What the explorer is to show. */
export interface ExplorerBundleOptions {
  readonly dataset: ExplorerModel['dataset'];
  /** `[train + test]`, class index, training images first. */
  readonly labels: Uint8Array;
  readonly networks: readonly ExplorerNetwork[];
  /** Id of the network that is shown first; the first of the list when absent. */
  readonly defaultId?: string;
  /** Over all images, beside the networks' scores. */
  readonly baselines?: Baselines;
  /** Ids in the order in which networks are compared; that of the list when absent. */
  readonly order?: readonly string[];
  /** Some of the images, in a row: for models that the page opens itself. */
  readonly images?: {
    /** `[count, height, width]`, 0..255. */
    readonly pixels: Uint8Array;
    readonly height: number;
    readonly width: number;
    /** Number of the first among all, training images first. */
    readonly from: number;
  };
  /** Names what is decoded. */
  readonly classifier?: WeightedNetwork;
  /** What the page can train on; its pieces by the paths that it states. */
  readonly training?: { readonly index: ExplorerTraining; readonly pieces: ReadonlyMap<string, Uint8Array> };
}

/**
 * Makes all files of a page's data.
 *
 * @returns bytes by relative path with forward slashes, all below `data/`.
 * @throws LatentError (input) `explorer-bundle` for no networks, two of one id, codes or labels that do not fit the data
 *   set, a code that is not two finite numbers, or decoder weights that are missing or of another size.
 */
export const explorerBundle = ({
  dataset,
  labels,
  networks,
  defaultId,
  images,
  baselines,
  order,
  classifier,
  training,
}: ExplorerBundleOptions): Map<string, Uint8Array> => {
  const count = dataset.train + dataset.test;
  if (labels.length !== count)
    throw refuse({ subject: 'labels' }, { expected: `${count}, one for each image`, got: `${labels.length}` });
  if (labels.some((label) => label >= dataset.classNames.length)) {
    throw refuse(
      { subject: 'labels' },
      { expected: `classes 0 to ${dataset.classNames.length - 1}`, got: `${Math.max(...new Set(labels))}` },
    );
  }
  const ids = networks.map(({ spec }) => spec.id);
  if (ids.length === 0 || new Set(ids).size !== ids.length) {
    throw refuse(
      { subject: 'networks' },
      { expected: 'one or more with different ids', got: `${ids.join(', ') || 'none'}` },
    );
  }
  const first = defaultId ?? ids[0];
  if (!ids.includes(first))
    throw refuse({ subject: 'networks' }, { expected: `the default "${first}" among them`, got: `${ids.join(', ')}` });
  const comparison = comparisonOf(networks, baselines, order ?? ids);
  const index: ExplorerIndex = {
    version: 1,
    default: first,
    networks: networks.map(({ spec: { id, title } }) => ({ id, title, path: `${id}/model.json` })),
    ...(images ? { images: { path: 'images.npy', labels: 'labels.npy', from: images.from } } : {}),
    ...(comparison ? { comparison: 'comparison.json' } : {}),
    ...(classifier ? { classifier: { spec: 'classifier.json', weights: 'classifier.safetensors' } } : {}),
    ...(training ? { training: 'training/index.json' } : {}),
  };
  const files = new Map<string, Uint8Array>([
    ['data/index.json', encodeJson(index)],
    ['data/labels.npy', encodeNpy({ dims: [count], data: labels })],
  ]);
  if (images) {
    const { pixels, height, width, from } = images;
    const held = pixels.length / (height * width);
    if (!Number.isInteger(held) || from + held > count)
      throw refuse(
        { subject: 'images' },
        { expected: `whole images of ${height} x ${width} among the ${count}`, got: `${held} from ${from} on` },
      );
    files.set('data/images.npy', encodeNpy({ dims: [held, height, width], data: pixels }));
  }
  if (comparison) files.set('data/comparison.json', encodeJson(comparison));
  if (classifier) {
    files.set('data/classifier.json', encodeJson(classifier.spec));
    files.set('data/classifier.safetensors', encodePart(classifier, 'classifier'));
  }
  if (training) {
    files.set('data/training/index.json', encodeJson(training.index));
    for (const [name, bytes] of training.pieces) files.set(`data/training/${name}`, bytes);
  }
  for (const network of networks) {
    const { spec, codes, metrics = {}, about, evolution, field, errors } = network;
    if (codes.length !== 2 * count)
      throw refuse({ network: spec.id }, { expected: `${count} codes of 2 numbers`, got: `${codes.length} numbers` });
    if (!codes.every(Number.isFinite))
      throw refuse(
        { network: spec.id },
        { expected: 'finite codes', hint: 'train it again with a lower learning rate' },
      );
    if (errors !== undefined && errors !== 'later' && errors.length !== count)
      throw refuse({ network: spec.id }, { expected: `${count} errors, one for each image`, got: `${errors.length}` });
    const { min, max } = codeExtent({ values: codes, count, size: 2 });
    const bounds = { min, max };
    const encoder = encodeEncoder(network);
    const model: ExplorerModel = {
      spec,
      dataset,
      metrics,
      bounds,
      places: classPlaces(codes, labels, bounds),
      files: {
        decoder: 'decoder.safetensors',
        codes: 'codes.npy',
        labels: '../labels.npy',
        ...(encoder ? { encoder: 'encoder.safetensors' } : {}),
        ...(about ? { about: 'about.json' } : {}),
        ...(evolution ? { evolution: 'evolution.safetensors' } : {}),
        ...(field ? { field: 'class-field.bin' } : {}),
        ...(errors ? { errors: 'errors.npy' } : {}),
      },
    };
    files.set(`data/${spec.id}/model.json`, encodeJson(model));
    files.set(`data/${spec.id}/decoder.safetensors`, encodeDecoder(network));
    if (encoder) files.set(`data/${spec.id}/encoder.safetensors`, encoder);
    if (about) files.set(`data/${spec.id}/about.json`, encodeJson(about));
    if (evolution) files.set(`data/${spec.id}/evolution.safetensors`, evolution);
    if (field) files.set(`data/${spec.id}/class-field.bin`, field);
    if (errors && errors !== 'later')
      files.set(`data/${spec.id}/errors.npy`, encodeNpy({ dims: [count], data: errors }));
    files.set(`data/${spec.id}/codes.npy`, encodeNpy({ dims: [count, 2], data: codes }));
  }
  return files;
};

const refuse = (at: ErrorPlace, facts: ErrorFacts) => inputError('explorer-bundle', { at, ...facts });

const encodeJson = (value: unknown): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value)}\n`);

/** Null where no network has scores. */
const comparisonOf = (
  networks: readonly ExplorerNetwork[],
  baselines: Baselines | undefined,
  order: readonly string[],
): ExplorerComparison | null => {
  const rows = networks.flatMap(({ spec: { id }, scores }) => (scores ? [{ id, ...scores }] : []));
  if (rows.length === 0) return null;
  // Those that the order does not name come last, as they stand.
  const place = ({ id }: { readonly id: string }): number => (order.includes(id) ? order.indexOf(id) : order.length);
  return { baselines: baselines ?? null, networks: rows.sort((a, b) => place(a) - place(b)) };
};

/** The encoder's weights; null where any of them is missing. */
const encodeEncoder = ({ spec, weights }: ExplorerNetwork): Uint8Array | null => {
  const { parameters } = partOf(resolveNetwork(spec), 'encoder');
  const tensors = parameters.flatMap(({ name, shape }) => {
    const data = weights.get(name);
    return data?.length === elementCount(shape) ? [[name, { dims: shape, data }] as const] : [];
  });
  return tensors.length < parameters.length ? null : encodeSafetensors(new Map(tensors), { network: spec.id });
};
interface WeightedNetwork {
  readonly spec: NetworkSpec;
  readonly weights: Weights;
}

const encodeDecoder = ({ spec, weights }: ExplorerNetwork): Uint8Array => {
  const { inputShape } = partOf(resolveNetwork(spec), 'decoder');
  if (elementCount(inputShape) !== 2) {
    throw refuse(
      { network: spec.id },
      { expected: 'a code of 2 numbers', got: `${elementCount(inputShape)}`, hint: 'a plane has no more' },
    );
  }
  return encodePart({ spec, weights }, 'decoder');
};

const encodePart = ({ spec, weights }: WeightedNetwork, part: 'encoder' | 'decoder' | 'classifier'): Uint8Array => {
  const { parameters } = partOf(resolveNetwork(spec), part);
  const tensors = parameters.map(({ name, shape }) => {
    const data = weights.get(name);
    if (data?.length !== elementCount(shape)) {
      throw refuse(
        { network: spec.id },
        { expected: `${elementCount(shape)} weights "${name}"`, got: `${data?.length ?? 'none'}` },
      );
    }
    return [name, { dims: shape, data }] as const;
  });
  return encodeSafetensors(new Map(tensors), { network: spec.id });
};

const path = textSchema(300);
const finite = numberSchema(-Number.MAX_VALUE, Number.MAX_VALUE);
const point = listSchema(finite, 2, 2);
const imageCount = integerSchema(0, 10_000_000);
const side = integerSchema(1, 4096);

const indexSchema = v.strictObject({
  version: v.literal(1, 'version 1'),
  default: textSchema(64),
  networks: listSchema(v.strictObject({ id: textSchema(64), title: textSchema(200), path }), 1, 1000),
  images: v.exactOptional(v.strictObject({ path, labels: path, from: imageCount })),
  comparison: v.exactOptional(path),
  classifier: v.exactOptional(v.strictObject({ spec: path, weights: path })),
  training: v.exactOptional(path),
});

// Objects are open where a later version may know more: the page reads what it understands.
const modelSchema = v.object({
  spec: v.unknown(),
  dataset: v.object({
    name: textSchema(200),
    classNames: listSchema(textSchema(100), 1, 256),
    train: imageCount,
    test: imageCount,
    identity: v.exactOptional(v.object({ height: side, width: side, sha256: datasetSumsSchema })),
  }),
  metrics: v.object({
    parameters: v.optional(integerSchema(0, Number.MAX_SAFE_INTEGER)),
    mse: v.optional(v.object({ train: v.optional(finite), test: v.optional(finite), all: v.optional(finite) })),
  }),
  bounds: v.object({ min: point, max: point }),
  places: listSchema(
    v.object({ label: integerSchema(0, 255), x: finite, y: finite, purity: numberSchema(0, 1) }),
    0,
    256,
  ),
  files: v.object({
    decoder: path,
    codes: path,
    labels: path,
    encoder: v.exactOptional(path),
    about: v.exactOptional(path),
    evolution: v.exactOptional(path),
    field: v.exactOptional(path),
    errors: v.exactOptional(path),
  }),
});

/** Reads `data/index.json`. @throws LatentError (input) `explorer-data` with the path of the first fault. */
export const parseExplorerIndex = (value: unknown): ExplorerIndex =>
  checkAgainst(indexSchema, value, { code: 'explorer-data', at: { file: 'data/index.json' } });

/**
 * Reads a `model.json`.
 *
 * @throws LatentError (input) `explorer-data` with the path of the first fault; as `parseNetworkSpec` for the network.
 */
export const parseExplorerModel = (value: unknown): ExplorerModel => {
  const model = checkAgainst(modelSchema, value, { code: 'explorer-data', at: { file: 'model.json' } });
  const spec = parseNetworkSpec(model.spec);
  if (spec.kind !== 'autoencoder')
    throw inputError('explorer-data', {
      at: { file: 'model.json' },
      expected: 'an autoencoder',
      got: `"${spec.id}", a ${spec.kind}`,
    });
  return { ...model, spec };
};
