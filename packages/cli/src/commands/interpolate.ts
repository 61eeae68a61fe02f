/**
 * `latent interpolate`: the way from one code to another, decoded: a row of images, a moving picture, or arrays.
 */
import { extname } from 'node:path';
import { Command } from 'commander';
import {
  type Dataset,
  decodeCodes,
  encodeNpy,
  enlarge,
  gridOfImages,
  PATH_KINDS,
  type PathKind,
  pathCodes,
  type RunnableModel,
} from 'latent-plane';
import { codeSizeOf, lacksArc, pictureSize } from 'latent-plane/internal';
import { counted, note, printJson } from '../console.ts';
import { type Destination, outputFile } from '../files/destination.ts';
import { addForce, type Overwriting, requireFree, writeOutput } from '../files/output.ts';
import { oneOf, wholeNumber } from '../options.ts';
import type { ImageGrid } from '../pictures/image-grid.ts';
import { imagesOf } from '../pictures/images.ts';
import { codeArgument, requireCodeSize } from './code-argument.ts';
import { drawingLabelOf, type EncodedImage, encodedImages } from './image-codes.ts';
import { type ImageReference, imageReference, isImageReference } from './image-reference.ts';
import {
  addModel,
  DATASET_FLAG,
  DATASET_HELP,
  LABEL_FLAG,
  LABEL_HELP,
  type ModelFlags,
  openAutoencoder,
  parseLabel,
  readDataset,
  withModel,
} from './model-arguments.ts';

/** Where a way begins, passes or ends: an image, or a code. */
type Stop = { readonly image: ImageReference } | { readonly option: string; readonly code: readonly number[] };

interface InterpolateFlags extends ModelFlags, Overwriting {
  readonly from: Stop;
  readonly to: Stop;
  readonly via?: readonly Stop[];
  readonly dataset?: string;
  readonly steps: number;
  readonly along: PathKind;
  readonly delay: number;
  readonly label?: number;
  readonly out: Destination;
  readonly codes?: Destination;
  readonly json?: boolean;
}

/** A stop with its code, and of an image its pixels. */
interface PlacedStop {
  readonly name: string;
  readonly code: ArrayLike<number>;
  readonly image: EncodedImage | undefined;
}

const [MOST_STEPS, GIF_SIDE, HELD] = [1000, 280, 6];
/** Images of a row of the picture; a longer way goes on in the next one. */
const COLUMNS = 16;
/** Longer codes are told by a word. */
const NAMED_NUMBERS = 3;

/** A parser of an image as in `12`, or of a code as in `0.3,0.7`. */
const stopArgument =
  (option: string) =>
  (text: string): Stop =>
    isImageReference(text)
      ? { image: imageReference(option)(text) }
      : { option, code: codeArgument(option, 'an image as in 12 or test:8, or a code as in 0.3,0.7')(text) };

const nameOf = (stop: Stop): string => {
  if ('image' in stop) return `image ${stop.image.text.trim()}`;
  return stop.code.length <= NAMED_NUMBERS ? `code ${stop.code.join(',')}` : 'a code';
};

/** Stops with their codes, in order. */
const placed = async (
  running: RunnableModel,
  dataset: Dataset | null,
  stops: readonly Stop[],
): Promise<readonly PlacedStop[]> => {
  const wanted = stops.flatMap((stop) => ('image' in stop ? [stop.image] : []));
  const encoded = dataset === null ? [] : await encodedImages(running, dataset, wanted);
  return stops.map((stop): PlacedStop => {
    const image = 'image' in stop ? encoded.find(({ reference }) => reference === stop.image) : undefined;
    return { name: nameOf(stop), code: 'code' in stop ? stop.code : (image?.code ?? []), image };
  });
};

/** The whole way `[legs * (steps - 1) + 1, size]`: where one leg ends, the next one begins. */
const wayThrough = (stops: readonly PlacedStop[], steps: number, along: PathKind): Float32Array => {
  const size = stops[0].code.length;
  if (along === 'sphere' && stops.slice(1).some((stop, i) => lacksArc(stops[i].code, stop.code)))
    note('note: between opposite codes, or from zero, no way along the sphere is the shortest: it goes straight there');
  const legs = stops.slice(1).map((stop, i) => pathCodes(stops[i].code, stop.code, steps, along));
  const codes = new Float32Array((legs.length * (steps - 1) + 1) * size);
  legs.forEach((leg, i) => {
    codes.set(leg, i * (steps - 1) * size);
  });
  return codes;
};

