/**
 * The encoder of a network in the page.
 *
 * In: a network of the bundle or of a file. Out: a function from a picture to its code. The weights come when they are
 * asked for; of the bundle's largest network they are 22 MB.
 */
import { decodeSafetensors } from 'latent-plane';
import { fetchBytes, type Progress } from '../data/fetch-file.ts';
import type { LoadedModel } from '../data/load.ts';
import { createPart } from '../data/network-part.ts';

/** @param picture - `[height * width]` of the network's images, 0..1. @returns its code, `[code size]`. */
export type Encode = (picture: Float32Array) => Float32Array;

/** @throws LatentError (work) `load-failed`; (input) `weights-mismatch`. */
export const loadEncoder = async (model: LoadedModel, onProgress: Progress): Promise<Encode> => {
  const { url, files, spec } = model;
  let { weights } = model;
  if (files.encoder !== undefined) {
    const { tensors } = decodeSafetensors(await fetchBytes(new URL(files.encoder, url), onProgress), files.encoder);
    weights = new Map([...tensors].map(([name, { data }]) => [name, data]));
  }
  const encode = createPart(spec, weights, 'encoder');
  return (picture) => Float32Array.from(encode(picture));
};

/** Squared difference per pixel, as everywhere in the project. */
export const meanSquaredError = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum / a.length;
};
