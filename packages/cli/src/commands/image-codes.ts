/** The codes of single images of a data set. In: a model, images by their numbers. Out: their codes. */
import { type Dataset, encodeSets, type RunnableModel } from 'latent-plane';
import { type ImageReference, imageOf } from './image-reference.ts';

/**
 * Encodes some images.
 *
 * @returns a code for each, `[code size]`.
 * @throws LatentError (input) `no-such-image`; as `encodeSets`.
 */
export const codesOfImages = async (
  running: RunnableModel,
  dataset: Dataset,
  references: readonly ImageReference[],
): Promise<readonly Float32Array[]> => {
  const images = references.map((reference) => imageOf(dataset, reference));
  const { values, size } = await encodeSets(running, images);
  return images.map((_, i) => values.slice(i * size, (i + 1) * size));
};