const distanceOf = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.hypot(...Array.from(a, (value, d) => value - b[d]));

const figure = (value: number): string => String(Number(value.toPrecision(3)));

type Cell = Uint8Array | null;

/** A leg as rows of the picture: the input before its first image and behind its last one, where the ends are images. */
const rowsOfLeg = (
  [from, to]: readonly [PlacedStop, PlacedStop],
  images: readonly Uint8Array[],
  columns: number,
  withInputs: boolean,
): readonly { readonly cells: readonly Cell[]; readonly words: readonly [string, string] }[] => {
  const pieces = Array.from({ length: Math.ceil(images.length / columns) }, (_, i) =>
    images.slice(i * columns, (i + 1) * columns),
  );
  const inputOf = ({ image }: PlacedStop): Cell => image?.set.pixels ?? null;
  return pieces.map((piece, i) => {
    const before = i === 0 ? inputOf(from) : null;
    const behind = i === pieces.length - 1 ? inputOf(to) : null;
    const cells = withInputs ? [before, ...piece, behind] : piece;
    const width = columns + (withInputs ? 2 : 0);
    const filled = [...cells, ...new Array<null>(width - cells.length).fill(null)];
    return { cells: filled, words: i === 0 ? [from.name, `to ${to.name}`] : ['', ''] };
  });
};

const gridOf = (
  id: string,
  tile: ImageGrid['tile'],
  stops: readonly PlacedStop[],
  drawn: readonly Uint8Array[],
  { steps, along }: InterpolateFlags,
): ImageGrid => {
  const withInputs = stops.some(({ image }) => image !== undefined);
  const columns = Math.min(steps, COLUMNS);
  const rows = stops
    .slice(1)
    .flatMap((to, i) =>
      rowsOfLeg([stops[i], to], drawn.slice(i * (steps - 1), i * (steps - 1) + steps), columns, withInputs),
    );
  const shares = Array.from({ length: columns }, (_, i) => (steps > columns ? '' : figure(i / (steps - 1))));
  const inputs = steps > columns ? '' : 'input';
  const [first, last] = [stops[0], stops[stops.length - 1]];
  const length = stops.slice(1).reduce((sum, to, i) => sum + distanceOf(stops[i].code, to.code), 0);
  return {
    title: `${id}: from ${first.name} to ${last.name}, ${figure(length)} apart${stops.length > 2 ? ' along the way' : ''}`,
    subtitle: `Images decoded ${along === 'sphere' ? 'along the sphere' : 'on the straight line'} between the codes, ${steps} from stop to stop${withInputs ? '; before the first and behind the last the images themselves' : ''}.`,
    images: rows.flatMap(({ cells }) => cells),
    tile,
    rows: rows.map(({ words }) => words),
    columns: withInputs ? [inputs, ...shares, inputs] : shares,
  };
};

const gifOf = async (drawn: readonly Uint8Array[], tile: ImageGrid['tile'], delay: number): Promise<Uint8Array> => {
  const { gifBytes } = await import('../pictures/render.ts');
  const scale = Math.max(1, Math.round(GIF_SIDE / tile.width));
  const frames = drawn.map((image) => {
    const { width, height, channels, pixels } = enlarge(gridOfImages([image], tile, { columns: 1 }), scale);
    const rgba = new Uint8Array(4 * width * height).fill(255);
    for (let i = 0; i < width * height; i++)
      for (let c = 0; c < 3; c++) rgba[4 * i + c] = pixels[channels * i + (channels === 3 ? c : 0)];
    return { width, height, pixels: rgba };
  });
  return gifBytes(frames, { delayMs: delay, holdMs: HELD * delay });
};

