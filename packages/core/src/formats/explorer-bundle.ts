/**
 * The files that the explorer loads, for any static host.
 *
 * In: networks with their decoders' weights, the codes of one data set and its labels. Out: relative paths and bytes.
 * Serving or writing them is not done here.
 *
 *     data/index.json             ExplorerIndex
 *     data/labels.npy             uint8 or uint16 [count], training images first
 *     data/images.npy             uint8 [count, height, width], in colour [.., 3], some of the images, for models that are opened there
 *     data/comparison.json        ExplorerComparison, where the networks' scores are given
 *     data/classifier.json        NetworkSpec, and its weights in classifier.safetensors: names what is decoded
 *     data/training/              ExplorerTraining and its pieces, where the page may train
 *     data/<id>/model.json        ExplorerModel
 *     data/<id>/decoder.safetensors    of an encoder alone there is none
 *     data/<id>/encoder.safetensors    where the weights have an encoder: for what is drawn, and for files made in the page
 *     data/<id>/evolution.safetensors  where there is one: decoder and codes of some epochs
 *     data/<id>/class-field.bin        where there is one: the class map over the bounds, `encodeClassMap`
 *     data/<id>/about.json             ExplorerAbout, where it is given
 *     data/<id>/codes.npy         float32 [count, code size], in the order of the labels; of very wide codes some of them
 *     data/<id>/errors.npy        float32 [count], where they are given or promised: the error of each image
 */
import {
  type CodePlane,
  type Codes,
  classPlaces,
  codeExtent,
  firstPlane,
  isCodeSpace,
  PLANE_DIMENSIONS,
  type PlaneBounds,
  shownPlane,
  shownPoints,
} from '../codes/index.ts';
import { type ErrorFacts, type ErrorPlace, inputError } from '../errors.ts';
import type { Baselines } from '../evaluation/index.ts';
import { encodeNpy } from '../files/npy.ts';
import { highestLabel, type ImageShape, imageSize, type Labels, sidesWords } from '../images/index.ts';
import { type AutoencoderSpec, type NetworkSpec, partOf, resolveNetwork } from '../network/index.ts';
import type { Weights } from '../runtime/index.ts';
import { elementCount } from '../tensor/index.ts';
import type { ExplorerAbout, ExplorerComparison, ExplorerScores } from './explorer-about.ts';
import type { ExplorerHalf, ExplorerIndex, ExplorerMetrics, ExplorerModel } from './explorer-documents.ts';
import type { ExplorerTraining } from './explorer-training.ts';
import { encodeSafetensors } from './safetensors.ts';

/** One trained network of a bundle. */
export interface ExplorerNetwork {
  readonly spec: AutoencoderSpec;
  /** By parameter name; without those of the encoder the page neither encodes nor offers files of other programs. */
  readonly weights: Weights;
  /** Where it is an encoder or a decoder alone. */
  readonly half?: ExplorerHalf;
  /** `[train + test, code size]`, code units, training images first; none of a decoder alone. */
  readonly codes: Float32Array;
  /** Where they are shown first; as `shownPlane` where absent. */
  readonly plane?: CodePlane;
  /** Of the plane, where no codes tell. */
  readonly bounds?: PlaneBounds;
  readonly metrics?: ExplorerMetrics;
  /** How it was trained, and what came of it. */
  readonly about?: ExplorerAbout;
  /** Its place among the others. */
  readonly scores?: ExplorerScores;
  /** Bytes of `encodeEvolution`. */
  readonly evolution?: Uint8Array;
  /** Bytes of `encodeClassMap`, over the extent of the codes on the plane. */
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
  readonly labels: Labels;
  readonly networks: readonly ExplorerNetwork[];
  /** Id of the network that is shown first; the first of the list when absent. */
  readonly defaultId?: string;
  /** Over all images, beside the networks' scores. */
  readonly baselines?: Baselines;
  /** Ids in the order in which networks are compared; that of the list when absent. */
  readonly order?: readonly string[];
  /** Some of the images, in a row: for models that the page opens itself. */
  readonly images?: ImageShape & {
    /** `[count, height, width, channels]`, 0..255. */
    readonly pixels: Uint8Array;
    /** Number of the first among all, training images first. */
    readonly from: number;
  };
  /** Names what is decoded; it learned from these images. */
  readonly classifier?: WeightedNetwork;
  /** Of the codes of one network that a page is given, so that they fit in its memory; 64 MB where absent, fewer in tests. */
  readonly mostNumbers?: number;
  /** What the page can train on; its pieces by the paths that it states. */
  readonly training?: { readonly index: ExplorerTraining; readonly pieces: ReadonlyMap<string, Uint8Array> };
}

