/**
 * `latent plane`: a model's plane decoded on a mesh over its codes, as one picture.
 */
import { extname, join } from 'node:path';
import { Command } from 'commander';
import { codeExtent, encodeNpy, encodeSets, inputError, meshCodes, mosaic, requirePlane } from 'latent-plane';
import { note, printJson } from '../console.ts';
import { withCounting } from '../counting.ts';
import { wholeNumber } from '../options.ts';
import {
  DATASET_FLAG,
  DATASET_HELP,
  MODEL_ARGUMENT,
  openAutoencoder,
  pngBytes,
  readDataset,
  writeOutput,
} from './reading.ts';

interface PlaneFlags {
  readonly dataset?: string;
  readonly size: number;
  readonly out?: string;
  readonly json?: boolean;
}

/** 500 x 500 images of 28 x 28 pixels are a picture of 196 million: about what viewers still open. */
const MAX_SIZE = 500;

/** Extensions that a person would expect another format from. */
const OTHER_FORMATS = ['.svg', '.jpg', '.jpeg', '.gif', '.webp', '.npy', '.csv', '.pdf', '.html', '.json'];

/** Picture and mesh in a folder, or the picture where it was asked for and the mesh beside it. */
const filesOf = (out: string): { readonly picture: string; readonly mesh: string } => {
  const extension = extname(out).toLowerCase();
  if (extension === '.png') return { picture: out, mesh: `${out.slice(0, -extension.length)}.npy` };
  if (OTHER_FORMATS.includes(extension))
    throw inputError('file-type', `--out ${out}: expected a folder or a file that ends in .png, got "${extension}"`);
  return { picture: join(out, 'mesh.png'), mesh: join(out, 'mesh.npy') };
};

/** The command `plane`. */
export const planeCommand = (): Command =>
  new Command('plane')
    .description('draw a mesh of decoded images over the codes of a data set')
    .argument('<model>', MODEL_ARGUMENT)
    .option(DATASET_FLAG, DATASET_HELP)
    .option('--size <n>', 'images along each side', wholeNumber('--size', { min: 1, max: MAX_SIZE }), 100)
    .option('--out <path>', 'a folder, or a file that ends in .png (default: <id>-plane)')
    .option('--json', 'one JSON document on standard output')
    .addHelpText(
      'after',
      `
Examples:
  npx latent plane dense-1 --size 20 --out plane.png
  npx latent plane runs/mine --out pictures

The mesh spans the smallest and the largest code of all images; the top row of
the picture has the largest y. Beside it lies the mesh as .npy: float32
[size, size, 2], in the order of the picture.`,
    )
    .action(async (argument: string, { dataset: datasetArgument, size, out, json = false }: PlaneFlags) => {
      const begin = performance.now();
      const given = out === undefined ? null : filesOf(out);
      const { model, running } = await openAutoencoder(argument);
      requirePlane(running);
      const { picture, mesh } = given ?? filesOf(`${model.id}-plane`);
      const dataset = await readDataset(model, datasetArgument);
      const codes = await withCounting('encoding', 'images', (onProgress) =>
        encodeSets(running, [dataset.train, dataset.test], { onProgress }),
      );
      const { min, max } = codeExtent(codes);
      const points = meshCodes({ min, max }, size);
      const drawn = await mosaic(running, points, { columns: size });
      await writeOutput(picture, pngBytes(drawn));
      await writeOutput(mesh, encodeNpy({ dims: [size, size, 2], data: points }));
      if (json) {
        printJson({
          model: argument,
          dataset: dataset.name,
          size,
          bounds: { min, max },
          files: [picture, mesh],
          seconds: Math.round(performance.now() - begin) / 1000,
        });
      }
      note(`${picture}: ${drawn.width} x ${drawn.height} pixels\n${mesh}: codes of the mesh`);
    });
