/**
 * From the bundle's addresses to what the views take.
 *
 * In: the page's address. Out: the list of networks; one network that can decode; its points. They come apart, so that
 * the cursor decodes while the points are still on their way.
 */
import { type Codes, decodeNpy, decodeSafetensors, firstPlane } from 'latent-plane';
import {
  type ExplorerIndex,
  type ExplorerModel,
  inputError,
  PLANE_DIMENSIONS,
  parseExplorerIndex,
  parseExplorerModel,
} from 'latent-plane/internal';
import { indexUrl } from './bundle-url.ts';
import { placePoints } from './code-plane.ts';
import { createDecoder, type Decoder } from './decoder.ts';
import { fetchBytes, fetchJson, type Progress } from './fetch-file.ts';
import { loadImages } from './images.ts';
import type { LoadedModel, Points } from './loaded.ts';
import { nearestImages } from './nearest-image.ts';

export { indexUrl } from './bundle-url.ts';
export type { LoadedModel, Points } from './loaded.ts';

export const loadIndex = async (base: string): Promise<ExplorerIndex> =>
  parseExplorerIndex(await fetchJson(indexUrl(base)));

/** @throws LatentError (input) `unknown-network` if the index does not list `id`. */
export const loadModel = async (base: string, index: ExplorerIndex, id: string): Promise<LoadedModel> => {
  const entry = index.networks.find((network) => network.id === id);
  if (entry === undefined) {
    const known = index.networks.map((network) => network.id).join(', ');
    throw inputError('unknown-network', {
      expected: 'one of the networks here',
      got: `"${id}"`,
      hint: `choose from: ${known}`,
    });
  }
  const url = new URL(entry.path, indexUrl(base));
  const model = parseExplorerModel(await fetchJson(url));
  const file = model.half === 'encoder' ? model.files.encoder : model.files.decoder;
  if (file === undefined)
    throw inputError('explorer-data', { expected: 'weights', got: 'none', hint: 'build the data again' });
  const { tensors } = decodeSafetensors(await fetchBytes(new URL(file, url)), file);
  const weights = new Map([...tensors].map(([name, { data }]) => [name, data]));
  const decoder =
    model.half === 'encoder'
      ? await loadNearest(model, url, index)
      : createDecoder(model.spec, weights, 0, model.plane);
  // No image has a code of a decoder alone.
  const images = model.half === 'decoder' ? { images: null } : {};
  return { ...model, url, weights, decoder, ...images };
};

/** @throws LatentError as `loadImages` and `loadCodes`. */
const loadNearest = async (model: ExplorerModel, url: URL, index: ExplorerIndex): Promise<Decoder> => {
  const [images, codes] = await Promise.all([loadImages(null, index), loadCodes({ ...model, url })]);
  return nearestImages(images, codes, model.placed?.from ?? 0, model.plane ?? firstPlane(codes.size));
};

type Placed = Pick<LoadedModel, 'url' | 'files' | 'dataset' | 'plane' | 'placed'>;

/** @throws LatentError (input) `explorer-data` if they do not fit the model. */
const loadCodes = async ({ url, files, dataset, plane, placed }: Placed, onProgress?: Progress): Promise<Codes> => {
  const { dims, data } = decodeNpy(await fetchBytes(new URL(files.codes, url), onProgress), files.codes);
  const size = plane?.origin.length ?? PLANE_DIMENSIONS;
  const count = placed?.count ?? dataset.train + dataset.test;
  if (dims.join() === `${count},${size}` && data instanceof Float32Array) return { values: data, count, size };
  throw inputError('explorer-data', {
    expected: `float32 codes [${count}, ${size}]`,
    got: `[${dims.join(', ')}]`,
    hint: 'build the data again',
  });
};

/** @throws LatentError (input) `explorer-data` if codes and labels do not fit the model. */
export const loadPoints = async (model: LoadedModel, onProgress: Progress): Promise<Points> => {
  const { url, files, dataset, plane, placed } = model;
  const [codes, labels] = await Promise.all([
    loadCodes(model, onProgress),
    fetchBytes(new URL(files.labels, url)).then((bytes) => decodeNpy(bytes, files.labels)),
  ]);
  const count = dataset.train + dataset.test;
  const { from, count: held } = placed ?? { from: 0, count };
  if (labels.dims.join() !== `${count}` || from + held > count || labels.data instanceof Float32Array) {
    throw inputError('explorer-data', {
      expected: `labels [${count}] of whole numbers`,
      got: `[${labels.dims.join(', ')}]`,
      hint: 'build the data again',
    });
  }
  return {
    ...placePoints(plane, codes),
    labels: placed ? labels.data.slice(from, from + held) : labels.data,
    ...(placed ? { first: from } : {}),
  };
};
