/**
 * Images of several parts in one count: which image a place is, what it is called, what its class is.
 */
import { posix } from 'node:path';
import { type Dataset, type ImageSet, sliceSet, takeImages } from 'latent-plane';
import { inputError, isLabelled } from 'latent-plane/internal';

export const PART_CHOICES = ['train', 'test', 'all'] as const;
export type PartChoice = (typeof PART_CHOICES)[number];

/** Some images of a data set. */
export interface ImagePart {
  /** As images of it are named on the command line. */
  readonly part: string;
  readonly set: ImageSet;
  readonly dataset: Dataset;
  /** `[count]`, where each image has a file of its own. */
  readonly names?: readonly string[];
}

/** An image of one of the parts. */
export interface PartImage {
  readonly part: ImagePart;
  /** From 0, within the part. */
  readonly index: number;
}

/** The parts of a data set that are asked for. @throws LatentError (input) `empty-data` where they hold no image. */
export const partsOf = (dataset: Dataset, choice: PartChoice): readonly ImagePart[] => {
  const parts = (choice === 'all' ? (['train', 'test'] as const) : [choice])
    .map((part): ImagePart => ({ part, set: dataset[part], dataset, names: dataset.names?.[part] }))
    .filter(({ set }) => set.count > 0);
  if (parts.length > 0) return parts;
  throw inputError('empty-data', {
    at: { option: `--split ${choice}` },
    problem: `${dataset.name} holds no image there`,
    hint: 'take another part',
  });
};

export const countOf = (parts: readonly ImagePart[]): number => parts.reduce((sum, { set }) => sum + set.count, 0);

/** The image at a place over all parts. */
export const imageAt = (parts: readonly ImagePart[], place: number): PartImage => {
  let index = place;
  for (const part of parts) {
    if (index < part.set.count) return { part, index };
    index -= part.set.count;
  }
  throw new RangeError(`no image at ${place}`);
};

export const pixelsOf = ({ part, index }: PartImage): ImageSet => takeImages(part.set, Uint32Array.of(index));

/** The data set with nothing but a part: what measures a data set measures this one. */
export const alone = ({ dataset, set }: ImagePart): Dataset => ({
  ...dataset,
  train: set,
  test: sliceSet(set, 0, 0),
  names: undefined,
});

/** Number and name of its class; null of images without labels. */
export const classOf = ({ part: { dataset, set }, index }: PartImage): { label: number; name: string } | null =>
  isLabelled(dataset) ? { label: set.labels[index], name: dataset.classNames[set.labels[index]] } : null;

/** The name of its file, else `test:12`. */
export const nameOf = ({ part: { part, names }, index }: PartImage): string => names?.[index] ?? `${part}:${index}`;

/** What stands below its picture, where there is little room: the name of its file, or its number and its class. */
export const captionOf = (image: PartImage): string => {
  const own = classOf(image);
  if (image.part.names) return posix.basename(nameOf(image));
  return own === null ? nameOf(image) : `${nameOf(image)} · ${own.name}`;
};

/** Sets of one image each as one. */
export const beside = (images: readonly ImageSet[]): ImageSet => {
  const [first] = images;
  const size = first.pixels.length;
  const pixels = new Uint8Array(images.length * size);
  images.forEach((image, i) => {
    pixels.set(image.pixels, i * size);
  });
  return { ...first, pixels, count: images.length, labels: Uint16Array.from(images, ({ labels }) => labels[0]) };
};
