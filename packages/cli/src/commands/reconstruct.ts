/**
 * `latent reconstruct`: what an autoencoder makes of pictures, as pictures: of a denoising one, the pictures cleaned. Without
 * pictures a grid of images of a data set (`reconstruct-grid.ts`).
 */
import { extname, join } from 'node:path';
import { Command } from 'commander';
import {
  type ImageSet,
  LatentError,
  type Preprocessing,
  type ReconstructedImages,
  reconstructImages,
  takesAnySize,
} from 'latent-plane';
import {
  inputError,
  type NamedImage,
  pictureSize,
  preprocess,
  shapeWords,
  sidesWords,
  withFacts,
} from 'latent-plane/internal';
import { counted, note, print, printJson } from '../console.ts';
import { withCounting } from '../counting.ts';
import { openEachImage, readingProgressReporter } from '../data/index.ts';
import { outputPath } from '../files/destination.ts';
import { addForce } from '../files/output.ts';
import { requireFolder, writeFolder } from '../files/output-folder.ts';
import type { Model } from '../models/index.ts';
import { oneOf, wholeNumber } from '../options.ts';
import { pngBytes } from '../pictures/png-bytes.ts';
import { errorFigure, grouped, tableLines } from '../tables.ts';
import { COLUMNS_FLAG, GRID_ENDINGS, parseColumns, parseScale, SCALE_FLAG, SCALE_HELP } from './image-grids.ts';
import {
  addModelOptions,
  DATASET_FLAG,
  DATASET_HELP,
  drawingLabel,
  LABEL_FLAG,
  LABEL_HELP,
  MODEL_ARGUMENT,
  openAutoencoder,
  pairArgument,
  parseLabel,
} from './model-arguments.ts';
import { GRID_SPLITS, type GridFlags, reconstructGrid } from './reconstruct-grid.ts';

const BY = 'reconstruct';
/** Rows of the table that a person still reads. */
const MAX_ROWS = 20;

/** An image's reconstruction. */
interface Reconstructed extends Pick<ReconstructedImages, 'padding' | 'tiles'> {
  readonly name: string;
  readonly set: ImageSet;
  readonly error: number;
}

/** What becomes of pictures before the network: of one that takes any size all that its recipe says but the size. */
const preparation = ({ spec, config }: Model, anySize: boolean): Preprocessing => {
  const { size, ...rest }: Preprocessing = config?.recipe.preprocessing ?? { type: 'pad' };
  const { channels } = pictureSize(spec.inputShape, spec.id);
  return { ...rest, ...(anySize || !size ? {} : { size }), channels: channels === 1 ? 'grey' : 'colour' };
};

/** Images of one size, to go through a network together; numbers are those of the whole list. */
const bySize = (images: readonly NamedImage[]): readonly (readonly number[])[] => {
  const groups = new Map<string, number[]>();
  images.forEach(({ image }, i) => {
    const key = sidesWords(image);
    const group = groups.get(key);
    if (group) group.push(i);
    else groups.set(key, [i]);
  });
  return [...groups.values()];
};

const joined = (images: readonly ImageSet[]): ImageSet => {
  const [first] = images;
  if (images.length === 1) return first;
  const pixels = new Uint8Array(images.reduce((sum, image) => sum + image.pixels.length, 0));
  images.forEach((image, i) => {
    pixels.set(image.pixels, i * image.pixels.length);
  });
  const labels = Uint16Array.from(images, (image) => image.labels[0]);
  return { ...first, pixels, labels, count: images.length };
};

const PICTURE_ENDING = /\.(png|jpe?g|jfif|webp|gif|bmp|avif|tiff?)$/i;

/** Names of the files: those of the pictures, `.png` in place of their ending; behind it where two would have one name. */
const fileNames = (images: readonly NamedImage[]): readonly string[] => {
  const short = images.map(({ name }) => `${name.replace(PICTURE_ENDING, '')}.png`);
  const counts = new Map<string, number>();
  for (const name of short) counts.set(name.toLowerCase(), (counts.get(name.toLowerCase()) ?? 0) + 1);
  return short.map((name, i) =>
    (counts.get(name.toLowerCase()) ?? 0) > 1 && !/\.png$/i.test(images[i].name) ? `${images[i].name}.png` : name,
  );
};

