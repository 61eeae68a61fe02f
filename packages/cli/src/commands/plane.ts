/**
 * `latent plane`: a model's plane as pictures: decoded on a mesh, read by a classifier, and where the images lie.
 */
import { extname, join } from 'node:path';
import { Command } from 'commander';
import {
  axesPlane,
  type Codes,
  codeLine,
  codesOfPlane,
  type Dataset,
  distancesToPlane,
  encodeNpy,
  encodeSets,
  meshCodes,
  mosaic,
  type Picture,
  type PlaneBounds,
  pointsOfCodes,
  type RunnableModel,
} from 'latent-plane';
import type { Figure } from 'latent-plane/charts';
import { codeSizeOf, inputError, isCodeSpace, isLine, PLANE_DIMENSIONS } from 'latent-plane/internal';
import { note, printJson } from '../console.ts';
import { withCounting } from '../counting.ts';
import { type Destination, outputFile, outputPath } from '../files/destination.ts';
import { addForce, type Overwriting, requireFree, writeOutput } from '../files/output.ts';
import { requireFolder, writeFolder } from '../files/output-folder.ts';
import { classifierFor } from '../models/classifiers.ts';
import { wholeNumber } from '../options.ts';
import { pngBytes } from '../pictures/png-bytes.ts';
import { isDecoderAlone, notePrior, PRIOR_BOUNDS } from './decoder-alone.ts';
import {
  addModel,
  CLASSIFIER_FLAG,
  CLASSIFIER_HELP,
  DATASET_FLAG,
  DATASET_HELP,
  drawingLabel,
  LABEL_FLAG,
  LABEL_HELP,
  type ModelFlags,
  NO_CLASS_MAP,
  openAutoencoder,
  parseLabel,
  readDataset,
  withModel,
} from './model-arguments.ts';
import {
  addBoundsOptions,
  addPlaneOptions,
  type BoundsFlags,
  type ChosenPlane,
  choosePlane,
  chosenBounds,
  frameWords,
  noteClumped,
  type PlaneFlags,
  planeFacts,
  requireChoice,
  requireOnePlane,
} from './plane-choice.ts';

interface Flags extends ModelFlags, Overwriting, PlaneFlags, BoundsFlags {
  readonly dataset?: string;
  readonly classifier?: string;
  readonly size: number;
  readonly fieldSize: number;
  readonly label?: number;
  readonly out?: Destination;
  readonly json?: boolean;
}

type Files = Map<string, Uint8Array | string>;

/** A quarter of a million images of a thousand pixels: about what viewers still open. */
const MAX_SIZE = 500;

/** Past this a class map has more points than a screen has pixels. */
const MAX_FIELD = 2000;

/** Pixels for a unit: 912 x 980, which a class map of 400 points a side fills. */
const SCALE = 1.5;

/** Extensions that a person would expect another format from. */
const OTHER_FORMATS = ['.svg', '.jpg', '.jpeg', '.gif', '.webp', '.npy', '.csv', '.pdf', '.html', '.json'];

/** Most images in a row of those along a line. */
const LINE_COLUMNS = 20;
/** Pixels between two images along a line, whose rows follow each other like those of a text. */
const LINE_SPACING = 2;

/** Numbers in a file of codes: a gigabyte. */
const MOST_CODES = 2 ** 28;

/** Where the output goes. */
interface Target {
  readonly out: Destination;
  /** The points, and the codes, beside a picture that was asked for by name; null for a folder with all pictures. */
  readonly beside: readonly Destination[] | null;
}

const BY = 'plane';
const OUT = outputPath('--out', ['.png']);

/** The mesh as one picture, where a picture was asked for by name; a folder with all pictures otherwise. */
const targetOf = (out: Destination): Target => {
  const extension = extname(out).toLowerCase();
  if (extension === '.png') {
    const name = out.slice(0, -extension.length);
    return { out, beside: [`${name}.npy`, `${name}-codes.npy`].map(outputFile('--out', ['.npy'])) };
  }
  if (OTHER_FORMATS.includes(extension))
    throw inputError('file-type', {
      at: { option: `--out ${out}` },
      expected: 'a folder or a file that ends in .png',
      got: `"${extension}"`,
    });
  return { out, beside: null };
};

/** Before the work, as far as names are known by then: what is in the way. */
const requireTarget = async ({ out, beside }: Target, overwriting: Overwriting): Promise<void> => {
  if (beside === null)
    return requireFolder(out, {
      by: BY,
      names: ['mesh.png', 'mesh.npy', 'scatter.png', 'scatter.svg'],
      ...overwriting,
    });
  for (const path of [out, beside[0]]) await requireFree(path, overwriting);
};

