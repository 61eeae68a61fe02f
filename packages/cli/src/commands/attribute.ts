/**
 * `latent attribute`: an image along a direction between codes: `A + t (mean(plus) - mean(minus))`.
 */
import { Command } from 'commander';
import { codeDirection, codesAlong, type Dataset, decodedImages, encodeSets } from 'latent-plane';
import { inputError, isLabelled } from 'latent-plane/internal';
import { note, printJson } from '../console.ts';
import { type Destination, outputFile } from '../files/destination.ts';
import { addForce, type Overwriting, requireFree, writeOutput } from '../files/output.ts';
import { finiteNumber, wholeNumber } from '../options.ts';
import { sheetPng, tileHeightOf } from '../pictures/sheet.ts';
import { CODE_HELP, type CodeReference, codeOf, codeReferences, referenceWords } from './code-reference.ts';
import { GRID_ENDINGS, imagesNpy, isArrayFile } from './image-grids.ts';
import { captionOf, imageAt, partsOf } from './image-parts.ts';
import { IMAGE_HELP, type ImageReference, imageOf, imageReference, placeOf } from './image-reference.ts';
import {
  addModel,
  DATASET_FLAG,
  DATASET_HELP,
  drawingLabel,
  LABEL_FLAG,
  LABEL_HELP,
  type ModelFlags,
  openAutoencoder,
  parseLabel,
  readDataset,
  withModel,
} from './model-arguments.ts';

interface AttributeFlags extends ModelFlags, Overwriting {
  readonly image: ImageReference;
  readonly plus?: readonly CodeReference[];
  readonly minus?: readonly CodeReference[];
  readonly steps: number;
  readonly scale: number;
  readonly dataset?: string;
  readonly label?: number;
  readonly out: Destination;
  readonly json?: boolean;
}

const TILE = 96;
const MOST_COLUMNS = 10;

/** @throws LatentError (input) `arguments` where nothing says where to. */
const requireDirection = ({ plus = [], minus = [] }: AttributeFlags): void => {
  if (plus.length + minus.length > 0) return;
  throw inputError('arguments', {
    at: { option: '--plus' },
    expected: 'what to go towards, or with --minus away from',
    got: 'neither',
    hint: 'for example --plus class:1 --minus class:0',
  });
};

const directionWords = ({ plus = [], minus = [] }: AttributeFlags, dataset: Dataset): string => {
  const listed = (references: readonly CodeReference[]): string =>
    references.map((reference) => referenceWords(reference, dataset)).join(' and ');
  return [
    ...(plus.length > 0 ? [`towards ${listed(plus)}`] : []),
    ...(minus.length > 0 ? [`away from ${listed(minus)}`] : []),
  ].join(', ');
};

/** From 0 to `scale`, both included. */
const stepsTo = (scale: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => (scale * i) / (count - 1));

const run = async (argument: string, flags: AttributeFlags): Promise<void> => {
  const { image, plus = [], minus = [], steps: count, scale, out, json = false, force } = flags;
  requireDirection(flags);
  await requireFree(out, { force });
  const { model, spec, running } = await openAutoencoder(argument, flags);
  const dataset = await readDataset(model, flags.dataset);
  const first = imageOf(dataset, image);
  const own = spec.label && isLabelled(dataset) ? first.labels[0] : undefined;
  const drawing = drawingLabel(argument, running, flags.label ?? own);
  const codesOf = (references: readonly CodeReference[]): Promise<readonly Float32Array[]> =>
    Promise.all(references.map((reference) => codeOf(running, dataset, reference)));
  const direction = codeDirection(await codesOf(plus), await codesOf(minus));
  if (direction.every((value) => value === 0) || scale === 0)
    note('note: nothing is added: the direction, or how much of it, is zero');
  const steps = stepsTo(scale, count);
  const base = (await encodeSets(running, [first])).values;
  const images = await decodedImages(drawing, codesAlong(base, direction, steps));
  const words = directionWords(flags, dataset);
  if (isArrayFile(out)) await writeOutput(out, imagesNpy(images, [count]), { force });
  else {
    const { pictureAddress } = await import('../pictures/render.ts');
    const size = images.pixels.length / count;
    const shown = imageAt(partsOf(dataset, 'all'), placeOf(dataset, image));
    const png = await sheetPng({
      title: `${model.id}: ${words}`,
      subtitle: 'The image itself, then its code and what is added of the direction.',
      columns: Math.min(MOST_COLUMNS, count + 1),
      tileWidth: TILE,
      tileHeight: tileHeightOf(TILE, images),
      tiles: [
        { image: pictureAddress(first), caption: captionOf(shown) },
        ...steps.map((t, i) => ({
          image: pictureAddress({ ...images, pixels: images.pixels.subarray(i * size, (i + 1) * size) }),
          caption: i === 0 ? 'reconstruction' : `${t < 0 ? '−' : '+'} ${Number(Math.abs(t).toFixed(3))}`,
        })),
      ],
    });
    await writeOutput(out, png, { force });
  }
  if (json)
    printJson({
      model: argument,
      dataset: dataset.name,
      image: image.text,
      plus: plus.map(({ text }) => text),
      minus: minus.map(({ text }) => text),
      steps,
      direction: Array.from(direction),
      length: Math.hypot(...direction),
      out,
    });
  note(`${out}: image ${image.text} in ${count} steps ${words}`);
};

/** The command `attribute`. */
export const attributeCommand = (): Command =>
  addForce(addModel(new Command('attribute')))
    .description('draw an image along the difference of others, or of classes')
    .requiredOption('--image <n>', `where to begin: ${IMAGE_HELP}`, imageReference('--image'))
    .option('--plus <code>', `to go towards: ${CODE_HELP}; may be repeated`, codeReferences('--plus'))
    .option('--minus <code>', 'to go away from, likewise', codeReferences('--minus'))
    .option('--steps <n>', 'images drawn', wholeNumber('--steps', { min: 2, max: 1000 }), 9)
    .option('--scale <t>', 'how much of the direction the last has', finiteNumber('--scale', 1000), 1)
    .option(DATASET_FLAG, DATASET_HELP)
    .option(LABEL_FLAG, LABEL_HELP, parseLabel)
    .requiredOption('--out <file>', 'ends in .png or .npy', outputFile('--out', GRID_ENDINGS))
    .option('--json', 'one JSON document on standard output')
    .addHelpText(
      'after',
      `
Examples:
  npx latent attribute dense-1 --image test:3 --plus class:1 --out way.png
  npx latent attribute runs/mine --image 5 --minus 12 --plus 40 --out sum.npy

Drawn is A + t (mean of plus - mean of minus), t from 0 to the scale: the second
example ends at image 5 - image 12 + image 40 (docs/using-codes.md). .npy: bytes
[steps, height, width], in colour with a last axis of 3.`,
    )
    .action(withModel(run));
