/**
 * `latent plane`: a model's plane as pictures: decoded on a mesh, read by a classifier, and where the images lie.
 */
import { extname, join } from 'node:path';
import { Command } from 'commander';
import { codeExtent, encodeNpy, encodeSets, inputError, meshCodes, mosaic, requirePlane } from 'latent-plane';
import type { Figure } from 'latent-plane/charts';
import { note, printJson } from '../console.ts';
import { withCounting } from '../counting.ts';
import { wholeNumber } from '../options.ts';
import {
  classifierFor,
  DATASET_FLAG,
  DATASET_HELP,
  MODEL_ARGUMENT,
  NO_CLASS_MAP,
  openAutoencoder,
  pngBytes,
  readDataset,
  writeOutput,
} from './reading.ts';

interface PlaneFlags {
  readonly dataset?: string;
  readonly size: number;
  readonly fieldSize: number;
  readonly out?: string;
  readonly json?: boolean;
}

/** 500 x 500 images of 28 x 28 pixels are a picture of 196 million: about what viewers still open. */
const MAX_SIZE = 500;

/** Past this a class field has more points than a screen has pixels. */
const MAX_FIELD = 2000;

/** Pixels for a unit: 912 x 980, which a class field of 400 points a side fills. */
const SCALE = 1.5;

/** Extensions that a person would expect another format from. */
const OTHER_FORMATS = ['.svg', '.jpg', '.jpeg', '.gif', '.webp', '.npy', '.csv', '.pdf', '.html', '.json'];

/** The mesh as one picture, where a picture was asked for by name; a folder with all pictures otherwise. */
const filesOf = (out: string): { readonly picture: string; readonly mesh: string; readonly folder: string | null } => {
  const extension = extname(out).toLowerCase();
  if (extension === '.png') return { picture: out, mesh: `${out.slice(0, -extension.length)}.npy`, folder: null };
  if (OTHER_FORMATS.includes(extension))
    throw inputError('file-type', `--out ${out}: expected a folder or a file that ends in .png, got "${extension}"`);
  return { picture: join(out, 'mesh.png'), mesh: join(out, 'mesh.npy'), folder: out };
};

const writeFigure = async (folder: string, name: string, figure: Figure): Promise<string[]> => {
  const { figurePng, figureSvg } = await import('../pictures/render.ts');
  const files = ['png', 'svg'].map((extension) => join(folder, `${name}.${extension}`));
  await writeOutput(files[0], await figurePng(figure, SCALE));
  await writeOutput(files[1], figureSvg(figure));
  return files;
};

/** The command `plane`. */
export const planeCommand = (): Command =>
  new Command('plane')
    .description("draw a model's plane: decoded images, classes, where the images lie")
    .argument('<model>', MODEL_ARGUMENT)
    .option(DATASET_FLAG, DATASET_HELP)
    .option('--size <n>', 'decoded images along each side', wholeNumber('--size', { min: 1, max: MAX_SIZE }), 100)
    .option(
      '--field-size <n>',
      'points of the class field along each side',
      wholeNumber('--field-size', { min: 2, max: MAX_FIELD }),
      400,
    )
    .option('--out <path>', 'a folder, or a .png file for the decoded mesh alone (default: <id>-plane)')
    .option('--json', 'one JSON document on standard output')
    .addHelpText(
      'after',
      `
Examples:
  npx latent plane dense-1 --out pictures
  npx latent plane dense-1 --size 20 --out mesh.png

The plane spans the smallest and the largest code of all images; the top row of
every picture has the largest y. A folder gets:
  mesh.png, .npy         decoded images; their codes, float32 [size, size, 2]
  class-field.png, .svg  what the classifier reads in the decoded images
  class-field.npy        its class, uint8 [field size, field size]
  class-confidence.npy   how sure it is, float32 [field size, field size]
  scatter.png, .svg      codes of the test images`,
    )
    .action(async (argument: string, { dataset: datasetArgument, size, fieldSize, out, json = false }: PlaneFlags) => {
      const begin = performance.now();
      const given = out === undefined ? null : filesOf(out);
      const { model, running } = await openAutoencoder(argument);
      requirePlane(running);
      const { picture, mesh, folder } = given ?? filesOf(`${model.id}-plane`);
      const dataset = await readDataset(model, datasetArgument);
      const { values } = await withCounting('encoding', 'images', (onProgress) =>
        encodeSets(running, [dataset.train, dataset.test], { onProgress }),
      );
      const { min, max } = codeExtent({ values, count: values.length / 2, size: 2 });
      const points = meshCodes({ min, max }, size);
      const drawn = await mosaic(running, points, { columns: size });
      await writeOutput(picture, pngBytes(drawn));
      await writeOutput(mesh, encodeNpy({ dims: [size, size, 2], data: points }));
      const files = [picture, mesh];
      let evaluated: number | null = null;
      if (folder !== null) {
        const { fieldFigure, scatterFigure } = await import('../pictures/plane.ts');
        const codes = { values, bounds: { min, max } };
        files.push(...(await writeFigure(folder, 'scatter', scatterFigure(model.id, dataset, codes))));
        const classifier = await classifierFor(dataset);
        if (classifier === null) note(NO_CLASS_MAP);
        else {
          const found = await fieldFigure(model.id, running, classifier, dataset, codes, { size: fieldSize });
          evaluated = found.field.evaluated;
          files.push(...(await writeFigure(folder, 'class-field', found.figure)));
          for (const [name, bytes] of [
            ['class-field.npy', found.labels],
            ['class-confidence.npy', found.confidence],
          ] as const) {
            await writeOutput(join(folder, name), bytes);
            files.push(join(folder, name));
          }
        }
      }
      if (json) {
        printJson({
          model: argument,
          dataset: dataset.name,
          size,
          bounds: { min, max },
          ...(evaluated === null ? {} : { field: { size: fieldSize, evaluated } }),
          files,
          seconds: Math.round(performance.now() - begin) / 1000,
        });
      }
      note(`${picture}: ${drawn.width} x ${drawn.height} pixels\n${mesh}: codes of the mesh`);
      for (const file of files.slice(2)) note(file);
    });