/** Writes what was drawn. @returns the paths. */
const writeTarget = async ({ out, beside }: Target, files: Files, overwriting: Overwriting): Promise<string[]> => {
  if (beside === null) {
    await writeFolder(out, { by: BY, files, ...overwriting });
    return [...files.keys()].map((name) => join(out, name));
  }
  const places = [out, ...beside].slice(0, files.size);
  for (const path of places) await requireFree(path, overwriting);
  for (const [i, content] of [...files.values()].entries()) await writeOutput(places[i], content, overwriting);
  return places;
};

const addFigure = async (files: Files, name: string, figure: Figure): Promise<void> => {
  const { figurePng, figureSvg } = await import('../pictures/render.ts');
  files.set(`${name}.png`, await figurePng(figure, SCALE));
  files.set(`${name}.svg`, figureSvg(figure));
};

/** Decoded images over a part of a plane, with where they lie. */
interface Mesh {
  readonly picture: Picture;
  readonly files: Files;
}

/** Along a line: rows of images that follow each other. */
const drawLine = async (running: RunnableModel, { plane }: ChosenPlane, bounds: PlaneBounds, size: number) => {
  const points = meshCodes({ min: bounds.min, max: bounds.max }, size).subarray(0, 2 * size);
  const columns = Math.ceil(size / Math.ceil(size / LINE_COLUMNS));
  const spacing = size > columns ? LINE_SPACING : 0;
  const picture = await mosaic(running, points, { columns, spacing, plane });
  return { picture, points: encodeNpy({ dims: [size, 1], data: codesOfPlane(plane, points) }) };
};

const drawMesh = async (
  running: RunnableModel,
  chosen: ChosenPlane,
  bounds: PlaneBounds,
  size: number,
): Promise<Mesh> => {
  const { plane } = chosen;
  if (isLine(plane)) {
    const { picture, points } = await drawLine(running, chosen, bounds, size);
    return {
      picture,
      files: new Map([
        ['mesh.png', pngBytes(picture)],
        ['mesh.npy', points],
      ]),
    };
  }
  const points = meshCodes(bounds, size);
  const picture = await mosaic(running, points, { columns: size, plane });
  const files: Files = new Map([
    ['mesh.png', pngBytes(picture)],
    ['mesh.npy', encodeNpy({ dims: [size, size, 2], data: points })],
  ]);
  const numbers = plane.origin.length;
  if (isCodeSpace(plane)) return { picture, files };
  if (size * size * numbers <= MOST_CODES)
    files.set('mesh-codes.npy', encodeNpy({ dims: [size, size, numbers], data: codesOfPlane(plane, points) }));
  else
    note(
      'note: the codes of the mesh would take more than a gigabyte; --json tells the plane that makes them of its points',
    );
  return { picture, files };
};

interface Drawn {
  readonly id: string;
  readonly running: RunnableModel;
  readonly dataset: Dataset;
  readonly codes: Codes;
  readonly chosen: ChosenPlane;
  readonly points: Float32Array;
  readonly bounds: PlaneBounds;
  readonly flags: Flags;
}

/** Adds what a folder has beside the mesh. @returns points of the class map that were looked at; null without one. */
const addFigures = async (files: Files, drawn: Drawn): Promise<number | null> => {
  const { id, running, dataset, codes, chosen, bounds, points, flags } = drawn;
  const { densityFigure, fieldFigure, scatterFigure } = await import('../pictures/plane.ts');
  const { plane, marked, labels: axes } = chosen;
  const distances = codes.size <= PLANE_DIMENSIONS ? null : distancesToPlane(plane, codes);
  const placed = { plane, points, distances, bounds, axes, frame: frameWords(flags), marked };
  await addFigure(files, 'scatter', scatterFigure(id, dataset, placed));
  const classifier = await classifierFor(dataset, flags.classifier);
  const found = classifier && (await fieldFigure(id, running, classifier, dataset, placed, { size: flags.fieldSize }));
  if (found === null) note(NO_CLASS_MAP);
  else {
    await addFigure(files, 'class-field', found.figure);
    files.set('class-field.npy', found.labels).set('class-confidence.npy', found.confidence);
  }
  const density = densityFigure(id, placed);
  if (density) await addFigure(files, 'density', density);
  return found?.evaluated ?? null;
};

/** The mesh of a decoder alone, over the unit Gaussian. */
const drawPrior = async (
  argument: string,
  running: RunnableModel,
  target: Target,
  flags: Flags,
  begin: number,
): Promise<void> => {
  notePrior(argument);
  const bounds = flags.bounds ?? PRIOR_BOUNDS;
  const size = codeSizeOf(running);
  const plane = size === 1 ? codeLine() : axesPlane(size, flags.axes ?? [0, 1]);
  const labels = undefined;
  const chosen: ChosenPlane = {
    kind: size === 1 ? 'line' : size === 2 ? 'code' : 'axes',
    plane,
    variance: [0, 0],
    labels,
    marked: [],
  };
  const { picture, files } = await drawMesh(running, chosen, bounds, flags.size);
  const paths = await writeTarget(target, files, { force: flags.force });
  if (flags.json)
    printJson({
      model: argument,
      dataset: null,
      size: flags.size,
      plane: planeFacts(chosen),
      bounds,
      files: paths,
      seconds: Math.round(performance.now() - begin) / 1000,
    });
  for (const path of paths) note(path.endsWith('.png') ? `${path}: ${picture.width} x ${picture.height} pixels` : path);
};