const run = async (argument: string, flags: InterpolateFlags): Promise<void> => {
  const { from, to, via = [], out, codes: codesOut, steps, along, label, force, json } = flags;
  const begin = performance.now();
  const stops = [from, ...via, to];
  for (const path of codesOut ? [out, codesOut] : [out]) await requireFree(path, { force });
  const { model, running } = await openAutoencoder(argument, flags);
  const size = codeSizeOf(running);
  for (const stop of stops) if ('code' in stop) requireCodeSize(stop.option, stop.code, size, argument);
  const tile = pictureSize(model.spec.inputShape, model.id);
  const dataset = stops.some((stop) => 'image' in stop) ? await readDataset(model, flags.dataset) : null;
  const places = await placed(running, dataset, stops);
  const codes = wayThrough(places, steps, along);
  const count = codes.length / size;
  const drawing = drawingLabelOf(argument, running, label, dataset, places.find(({ image }) => image)?.image);
  const values = await decodeCodes(drawing, codes);
  const drawn = imagesOf(values, count);
  const extension = extname(out).toLowerCase();
  const content = async (): Promise<Uint8Array | string> => {
    if (extension === '.npy') return encodeNpy({ dims: [count, tile.height, tile.width, tile.channels], data: values });
    if (extension === '.gif') return gifOf(drawn, tile, flags.delay);
    const { imageGridFile } = await import('../pictures/image-grid.ts');
    return imageGridFile(gridOf(model.id, tile, places, drawn, flags), extension);
  };
  await writeOutput(out, await content(), { force });
  if (codesOut) await writeOutput(codesOut, encodeNpy({ dims: [count, size], data: codes }), { force });
  if (json)
    printJson({
      model: argument,
      dataset: dataset?.name ?? null,
      stops: places.map(({ code, image }) => ({ image: image?.reference.text ?? null, code: Array.from(code) })),
      along,
      steps,
      images: count,
      files: codesOut ? [out, codesOut] : [out],
      seconds: Math.round(performance.now() - begin) / 1000,
    });
  note(`${out}: ${counted(count, 'image')} along the way`);
  if (codesOut) note(`${codesOut}: their codes`);
};

/** The command `interpolate`. */
export const interpolateCommand = (): Command =>
  addForce(addModel(new Command('interpolate')))
    .description('draw the images on the way from one code to another')
    .requiredOption('--from <stop>', 'an image as in 12 or test:8, or a code as in 0.3,0.7', stopArgument('--from'))
    .requiredOption('--to <stop>', 'the same', stopArgument('--to'))
    .option(
      '--via <stop>',
      'a stop between, repeat it for several in order',
      (text: string, list: readonly Stop[] = []) => [...list, stopArgument('--via')(text)],
    )
    .option(DATASET_FLAG, DATASET_HELP)
    .option(
      '--steps <n>',
      'images from stop to stop, both included',
      wholeNumber('--steps', { min: 2, max: MOST_STEPS }),
      11,
    )
    .option(
      '--along <kind>',
      'straight, or sphere: by equal angles around zero',
      oneOf('--along', PATH_KINDS),
      'straight',
    )
    .option(
      '--delay <ms>',
      'milliseconds for each image of a .gif',
      wholeNumber('--delay', { min: 20, max: 60_000 }),
      100,
    )
    .option(LABEL_FLAG, LABEL_HELP, parseLabel)
    .requiredOption(
      '--out <file>',
      'ends in .png, .svg or .gif, or in .npy for the images',
      outputFile('--out', ['.png', '.svg', '.gif', '.npy']),
    )
    .option('--codes <file>', 'their codes as well, ends in .npy', outputFile('--codes', ['.npy']))
    .option('--json', 'one JSON document on standard output')
    .addHelpText(
      'after',
      `
Examples:
  npx latent interpolate dense-1 --from 3 --to test:8 --out way.png
  npx latent interpolate runs/vae20 --from 3 --via 5 --to 7 --out way.gif
  npx latent interpolate runs/vae20 --from 3 --to 7 --along sphere --out arc.png
  npx latent interpolate dense-1 --from 0.1,0.2 --to=-1,0.9 --out way.npy

Images are numbered from 0, training images first, as encode counts them. A code
of one number has a point, as in 12.0: 12 is an image. Codes of many numbers of
a Gaussian lie near a sphere, whose inside the straight line crosses.
.npy: images float32 [images, height, width, channels], codes float32 [images,
numbers of a code] (docs/codes.md).`,
    )
    .action(withModel(run));
