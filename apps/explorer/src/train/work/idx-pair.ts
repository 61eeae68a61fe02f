/**
 * Images and labels as two IDX files, gzipped or not.
 *
 * In: two files. Out: an image set and the names of its classes. Without labels all images are of one class.
 */
import { type ImageSet, parseIdxImages, parseIdxLabels } from 'latent-plane';
import { highestLabel, inputError, unpack } from 'latent-plane/internal';
import type { DatasetFacts } from './dataset.ts';

const NO_LABEL = 'no label';

export interface NamedImages extends Pick<DatasetFacts, 'name' | 'classNames'> {
  readonly images: ImageSet;
  readonly notes: readonly string[];
}

const read = async (file: File): Promise<{ readonly name: string; readonly bytes: Uint8Array }> =>
  unpack({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });

/**
 * @throws LatentError (input) as `gunzip`, `parseIdxImages`, `parseIdxLabels`; `idx-count-mismatch`.
 */
export const readIdxPair = async (imagesFile: File, labelsFile: File | null): Promise<NamedImages> => {
  const file = await read(imagesFile);
  const found = parseIdxImages(file.bytes, file.name);
  const name = imagesFile.name.replace(/\.gz$/i, '').replace(/[-.]idx[34]-ubyte$/i, '');
  // The arena takes the pixels; a view would keep the whole file beside them.
  const pixels = found.pixels;
  if (labelsFile === null) {
    return {
      name,
      classNames: [NO_LABEL],
      images: { ...found, pixels, labels: new Uint8Array(found.count) },
      notes: ['the images have no labels: all are shown in one colour'],
    };
  }
  const labels = await read(labelsFile);
  const classes = parseIdxLabels(labels.bytes, labels.name);
  if (classes.length !== found.count)
    throw inputError('idx-count-mismatch', {
      problem: `${file.name} holds ${found.count} images, ${labels.name} ${classes.length} labels`,
      hint: 'take both from one data set',
    });
  const highest = highestLabel(classes);
  const classNames = Array.from({ length: Math.max(2, highest + 1) }, (_, label) => String(label));
  return { name, classNames, images: { ...found, pixels, labels: classes }, notes: [] };
};
