/**
 * From the bundle's addresses to what the views take.
 *
 * In: the page's address. Out: the list of networks; one network that can decode; its points. They come apart, so that
 * the cursor decodes while the points are still on their way.
 */
import { decodeNpy, decodeSafetensors, type Labels, type Weights } from 'latent-plane';
import {
  type ExplorerAbout,
  type ExplorerIndex,
  type ExplorerModel,
  inputError,
  parseExplorerIndex,
  parseExplorerModel,
} from 'latent-plane/internal';
import type { Images } from './decode-images.ts';
import { createDecoder, type Decoder } from './decoder.ts';
import { fetchBytes, fetchJson, type Progress } from './fetch-file.ts';

/** A network whose cursor decodes. */
export interface LoadedModel extends ExplorerModel {
  readonly url: URL;
  readonly weights: Weights;
  readonly decoder: Decoder;
  /** The class that is drawn, of a network that takes the label of an image; the first when absent. */
  readonly label?: number;
  /** How it was trained, where that came with the model's own files. */
  readonly about?: ExplorerAbout;
  /** Of a network that learned from other images than the page's: these images; null where they are not at hand. */
  readonly images?: Images | null;
}

/** The real images on the plane. */
export interface Points {
  /** `[count, 2]`, code units; training images first. */
  readonly codes: Float32Array;
  /** `[count]`, class index. */
  readonly labels: Labels;
  /** Number of the first point's image among all of the data set; 0 when absent. */
  readonly first?: number;
}

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
  return { ...model, url, weights, decoder: createDecoder(model.spec, weights) };
};

/** @throws LatentError (input) `explorer-data` if codes and labels do not fit the model. */
export const loadPoints = async ({ url, files, dataset }: LoadedModel, onProgress: Progress): Promise<Points> => {
  const [codes, labels] = await Promise.all([
    fetchBytes(new URL(files.codes, url), onProgress).then((bytes) => decodeNpy(bytes, files.codes)),
    fetchBytes(new URL(files.labels, url)).then((bytes) => decodeNpy(bytes, files.labels)),
  ]);
  const count = dataset.train + dataset.test;
  const fit = codes.dims.join() === `${count},2` && labels.dims.join() === `${count}`;
  if (!fit || !(codes.data instanceof Float32Array) || labels.data instanceof Float32Array) {
    throw inputError('explorer-data', {
      expected: `float32 codes [${count}, 2] and labels [${count}] of whole numbers`,
      got: `[${codes.dims.join(', ')}] and [${labels.dims.join(', ')}]`,
      hint: 'build the data again',
    });
  }
  return { codes: codes.data, labels: labels.data };
};
