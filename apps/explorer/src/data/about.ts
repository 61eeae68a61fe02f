/**
 * What only some views load: how a network was trained, how all compare, the weights of encoder and decoder together.
 *
 * In: a loaded network, or the bundle's index. Out: checked data; null where the bundle has none.
 */
import { decodeSafetensors, type Weights } from 'latent-plane';
import {
  type ExplorerAbout,
  type ExplorerComparison,
  type ExplorerIndex,
  parseExplorerAbout,
  parseExplorerComparison,
} from 'latent-plane/internal';
import { fetchBytes, fetchJson } from './fetch-file.ts';
import { indexUrl, type LoadedModel } from './load.ts';

export const loadAbout = async ({ url, files, about }: LoadedModel): Promise<ExplorerAbout | null> =>
  files.about === undefined ? (about ?? null) : parseExplorerAbout(await fetchJson(new URL(files.about, url)));

/** Whether encoder and decoder can both be had, for files of other programs. */
export const hasAllWeights = ({ files, weights, half }: LoadedModel): boolean =>
  half === undefined &&
  (files.encoder !== undefined || [...weights.keys()].some((name) => name.startsWith('encoder/')));

export const loadComparison = async (base: string, index: ExplorerIndex): Promise<ExplorerComparison | null> =>
  index.comparison === undefined
    ? null
    : parseExplorerComparison(await fetchJson(new URL(index.comparison, indexUrl(base))));

/** All weights of a network, by parameter name; null where no encoder can be had. */
export const loadAllWeights = async (model: LoadedModel): Promise<Weights | null> => {
  const { url, files, weights } = model;
  if (files.encoder === undefined) return hasAllWeights(model) ? weights : null;
  const { tensors } = decodeSafetensors(await fetchBytes(new URL(files.encoder, url)), files.encoder);
  return new Map([...weights, ...[...tensors].map(([name, { data }]) => [name, data] as const)]);
};
