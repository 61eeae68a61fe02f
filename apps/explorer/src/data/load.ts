/**
 * From the bundle's addresses to what the views take.
 *
 * In: the page's address. Out: the list of networks; one network that can decode; its points. They come apart, so that
 * the cursor decodes while the points are still on their way.
 */
import { decodeNpy, decodeSafetensors } from 'latent-plane';
import { type ExplorerIndex, inputError, parseExplorerIndex, parseExplorerModel } from 'latent-plane/internal';
import { placePoints } from './code-plane.ts';
import { createDecoder } from './decoder.ts';
import { fetchBytes, fetchJson, type Progress } from './fetch-file.ts';
import type { LoadedModel, Points } from './loaded.ts';

export type { LoadedModel, Points } from './loaded.ts';

export const indexUrl = (base: string): URL => new URL('data/index.json', base);

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
  const { tensors } = decodeSafetensors(await fetchBytes(new URL(model.files.decoder, url)), model.files.decoder);
  const weights = new Map([...tensors].map(([name, { data }]) => [name, data]));
  return { ...model, url, weights, decoder: createDecoder(model.spec, weights, 0, model.plane) };
};

/** @throws LatentError (input) `explorer-data` if codes and labels do not fit the model. */
export const loadPoints = async (model: LoadedModel, onProgress: Progress): Promise<Points> => {
  const { url, files, dataset, plane, placed } = model;
  const [codes, labels] = await Promise.all([
    fetchBytes(new URL(files.codes, url), onProgress).then((bytes) => decodeNpy(bytes, files.codes)),
    fetchBytes(new URL(files.labels, url)).then((bytes) => decodeNpy(bytes, files.labels)),
  ]);
  const count = dataset.train + dataset.test;
  const size = plane?.origin.length ?? 2;
  const { from, count: held } = placed ?? { from: 0, count };
  const fit = codes.dims.join() === `${held},${size}` && labels.dims.join() === `${count}` && from + held <= count;
  if (!fit || !(codes.data instanceof Float32Array) || labels.data instanceof Float32Array) {
    throw inputError('explorer-data', {
      expected: `float32 codes [${held}, ${size}] and labels [${count}] of whole numbers`,
      got: `[${codes.dims.join(', ')}] and [${labels.dims.join(', ')}]`,
      hint: 'build the data again',
    });
  }
  return {
    ...placePoints(plane, { values: codes.data, count: held, size }),
    labels: placed ? labels.data.slice(from, from + held) : labels.data,
    ...(placed ? { first: from } : {}),
  };
};