type Files = readonly (readonly [string, Uint8Array])[];

const countOf = ({ dataset }: ExplorerBundleOptions): number => dataset.train + dataset.test;

const checkLabels = (options: ExplorerBundleOptions): void => {
  const { labels, dataset } = options;
  const count = countOf(options);
  if (labels.length !== count)
    throw refuse({ subject: 'labels' }, { expected: `${count}, one for each image`, got: `${labels.length}` });
  if (highestLabel(labels) >= dataset.classNames.length) {
    throw refuse(
      { subject: 'labels' },
      { expected: `classes 0 to ${dataset.classNames.length - 1}`, got: `${highestLabel(labels)}` },
    );
  }
};

/** Ids of the networks, and which of them is shown first. */
const idsOf = ({ networks, defaultId }: ExplorerBundleOptions) => {
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
  return { ids, first };
};

const indexOf = (
  { dataset: { identity }, networks, images, classifier, training }: ExplorerBundleOptions,
  first: string,
  isCompared: boolean,
): ExplorerIndex => ({
  version: 1,
  default: first,
  networks: networks.map(({ spec: { id, title } }) => ({ id, title, path: `${id}/model.json` })),
  ...(images ? { images: { path: 'images.npy', labels: 'labels.npy', from: images.from } } : {}),
  ...(isCompared ? { comparison: 'comparison.json' } : {}),
  ...(classifier
    ? {
        classifier: {
          spec: 'classifier.json',
          weights: 'classifier.safetensors',
          inputShape: classifier.spec.inputShape,
          ...(identity ? { identity } : {}),
        },
      }
    : {}),
  ...(training ? { training: 'training/index.json' } : {}),
});

const imageFiles = ({ images }: ExplorerBundleOptions, count: number): Files => {
  if (!images) return [];
  const { pixels, height, width, channels = 1, from } = images;
  const held = pixels.length / imageSize(images);
  if (!Number.isInteger(held) || from + held > count)
    throw refuse(
      { subject: 'images' },
      { expected: `whole images of ${sidesWords(images)} among the ${count}`, got: `${held} from ${from} on` },
    );
  return [
    [
      'data/images.npy',
      encodeNpy({ dims: [held, height, width, ...(channels === 1 ? [] : [channels])], data: pixels }),
    ],
  ];
};

const classifierFiles = ({ classifier }: ExplorerBundleOptions): Files =>
  classifier
    ? [
        ['data/classifier.json', encodeJson(classifier.spec)],
        ['data/classifier.safetensors', encodePart(classifier, 'classifier')],
      ]
    : [];

const trainingFiles = ({ training }: ExplorerBundleOptions): Files =>
  training
    ? [
        ['data/training/index.json', encodeJson(training.index)],
        ...[...training.pieces].map(([name, bytes]) => [`data/training/${name}`, bytes] as const),
      ]
    : [];

/** Numbers in one code of a network. */
const sizeOf = ({ spec }: ExplorerNetwork): number => elementCount(partOf(resolveNetwork(spec), 'decoder').inputShape);

const checkNetwork = (network: ExplorerNetwork, all: number): void => {
  const { spec, codes, errors } = network;
  const at = { network: spec.id };
  const size = sizeOf(network);
  const count = network.half === 'decoder' ? 0 : all;
  if (codes.length !== size * count)
    throw refuse(at, { expected: `${count} codes of ${size} numbers`, got: `${codes.length} numbers` });
  if (!codes.every(Number.isFinite))
    throw refuse(at, { expected: 'finite codes', hint: 'train it again with a lower learning rate' });
  if (errors !== undefined && errors !== 'later' && errors.length !== count)
    throw refuse(at, { expected: `${count} errors, one for each image`, got: `${errors.length}` });
};

/** 64 MB. */
const MOST_NUMBERS = 2 ** 24;

const UNIT: PlaneBounds = { min: [-1, -1], max: [1, 1] };

