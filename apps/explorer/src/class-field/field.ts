/**
 * The class map: what the classifier reads in the pictures that the decoder draws over the plane.
 *
 * In: a network of the bundle, or any decoder with a classifier beside it. Out: a class and a confidence for each point
 * of a mesh over the codes' bounds. The bundle's networks bring theirs; the others are computed in a worker, coarse at
 * first.
 */
import {
  type AutoencoderSpec,
  type CodePlane,
  type Dataset,
  type ImageSet,
  type Labels,
  type PlaneBounds,
  sameData,
  type Weights,
} from 'latent-plane';
import { decodeClassMap, type ExplorerIndex, imageSize, type PackedClassMap, takesImages } from 'latent-plane/internal';
import type { Images } from '../data/decode-images.ts';
import { fetchBytes } from '../data/fetch-file.ts';
import { indexUrl, type LoadedModel, type Points } from '../data/load.ts';

/** Row 0 is the top: the largest y. Both bounds are points of the mesh. */
export interface ClassMap extends PackedClassMap {
  readonly bounds: PlaneBounds;
}

/** The classifier that comes with the page, addresses as a worker needs them. */
interface FetchedReader {
  readonly specUrl: string;
  readonly weightsUrl: string;
}

/** A classifier that is trained on the images of a network that brought its own. */
export interface TrainedReader {
  /** Of these images; what was trained once is kept by it. */
  readonly key: string;
  /** Absent where the worker has them. */
  readonly dataset?: Dataset;
}

/** What names the pictures. */
export type Reader = FetchedReader | TrainedReader;

/** What a reader is known by. */
export const readerKey = (reader: Reader): string => ('key' in reader ? reader.key : reader.weightsUrl);

export interface FieldOrder {
  readonly order: number;
  readonly spec: AutoencoderSpec;
  /** Of the decoder. */
  readonly weights: Weights;
  readonly reader: Reader;
  readonly plane: CodePlane;
  readonly bounds: PlaneBounds;
  /** Points along each side, one field after the other. */
  readonly sizes: readonly number[];
  /** How closely the plane is looked at; as the library does where absent. */
  readonly look?: Look;
}
export interface Look {
  /** Cells of the first mesh along each side. */
  readonly cells: number;
  /** See the library's `RefineOptions`. */
  readonly confidenceStep: number;
}
/** Points between neighbours of the first mesh: a power of two, as the library wants it. */
export const strideOf = ({ cells }: Look, size: number): number =>
  2 ** Math.max(0, Math.floor(Math.log2(size / cells)));

/** The order is not wanted any more: what is still to be done of it is left. */
export interface FieldStop {
  readonly order: number;
  readonly sizes: readonly [];
}
export type FieldAnswer =
  | { readonly type: 'field'; readonly order: number; readonly field: ClassMap }
  | { readonly type: 'failed'; readonly order: number; readonly reason: string };

/** Soon something, then as fine as the shipped ones. */
export const SIZES = [50, 400] as const;

/** The bundle's classifier, where it was made for the pictures of this network: of these images, in their shape. */
export const classifierOf = (
  model: LoadedModel | null,
  index: ExplorerIndex | null,
): NonNullable<ExplorerIndex['classifier']> | null => {
  const classifier = index?.classifier;
  if (!model || !classifier?.inputShape || !takesImages(classifier.inputShape, model.decoder)) return null;
  // It learned from other images than the page's.
  if (model.images !== undefined) return null;
  const { identity } = model.dataset;
  const isOfThese = classifier.identity ? sameData(classifier.identity, identity) : identity === undefined;
  return isOfThese ? classifier : null;
};

/** Whether a classifier can be trained on the images that a network brought along: they have classes. */
const bringsClasses = (model: LoadedModel | null): boolean =>
  (model?.images?.count ?? 0) > 0 && (model?.dataset.classNames.length ?? 0) >= 2;

const setOf = (images: Images, labels: Labels, from: number, to: number): ImageSet => {
  const size = imageSize(images);
  const { height, width, channels } = images;
  const pixels = images.pixels.slice(from * size, to * size);
  return { pixels, labels: labels.slice(from, to), count: to - from, height, width, channels };
};

/** The images that a network brought along, with the labels of its points. */
const ownDataset = ({ dataset, images }: LoadedModel, { labels }: Points): Dataset | null => {
  const { name, classNames, train, test } = dataset;
  if (!images || labels.length !== images.count || images.count !== train + test) return null;
  return {
    ...{ name, classNames, licence: '', source: '' },
    train: setOf(images, labels, 0, train),
    test: setOf(images, labels, train, train + test),
  };
};

/** Null where nothing can name the network's pictures, or, of a network with images of its own, before its points are there. */
export const readerOf = (
  model: LoadedModel | null,
  index: ExplorerIndex | null,
  points: Points | null,
): Reader | null => {
  if (model && points && bringsClasses(model)) {
    const dataset = ownDataset(model, points);
    const { identity, name } = model.dataset;
    return dataset && { key: JSON.stringify([name, identity ?? model.url.href]), dataset };
  }
  const classifier = classifierOf(model, index);
  if (classifier === null) return null;
  const at = indexUrl(document.baseURI);
  const { spec, weights } = classifier;
  return { specUrl: new URL(spec, at).href, weightsUrl: new URL(weights, at).href };
};

/** Whether a network's classes can be shown at all. */
export const hasClasses = (model: LoadedModel | null, index: ExplorerIndex | null): boolean =>
  model?.files.field !== undefined || bringsClasses(model) || classifierOf(model, index) !== null;

/** The field that the bundle has of a network. @throws LatentError as `fetchBytes` and `decodeClassMap`. */
export const loadField = async ({ url, bounds }: LoadedModel, file: string): Promise<ClassMap> => ({
  ...decodeClassMap(await fetchBytes(new URL(file, url)), file),
  bounds,
});

/** Whom a field is for. */
export interface FieldListener {
  onField(field: ClassMap): void;
  onFailure(reason: string): void;
}

export interface FieldComputer {
  /** Asks for a decoder's fields; a newer question takes an older one's place. @returns how to take it back. */
  request(order: Omit<FieldOrder, 'order'>, listener: FieldListener): () => void;
  dispose(): void;
}

/** Starts the worker; the engine is loaded by the first question. */
export const createFieldComputer = (): FieldComputer => {
  const worker = new Worker(new URL('../worker/class-field-worker.ts', import.meta.url), { type: 'module' });
  const send = (question: FieldOrder | FieldStop): void => worker.postMessage(question);
  let newest = 0;
  let listening: FieldListener | null = null;
  /** Whose images the worker has. */
  const sent = new Set<string>();
  const withoutSent = (reader: Reader): Reader => {
    if (!('key' in reader)) return reader;
    if (sent.has(reader.key)) return { key: reader.key };
    sent.add(reader.key);
    return reader;
  };
  worker.onmessage = ({ data }: MessageEvent<FieldAnswer>) => {
    if (data.order !== newest) return;
    if (data.type === 'field') listening?.onField(data.field);
    else listening?.onFailure(data.reason);
  };
  worker.onerror = ({ message }) =>
    listening?.onFailure(
      `class-field: the reader could not be run${message ? ` (${message})` : ''}; load the page again`,
    );
  return {
    request: (asked, listener) => {
      newest += 1;
      listening = listener;
      const order = newest;
      send({ ...asked, reader: withoutSent(asked.reader), order });
      return () => {
        if (order !== newest) return;
        newest += 1;
        listening = null;
        send({ order: newest, sizes: [] });
      };
    },
    dispose: () => worker.terminate(),
  };
};
