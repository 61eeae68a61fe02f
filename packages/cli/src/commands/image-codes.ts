/** Single images of a data set with their codes. In: a model, images by their numbers. Out: pixels, codes, who draws them. */
import { type Dataset, encodeSets, type ImageSet, type RunnableModel } from 'latent-plane';
import { isLabelled, takesLabel } from 'latent-plane/internal';
import { note } from '../console.ts';
import { type ImageReference, imageOf } from './image-reference.ts';
import { drawingLabel } from './model-arguments.ts';

/** An image with its code. */
export interface EncodedImage {
  readonly reference: ImageReference;
  /** A set of this image alone. */
  readonly set: ImageSet;
  /** `[code size]`. */
  readonly code: Float32Array;
}

/**
 * Encodes some images.
 *
 * @throws LatentError (input) `no-such-image`; as `encodeSets`.
 */
export const encodedImages = async (
  running: RunnableModel,
  dataset: Dataset,
  references: readonly ImageReference[],
): Promise<readonly EncodedImage[]> => {
  const sets = references.map((reference) => imageOf(dataset, reference));
  const { values, size } = await encodeSets(running, sets);
  return references.map((reference, i) => ({
    reference,
    set: sets[i],
    code: values.slice(i * size, (i + 1) * size),
  }));
};

/** The codes alone. */
export const codesOfImages = async (
  running: RunnableModel,
  dataset: Dataset,
  references: readonly ImageReference[],
): Promise<readonly Float32Array[]> => (await encodedImages(running, dataset, references)).map(({ code }) => code);

/**
 * A model that draws images of one class, where it takes a label: the one asked for, else that of an image, which is said, else
 * the first.
 */
export const drawingLabelOf = (
  argument: string,
  running: RunnableModel,
  label: number | undefined,
  dataset: Dataset | null,
  image: EncodedImage | undefined,
): RunnableModel => {
  const isTold = running.network.parts.some((part) => part.name === 'decoder' && takesLabel(part));
  if (!isTold || label !== undefined || dataset === null || image === undefined || !isLabelled(dataset))
    return drawingLabel(argument, running, label);
  const [own] = image.set.labels;
  note(
    `note: ${argument} takes a label; images of class ${own} are drawn, that of image ${image.reference.text}, those of another with --label`,
  );
  return { ...running, label: own };
};