/** Which images' codes a page gets: all, or of wide codes as many as it can hold, of those that it has pictures of first. */
const placedOf = (
  size: number,
  count: number,
  { images, mostNumbers = MOST_NUMBERS }: ExplorerBundleOptions,
): ExplorerModel['placed'] => {
  const most = Math.max(1, Math.floor(mostNumbers / size));
  return most >= count ? undefined : { from: Math.min(images?.from ?? 0, count - most), count: most };
};

/** Codes on their plane, and which of them the page gets. */
const placedCodes = (network: ExplorerNetwork, options: ExplorerBundleOptions, count: number) => {
  const size = sizeOf(network);
  const isPlaceless = network.half === 'decoder';
  const codes: Codes = { values: network.codes, count: isPlaceless ? 0 : count, size };
  const plane = network.plane ?? (isPlaceless ? firstPlane(size) : shownPlane(codes));
  const points = shownPoints(plane, codes);
  const { min, max } = isPlaceless
    ? (network.bounds ?? UNIT)
    : codeExtent({ values: points, count, size: PLANE_DIMENSIONS });
  const placed = isPlaceless ? { from: 0, count: 0 } : placedOf(size, count, options);
  return { codes, plane, bounds: { min, max }, points, placed };
};

const networkFiles = (network: ExplorerNetwork, options: ExplorerBundleOptions, count: number): Files => {
  checkNetwork(network, count);
  const { dataset, labels } = options;
  const { spec, half, metrics = {}, about, evolution, field, errors } = network;
  const { codes, plane, bounds, points, placed } = placedCodes(network, options, count);
  const { values } = codes;
  const { from, count: held } = placed ?? { from: 0, count };
  const encoder = half === 'decoder' ? null : encodeEncoder(network);
  const model: ExplorerModel = {
    spec,
    ...(half ? { half } : {}),
    dataset,
    metrics,
    ...(isCodeSpace(plane) ? {} : { plane }),
    bounds,
    places: half === 'decoder' ? [] : classPlaces(points, labels, bounds),
    files: {
      ...(half === 'encoder' ? {} : { decoder: 'decoder.safetensors' }),
      codes: 'codes.npy',
      labels: '../labels.npy',
      ...(encoder ? { encoder: 'encoder.safetensors' } : {}),
      ...(about ? { about: 'about.json' } : {}),
      ...(evolution ? { evolution: 'evolution.safetensors' } : {}),
      ...(field ? { field: 'class-field.bin' } : {}),
      ...(errors ? { errors: 'errors.npy' } : {}),
    },
    ...(placed ? { placed } : {}),
  };
  const files: readonly (readonly [string, Uint8Array | null | undefined])[] = [
    ['model.json', encodeJson(model)],
    ['decoder.safetensors', half === 'encoder' ? null : encodePart(network, 'decoder')],
    ['encoder.safetensors', encoder],
    ['about.json', about && encodeJson(about)],
    ['evolution.safetensors', evolution],
    ['class-field.bin', field],
    ['errors.npy', errors && errors !== 'later' ? encodeNpy({ dims: [count], data: errors }) : null],
    [
      'codes.npy',
      encodeNpy({ dims: [held, codes.size], data: values.subarray(from * codes.size, (from + held) * codes.size) }),
    ],
  ];
  return files.flatMap(([name, bytes]) => (bytes ? [[`data/${spec.id}/${name}`, bytes] as const] : []));
};

/**
 * Makes all files of a page's data.
 *
 * @returns bytes by relative path with forward slashes, all below `data/`.
 * @throws LatentError (input) `explorer-bundle` for no networks, two of one id, codes or labels that do not fit the data
 *   set, a code that is no finite numbers, or decoder weights that are missing or of another size.
 */
export const explorerBundle = (options: ExplorerBundleOptions): Map<string, Uint8Array> => {
  const { labels, networks, baselines, order } = options;
  checkLabels(options);
  const { ids, first } = idsOf(options);
  const count = countOf(options);
  const comparison = comparisonOf(networks, baselines, order ?? ids);
  return new Map<string, Uint8Array>([
    ['data/index.json', encodeJson(indexOf(options, first, comparison !== undefined && comparison !== null))],
    ['data/labels.npy', encodeNpy({ dims: [count], data: labels })],
    ...imageFiles(options, count),
    ...(comparison ? [['data/comparison.json', encodeJson(comparison)] as const] : []),
    ...classifierFiles(options),
    ...trainingFiles(options),
    ...networks.flatMap((network) => networkFiles(network, options, count)),
  ]);
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