const run = async (argument: string, flags: Flags): Promise<void> => {
  const { dataset: datasetArgument, size, fieldSize, label, out, json = false, force } = flags;
  const begin = performance.now();
  requireOnePlane(flags);
  const given = out === undefined ? null : targetOf(out);
  if (given) await requireTarget(given, { force });
  const asksImages = flags.dataset ?? flags.principal ?? flags.through ?? flags.percentiles;
  const needed = asksImages === undefined ? (['decoder'] as const) : undefined;
  const { model, running: opened } = await openAutoencoder(argument, flags, needed);
  requireChoice(flags, codeSizeOf(opened), argument);
  const running = drawingLabel(argument, opened, label);
  const target = given ?? targetOf(OUT(`${model.id}-plane`));
  if (!given) await requireTarget(target, { force });
  if (isDecoderAlone(model.network)) return drawPrior(argument, running, target, flags, begin);
  const dataset = await readDataset(model, datasetArgument);
  const codes = await withCounting('encoding', 'images', (onProgress) =>
    encodeSets(running, [dataset.train, dataset.test], { onProgress }),
  );
  const chosen = await choosePlane(flags, { running, dataset, codes });
  const { plane } = chosen;
  const points = pointsOfCodes(plane, codes);
  const bounds = chosenBounds(chosen, points, flags);
  noteClumped(points, bounds, flags);
  const { picture, files } = await drawMesh(running, chosen, bounds, size);
  const evaluated =
    target.beside === null
      ? await addFigures(files, { id: model.id, running, dataset, codes, chosen, bounds, points, flags })
      : null;
  const paths = await writeTarget(target, files, { force });
  if (json) {
    printJson({
      model: argument,
      dataset: dataset.name,
      size,
      plane: planeFacts(chosen),
      bounds,
      ...(evaluated === null ? {} : { field: { size: fieldSize, evaluated } }),
      files: paths,
      seconds: Math.round(performance.now() - begin) / 1000,
    });
  }
  note(
    `${paths[0]}: ${picture.width} x ${picture.height} pixels\n${paths[1]}: ${isCodeSpace(plane) || isLine(plane) ? 'codes' : 'points'} of the mesh`,
  );
  for (const path of paths.slice(2)) note(path);
};

/** The command `plane`. */
export const planeCommand = (): Command =>
  addForce(addBoundsOptions(addPlaneOptions(addModel(new Command(BY)))))
    .description("draw a plane through a model's codes: decoded images, classes, images")
    .option(DATASET_FLAG, DATASET_HELP)
    .option(CLASSIFIER_FLAG, CLASSIFIER_HELP)
    .option(LABEL_FLAG, LABEL_HELP, parseLabel)
    .option('--size <n>', 'decoded images along each side', wholeNumber('--size', { min: 1, max: MAX_SIZE }), 100)
    .option(
      '--field-size <n>',
      'points of the class map along each side',
      wholeNumber('--field-size', { min: 2, max: MAX_FIELD }),
      400,
    )
    .option('--out <path>', 'a folder, or a .png file for the decoded mesh alone (default: <id>-plane)', OUT)
    .option('--json', 'one JSON document on standard output')
    .addHelpText(
      'after',
      `
Examples:
  npx latent plane dense-1 --out pictures
  npx latent plane dense-1 --size 20 --out mesh.png
  npx latent plane runs/vae20 --axes 3,7 --percentiles 1,99 --out pictures
  npx latent plane runs/vae20 --through 3,5,test:8 --out pictures
  npx latent plane decoder.h5 --bounds=-2,2 --out pictures

Codes of two numbers are points of the plane; of more, the first two principal
components are shown where nothing is chosen (docs/codes.md). The plane spans
all images; the top row of every picture has the largest second coordinate. A
folder gets:
  mesh.png, .npy         decoded images; their points, float32 [size, size, 2]
  mesh-codes.npy         their codes, float32 [size, size, numbers of a code],
                         where these are not the points
  class-field.png, .svg  class map: the classes predicted of the decoded images
  class-field.npy        the predicted class, uint8 [field size, field size]
  class-confidence.npy   its confidence, float32 [field size, field size]
  scatter.png, .svg      codes of the test images
  density.png, .svg      how many of all images lie where
Codes of one number lie on a line: images in rows, codes [size, 1], classes
[field size], points that stand upon each other in place of a density.`,
    )
    .action(withModel(run));
