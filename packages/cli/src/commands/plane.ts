/**
 * `latent plane`: a model's plane as pictures: decoded on a mesh, read by a classifier, and where the images lie.
 */
import { extname, join } from 'node:path';
import { Command } from 'commander';
import { codeExtent, encodeNpy, encodeSets, meshCodes, mosaic } from 'latent-plane';
import type { Figure } from 'latent-plane/charts';
import { inputError } from 'latent-plane/internal';
import { note, printJson } from '../console.ts';
import { withCounting } from '../counting.ts';
import { type Destination, outputFile, outputPath } from '../files/destination.ts';
import { addForce, type Overwriting, requireFree, writeOutput } from '../files/output.ts';
import { requireFolder, writeFolder } from '../files/output-folder.ts';
import { classifierFor } from '../models/classifiers.ts';
import { wholeNumber } from '../options.ts';
import {
  CLASSIFIER_FLAG,
  CLASSIFIER_HELP,
  DATASET_FLAG,
  DATASET_HELP,
  drawingLabel,
  LABEL_FLAG,
  LABEL_HELP,
  MODEL_ARGUMENT,
  NO_CLASS_MAP,
  openAutoencoder,
  parseLabel,
  pngBytes,
  readDataset,
  requirePlaneFor,
} from './model-arguments.ts';

interface PlaneFlags extends Overwriting {
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

/** Where the output goes. */
interface Target {
  readonly out: Destination;
  /** The codes beside a picture that was asked for by name; null for a folder with all pictures. */
  readonly beside: Destination | null;
}

const BY = 'plane';
const OUT = outputPath('--out', ['.png']);

/** The mesh as one picture, where a picture was asked for by name; a folder with all pictures otherwise. */
const targetOf = (out: Destination): Target => {
  const extension = extname(out).toLowerCase();
  if (extension === '.png')
    return { out, beside: outputFile('--out', ['.npy'])(`${out.slice(0, -extension.length)}.npy`) };
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
  for (const path of [out, beside]) await requireFree(path, overwriting);
};

/** Writes what was drawn. @returns the paths. */
const writeTarget = async ({ out, beside }: Target, files: Files, overwriting: Overwriting): Promise<string[]> => {
  if (beside === null) {
    await writeFolder(out, { by: BY, files, ...overwriting });
    return [...files.keys()].map((name) => join(out, name));
  }
  const places = [out, beside];
  for (const [i, content] of [...files.values()].entries()) await writeOutput(places[i], content, overwriting);
  return places;
};

const addFigure = async (files: Files, name: string, figure: Figure): Promise<void> => {
  const { figurePng, figureSvg } = await import('../pictures/render.ts');
  files.set(`${name}.png`, await figurePng(figure, SCALE));
  files.set(`${name}.svg`, figureSvg(figure));
};

const run = async (argument: string, flags: PlaneFlags): Promise<void> => {
  const { dataset: datasetArgument, classifier: named, size, fieldSize, label, out, json = false, force } = flags;
  const begin = performance.now();
  const given = out === undefined ? null : targetOf(out);
  if (given) await requireTarget(given, { force });
  const { model, running: opened } = await openAutoencoder(argument);
  requirePlaneFor('plane', argument, opened);
  const running = drawingLabel(argument, opened, label);
  const target = given ?? targetOf(OUT(`${model.id}-plane`));
  if (!given) await requireTarget(target, { force });
  const dataset = await readDataset(model, datasetArgument);
  const codes = await withCounting('encoding', 'images', (onProgress) =>
    encodeSets(running, [dataset.train, dataset.test], { onProgress }),
  );
  const { min, max } = codeExtent(codes);
  const points = meshCodes({ min, max }, size);
  const drawn = await mosaic(running, points, { columns: size });
  const files: Files = new Map<string, Uint8Array | string>([
    ['mesh.png', pngBytes(drawn)],
    ['mesh.npy', encodeNpy({ dims: [size, size, 2], data: points })],
  ]);
  let evaluated: number | null = null;
  if (target.beside === null) {
    const { fieldFigure, scatterFigure } = await import('../pictures/plane.ts');
    const placed = { values: codes.values, bounds: { min, max } };
    await addFigure(files, 'scatter', scatterFigure(model.id, dataset, placed));
    const classifier = await classifierFor(dataset, named);
    if (classifier === null) note(NO_CLASS_MAP);
    else {
      const found = await fieldFigure(model.id, running, classifier, dataset, placed, { size: fieldSize });
      evaluated = found.field.evaluated;
      await addFigure(files, 'class-field', found.figure);
      files.set('class-field.npy', found.labels).set('class-confidence.npy', found.confidence);
    }
  }
  const paths = await writeTarget(target, files, { force });
  if (json) {
    printJson({
      model: argument,
      dataset: dataset.name,
      size,
      bounds: { min, max },
      ...(evaluated === null ? {} : { field: { size: fieldSize, evaluated } }),
      files: paths,
      seconds: Math.round(performance.now() - begin) / 1000,
    });
  }
  note(`${paths[0]}: ${drawn.width} x ${drawn.height} pixels\n${paths[1]}: codes of the mesh`);
  for (const path of paths.slice(2)) note(path);
};

/** The command `plane`. */
export const planeCommand = (): Command =>
  addForce(new Command('plane'))
    .description("draw a model's plane: decoded images, classes, where the images lie")
    .argument('<model>', MODEL_ARGUMENT)
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

The plane spans the smallest and the largest code of all images; the top row of
every picture has the largest z2. A folder gets:
  mesh.png, .npy         decoded images; their codes, float32 [size, size, 2]
  class-field.png, .svg  class map: the classes predicted of the decoded images
  class-field.npy        the predicted class, uint8 [field size, field size]
  class-confidence.npy   its confidence, float32 [field size, field size]
  scatter.png, .svg      codes of the test images`,
    )
    .action(run);
