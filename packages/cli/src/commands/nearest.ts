/**
 * `latent nearest`: the images whose codes lie nearest to that of an image.
 */
import { Command } from 'commander';
import { type Codes, encodeSets, nearestCodes } from 'latent-plane';
import { note, print, printJson } from '../console.ts';
import { withCounting } from '../counting.ts';
import { type Destination, outputFile } from '../files/destination.ts';
import { addForce, type Overwriting, requireFree, writeOutput } from '../files/output.ts';
import { oneOf, wholeNumber } from '../options.ts';
import { sheetPng, tileHeightOf } from '../pictures/sheet.ts';
import { tableLines } from '../tables.ts';
import {
  captionOf,
  classOf,
  imageAt,
  nameOf,
  PART_CHOICES,
  type PartChoice,
  type PartImage,
  partsOf,
  pixelsOf,
} from './image-parts.ts';
import { IMAGE_HELP, type ImageReference, imageReference, placeOf } from './image-reference.ts';
import {
  addModel,
  DATASET_FLAG,
  DATASET_HELP,
  type ModelFlags,
  openAutoencoder,
  readDataset,
  withModel,
} from './model-arguments.ts';

interface NearestFlags extends ModelFlags, Overwriting {
  readonly image: ImageReference;
  readonly count: number;
  readonly among: PartChoice;
  readonly dataset?: string;
  readonly out?: Destination;
  readonly json?: boolean;
}

interface Neighbour {
  readonly image: PartImage;
  /** Euclidean, code units. */
  readonly distance: number;
}

const TILE = 96;
const MOST_COLUMNS = 8;

const distanceTo = ({ values, size }: Codes, place: number, code: Float32Array): number => {
  let squares = 0;
  for (let d = 0; d < size; d++) squares += (values[place * size + d] - code[d]) ** 2;
  return Math.sqrt(squares);
};

const picture = async (id: string, asked: PartImage, found: readonly Neighbour[]): Promise<Uint8Array> => {
  const { pictureAddress } = await import('../pictures/render.ts');
  const tiles = [
    { image: pictureAddress(pixelsOf(asked)), caption: `${captionOf(asked)}\nthe image` },
    ...found.map(({ image, distance }) => ({
      image: pictureAddress(pixelsOf(image)),
      caption: `${captionOf(image)}\n${distance.toPrecision(3)}`,
    })),
  ];
  return sheetPng({
    title: `${id}: the nearest images of ${nameOf(asked)}`,
    subtitle: 'By the distance of their codes, code units.',
    columns: Math.min(MOST_COLUMNS, tiles.length),
    tileWidth: TILE,
    tileHeight: tileHeightOf(TILE, asked.part.set),
    tiles,
  });
};

const run = async (argument: string, flags: NearestFlags): Promise<void> => {
  const { image: reference, count, among, out, json = false, force } = flags;
  if (out !== undefined) await requireFree(out, { force });
  const { model, running } = await openAutoencoder(argument, flags, ['encoder']);
  const dataset = await readDataset(model, flags.dataset);
  const asked = imageAt(partsOf(dataset, 'all'), placeOf(dataset, reference));
  const parts = partsOf(dataset, among);
  const codes = await withCounting('encoding', 'images', (onProgress) =>
    encodeSets(
      running,
      parts.map(({ set }) => set),
      { onProgress },
    ),
  );
  const { values: code } = await encodeSets(running, [pixelsOf(asked)]);
  const isAsked = ({ part, index }: PartImage): boolean => part.part === asked.part.part && index === asked.index;
  const found = nearestCodes(
    codes,
    count + 1,
  )(code)
    .map((place): Neighbour => ({ image: imageAt(parts, place), distance: distanceTo(codes, place, code) }))
    .filter(({ image }) => !isAsked(image))
    .slice(0, count);
  if (out !== undefined) await writeOutput(out, await picture(model.id, asked, found), { force });
  if (json)
    printJson({
      model: argument,
      dataset: dataset.name,
      image: nameOf(asked),
      label: classOf(asked)?.label ?? null,
      nearest: found.map(({ image, distance }) => ({
        image: nameOf(image),
        part: image.part.part,
        index: image.index,
        label: classOf(image)?.label ?? null,
        distance,
      })),
      out: out ?? null,
    });
  else {
    const rows = found.map(({ image, distance }, i) => [
      String(i + 1),
      nameOf(image),
      classOf(image)?.name ?? '-',
      distance.toPrecision(4),
    ]);
    print(tableLines([['', 'IMAGE', 'CLASS', 'DISTANCE'], ...rows], ['right', 'left', 'left', 'right']).join('\n'));
  }
  if (out !== undefined) note(`${out}: the ${found.length} nearest images of ${nameOf(asked)}`);
};

/** The command `nearest`. */
export const nearestCommand = (): Command =>
  addForce(addModel(new Command('nearest')))
    .description('find the images whose codes are nearest to that of an image')
    .requiredOption('--image <n>', IMAGE_HELP, imageReference('--image'))
    .option('--count <n>', 'how many', wholeNumber('--count', { min: 1, max: 1000 }), 10)
    .option('--among <split>', 'images that are searched: train, test or all', oneOf('--among', PART_CHOICES), 'all')
    .option(DATASET_FLAG, DATASET_HELP)
    .option('--out <file>', 'a picture of them, ends in .png', outputFile('--out', ['.png']))
    .option('--json', 'one JSON document on standard output')
    .addHelpText(
      'after',
      `
Examples:
  npx latent nearest dense-1 --image test:3 --out near.png
  npx latent nearest runs/mine --image 12 --count 5 --among train --json

The distance is that of the codes, Euclidean (docs/using-codes.md).`,
    )
    .action(withModel(run));
