/**
 * The class field: what the classifier reads in the pictures that the decoder draws over the plane.
 *
 * In: a network of the bundle, or any decoder with a classifier beside it. Out: a class and a confidence for each point
 * of a mesh over the codes' bounds. The bundle's networks bring theirs; the others are computed in a worker, coarse at
 * first.
 */
import {
  type AutoencoderSpec,
  decodeClassField,
  type ExplorerIndex,
  type PackedClassField,
  type PlaneBounds,
  type Weights,
} from 'latent-plane';
import { fetchBytes } from '../data/fetch-file.ts';
import { indexUrl, type LoadedModel } from '../data/load.ts';

/** Row 0 is the top: the largest y. Both bounds are points of the mesh. */
export interface ClassMap extends PackedClassField {
  readonly bounds: PlaneBounds;
}

/** What names the pictures, addresses as a worker needs them. */
export interface Reader {
  readonly specUrl: string;
  readonly weightsUrl: string;
}

export interface FieldOrder {
  readonly order: number;
  readonly spec: AutoencoderSpec;
  /** Of the decoder. */
  readonly weights: Weights;
  readonly reader: Reader;
  readonly bounds: PlaneBounds;
  /** Points along each side, one field after the other. */
  readonly sizes: readonly number[];
}
export type FieldAnswer =
  | { readonly type: 'field'; readonly order: number; readonly field: ClassMap }
  | { readonly type: 'failed'; readonly order: number; readonly reason: string };

/** Soon something, then as fine as the shipped ones. */
export const SIZES = [50, 400] as const;

/** Pictures that the bundle's classifier reads: MNIST's. */
const READ_SIDE = 28;

/** Null where nothing can name the network's pictures. */
export const readerOf = (model: LoadedModel | null, index: ExplorerIndex | null): Reader | null => {
  if (!model || !index?.classifier || model.decoder.width !== READ_SIDE || model.decoder.height !== READ_SIDE)
    return null;
  const at = indexUrl(document.baseURI);
  const { spec, weights } = index.classifier;
  return { specUrl: new URL(spec, at).href, weightsUrl: new URL(weights, at).href };
};

/** Whether a network's classes can be shown at all. */
export const hasClasses = (model: LoadedModel | null, index: ExplorerIndex | null): boolean =>
  model?.files.field !== undefined || readerOf(model, index) !== null;

/** The field that the bundle has of a network. @throws LatentError as `fetchBytes` and `decodeClassField`. */
export const loadField = async ({ url, bounds }: LoadedModel, file: string): Promise<ClassMap> => ({
  ...decodeClassField(await fetchBytes(new URL(file, url)), file),
  bounds,
});

export interface FieldComputer {
  /** Asks for a decoder's fields; a newer question takes an older one's place. */
  request(order: Omit<FieldOrder, 'order'>): void;
  dispose(): void;
}

/** Starts the worker; the engine is loaded by the first question. */
export const createFieldComputer = (
  onField: (field: ClassMap) => void,
  onFailure: (reason: string) => void,
): FieldComputer => {
  const worker = new Worker(new URL('../worker/class-field-worker.ts', import.meta.url), { type: 'module' });
  let newest = 0;
  worker.onmessage = ({ data }: MessageEvent<FieldAnswer>) => {
    if (data.order !== newest) return;
    if (data.type === 'field') onField(data.field);
    else onFailure(data.reason);
  };
  worker.onerror = ({ message }) =>
    onFailure(`class-field: the reader could not be run${message ? ` (${message})` : ''}; load the page again`);
  return {
    request: (order) => {
      newest += 1;
      worker.postMessage({ ...order, order: newest } satisfies FieldOrder);
    },
    dispose: () => worker.terminate(),
  };
};
