/**
 * The error of every image, for the page to colour and sort them by: a pass over all images, run when it is asked for.
 *
 * In: networks by their id on the page, one data set. Out: bytes of `data/<id>/errors.npy`.
 */
import { type Dataset, encodeNpy, type PassOptions, type RunnableModel, reconstruct } from 'latent-plane';
import type { LaterData } from './file-sums.ts';

export const errorsPath = (id: string): string => `data/${id}/errors.npy`;

/** `[train + test]`, per pixel, pixels 0..1, training images first. */
export const errorBytes = async (
  running: RunnableModel,
  dataset: Dataset,
  options: PassOptions = {},
): Promise<Uint8Array> => {
  const { errors } = await reconstruct(running, dataset, options);
  return encodeNpy({ dims: [errors.length], data: Float32Array.from(errors) });
};

/** Answers for the errors of these networks; they may be named after it was made. */
export const laterErrors =
  (networks: ReadonlyMap<string, RunnableModel>, dataset: Dataset): LaterData =>
  (path) => {
    const asked = [...networks].find(([id]) => errorsPath(id) === path);
    return asked ? errorBytes(asked[1], dataset) : null;
  };