/** Says where a network of grey images gets others. */
const noteChannels = (images: readonly NamedImage[], { channels }: Preprocessing): void => {
  const coloured = images.filter(({ image }) => image.channels === 3).length;
  if (channels === 'grey' && coloured > 0)
    note(`note: ${coloured} of ${images.length} are in colour and were taken in grey, as the network takes them`);
};

/** Says which pictures did not go through as they are. */
const noteLayouts = (made: readonly Reconstructed[]): void => {
  const padded = made.filter(({ padding: [rows, columns] }) => rows + columns > 0);
  if (padded.length > 0) {
    const most = (axis: 0 | 1): number => Math.max(...padded.map(({ padding }) => padding[axis]));
    note(
      `note: ${padded.length} of ${made.length} were extended by their edge for the network's strides, by up to ${counted(most(0), 'row')} below and ${counted(most(1), 'column')} at the right, and cut again`,
    );
  }
  const tiled = made.filter(({ tiles: [rows, columns] }) => rows * columns > 1).length;
  if (tiled > 0) note(`note: ${tiled} of ${made.length} went through the network in overlapping tiles, for their size`);
};

const reconstructPictures = async (argument: string, images: string, flags: GridFlags): Promise<void> => {
  const { out, label, json = false, force } = flags;
  const begin = performance.now();
  await requireFolder(out, { by: BY, names: [], force });
  const { model, running: opened } = await openAutoencoder(argument, flags);
  const anySize = takesAnySize(opened);
  const asked = preparation(model, anySize);
  const read = await openEachImage(images, readingProgressReporter());
  for (const text of read.notes) note(`note: ${text}`);
  noteChannels(read.images, asked);
  const running = read.isLabelled ? opened : drawingLabel(argument, opened, label);
  const taken = read.images.map(({ name, image }): NamedImage => ({ name, image: preprocess(image, asked) }));
  const all = taken.length;
  const made = await withCounting('reconstructing', 'images', async (onProgress) => {
    const results = new Array<Reconstructed>(all);
    let done = 0;
    for (const group of bySize(taken)) {
      const set = joined(group.map((i) => taken[i].image));
      const {
        errors,
        padding,
        tiles,
        images: drawn,
      } = await reconstructImages(running, set, {
        onProgress: (some) => onProgress(done + some, all),
        ...(read.isLabelled ? { labels: set.labels } : {}),
      }).catch((error: unknown): never => {
        if (!(error instanceof LatentError) || error.code !== 'shape-mismatch') throw error;
        const { height, width } = pictureSize(model.spec.inputShape, model.id);
        throw withFacts(error, {
          at: { subject: taken[group[0]].name },
          ...(read.isResized && !images.includes('#')
            ? { hint: `bring them to that size: ${images}#size=${height}x${width},fit=pad` }
            : {}),
        });
      });
      done += group.length;
      const size = drawn.pixels.length / group.length;
      group.forEach((index, i) => {
        const pixels = drawn.pixels.subarray(i * size, (i + 1) * size);
        const { name } = taken[index];
        results[index] = { name, set: { ...drawn, pixels, count: 1 }, error: errors[i], padding, tiles };
      });
    }
    return results;
  });
  const names = fileNames(read.images);
  const files = new Map(made.map(({ set }, i) => [names[i], pngBytes(set)]));
  await writeFolder(out, { by: BY, files, force });
  const mse = made.reduce((sum, { error }) => sum + error, 0) / all;
  noteLayouts(made);
  if (json) {
    printJson({
      model: argument,
      images: made.map(({ name, set: { height, width }, error, padding, tiles }, i) => ({
        image: name,
        file: join(out, names[i]),
        height,
        width,
        mse: error,
        padding,
        tiles,
      })),
      mse,
      out,
      seconds: Math.round(performance.now() - begin) / 1000,
    });
    return;
  }
  const rows = made.slice(0, MAX_ROWS).map(({ set, error }, i) => [names[i], shapeWords(set), errorFigure(error)]);
  print(tableLines([['FILE', 'SIZE', 'MSE'], ...rows], ['left', 'left', 'right']).join('\n'));
  if (all > MAX_ROWS) print(`and ${grouped(all - MAX_ROWS)} more`);
  print(`\n${out}: ${counted(all, 'picture')}, mean squared error against the input ${errorFigure(mse)}`);
};

