/**
 * `latent reconstruct` without pictures: images of a data set, each above its reconstruction, in one picture or array.
 */
import { type Dataset, type ImageSet, reconstructImages, takeImages } from 'latent-plane';
import { inputError, isLabelled, RandomStream } from 'latent-plane/internal';
import { note, printJson } from '../console.ts';
import { withCounting } from '../counting.ts';
import type { Destination } from '../files/destination.ts';
import { type Overwriting, requireFree, writeOutput } from '../files/output.ts';
import { errorFigure, grouped } from '../tables.ts';
import { gridPng, imagesNpy, isArrayFile } from './image-grids.ts';
import { drawingLabel, type ModelFlags, openAutoencoder, readDataset } from './model-arguments.ts';

export const GRID_SPLITS = ['train', 'test'] as const;

export interface GridFlags extends ModelFlags, Overwriting {
  readonly out: Destination;
  readonly dataset?: string;
  readonly split?: (typeof GRID_SPLITS)[number];
  readonly count?: number;
  readonly seed?: number;
  readonly columns?: number;
  readonly scale?: number;
  readonly label?: number;
  readonly json?: boolean;
}

const COUNT = 32;
const SEED = 1;
const MOST_COLUMNS = 8;

/** The part that images are taken of: where nobody says it, the test images, or where there are none the others. */
const partOf = (dataset: Dataset, split: GridFlags['split']): { readonly set: ImageSet; readonly of: string } => {
  const part = split ?? (dataset.test.count > 0 ? 'test' : 'train');
  const set = dataset[part];
  if (set.count === 0)
    throw inputError('empty-data', {
      at: { option: `--split ${part}` },
      problem: 'this part holds no image',
      hint: 'take another',
    });
  return { set, of: part === 'test' ? 'test images' : 'training images' };
};

/** Places of images and below each its reconstruction, in a grid whose last rows may not be full. */
export const pairedPlaces = (count: number, columns: number): readonly number[] => {
  const above = Array.from({ length: count }, (_, i) => 2 * columns * Math.floor(i / columns) + (i % columns));
  return [...above, ...above.map((place) => place + columns)];
};

const joinedPixels = (first: ImageSet, second: ImageSet): ImageSet => {
  const pixels = new Uint8Array(first.pixels.length + second.pixels.length);
  pixels.set(first.pixels);
  pixels.set(second.pixels, first.pixels.length);
  return { ...first, pixels, count: first.count + second.count };
};

/** Writes the grid. */
export const reconstructGrid = async (argument: string, flags: GridFlags): Promise<void> => {
  const { out, count = COUNT, seed = SEED, label, json = false, force } = flags;
  await requireFree(out, { force });
  const { model, running: opened } = await openAutoencoder(argument, flags);
  const dataset = await readDataset(model, flags.dataset);
  const running = isLabelled(dataset) ? opened : drawingLabel(argument, opened, label);
  const { set, of } = partOf(dataset, flags.split);
  const numbers = new RandomStream(seed, 'shown-images').permutation(set.count).slice(0, count);
  const images = takeImages(set, numbers);
  const { images: made, errors } = await withCounting('reconstructing', 'images', (onProgress) =>
    reconstructImages(running, images, { onProgress, ...(isLabelled(dataset) ? { labels: images.labels } : {}) }),
  );
  const both = joinedPixels(images, made);
  const columns = flags.columns ?? Math.min(MOST_COLUMNS, images.count);
  const bytes = isArrayFile(out)
    ? imagesNpy(both, [2, images.count])
    : gridPng(both, {
        columns,
        scale: flags.scale,
        rowsTogether: 2,
        places: pairedPlaces(images.count, columns),
      });
  await writeOutput(out, bytes, { force });
  const mse = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  if (json)
    printJson({
      model: argument,
      dataset: dataset.name,
      out,
      seed,
      images: Array.from(numbers, (index, i) => ({
        part: set === dataset.test ? 'test' : 'train',
        index,
        mse: errors[i],
      })),
      mse,
    });
  note(
    `${out}: ${grouped(images.count)} of ${grouped(set.count)} ${of} of ${dataset.name} (seed ${seed}), each above its reconstruction, mean squared error ${errorFigure(mse)}`,
  );
};