/** Of a grid alone. */
const GRID_OPTIONS = ['dataset', 'split', 'count', 'seed', 'columns', 'scale'] as const;

/** @throws LatentError (input) `arguments` where pictures and a grid are asked for together. */
const requireOneForm = (images: string | undefined, flags: GridFlags): void => {
  const isFile = GRID_ENDINGS.includes(extname(flags.out).toLowerCase());
  const option = GRID_OPTIONS.find((name) => flags[name] !== undefined);
  if (images !== undefined && option !== undefined)
    throw inputError('arguments', {
      at: { option: `--${option}` },
      expected: 'no images on the command line',
      got: `"${images}"`,
      hint: 'leave them out for a grid of a data set, or leave the option out',
    });
  if (images !== undefined && isFile)
    throw inputError('file-type', {
      at: { option: `--out ${flags.out}` },
      expected: 'a folder, which gets a picture for each image',
      got: 'a file',
      hint: 'name a folder, or leave the images out for a grid of a data set',
    });
  if (images === undefined && !isFile)
    throw inputError('file-type', {
      at: { option: `--out ${flags.out}` },
      expected: `a file that ends in ${GRID_ENDINGS.join(' or ')}, where no images are named`,
      got: 'a folder',
      hint: 'name a file for a grid of a data set, or the images',
    });
};

/** Model files, which no images are in. */
const MODEL_FILE = /\.(keras|h5|hdf5|onnx|pt|pth|ckpt|safetensors)$/i;

/** @throws LatentError (input) `arguments` for more than one file of images. */
const run = async (model: string, given: readonly string[], flags: GridFlags): Promise<void> => {
  const [first] = given;
  const hasDecoder = first !== undefined && MODEL_FILE.test(first);
  const [images, more] = hasDecoder ? given.slice(1) : given;
  if (more !== undefined)
    throw inputError('arguments', {
      expected: 'one picture, folder or file of images',
      got: `"${images}" and "${more}"`,
      hint: 'put the pictures into one folder',
    });
  const argument = pairArgument(model, hasDecoder ? first : undefined);
  requireOneForm(images, flags);
  await (images === undefined ? reconstructGrid(argument, flags) : reconstructPictures(argument, images, flags));
};

/** The command `reconstruct`. */
export const reconstructCommand = (): Command =>
  addForce(addModelOptions(new Command(BY)))
    .description('write what an autoencoder makes of pictures, as pictures')
    .argument('<model>', MODEL_ARGUMENT)
    .argument(
      '[images...]',
      'a picture, a folder or zip of pictures, or another file of images; without, a grid of images of the data set; before it the file of the decoder, where the model is an encoder alone',
    )
    .requiredOption(
      '--out <path>',
      'a folder, which gets a PNG for each image, under its name; of a grid a file that ends in .png or .npy',
      outputPath('--out', GRID_ENDINGS),
    )
    .option(DATASET_FLAG, `of a grid: ${DATASET_HELP}`)
    .option('--split <part>', 'of a grid: train or test (default: test)', oneOf('--split', GRID_SPLITS))
    .option('--count <n>', 'of a grid: how many images (default: 32)', wholeNumber('--count', { min: 1, max: 10_000 }))
    .option('--seed <n>', 'of a grid: which images (default: 1)', wholeNumber('--seed', { min: 0 }))
    .option(COLUMNS_FLAG, 'of a grid: images side by side (default: 8)', parseColumns)
    .option(SCALE_FLAG, `of a grid: ${SCALE_HELP}`, parseScale)
    .option(LABEL_FLAG, LABEL_HELP, parseLabel)
    .option('--json', 'one JSON document on standard output')
    .addHelpText(
      'after',
      `
Examples:
  npx latent reconstruct runs/denoise scans --out cleaned
  npx latent reconstruct dense-1 'digits.png#size=28x28' --out drawn
  npx latent reconstruct dense-1 --out grid.png

A network whose layers follow any size (convolutions, pooling, upsampling) is
applied to each picture at the picture's own size, a large one in overlapping
tiles; any other takes its own size alone, to which its recipe or #size=HxW
brings the pictures. The error is the mean over pixels of the squared
difference to the picture, pixels 0 to 1 (docs/denoising.md). A grid has images
drawn by a seed, each above its reconstruction; .npy: bytes
[2, images, height, width], those of images in colour with a last axis of 3.`,
    )
    .action(run);
