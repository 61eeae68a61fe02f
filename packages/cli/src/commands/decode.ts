/**
 * `latent decode`: what a model draws at given codes, as a picture.
 */
import { Command } from 'commander';
import { enlarge, inputError, mosaic, requirePlane } from 'latent-plane';
import { note } from '../console.ts';
import { type Destination, outputFile } from '../files/destination.ts';
import { addForce, type Overwriting, requireFree, writeOutput } from '../files/output.ts';
import { wholeNumber } from '../options.ts';
import { MODEL_ARGUMENT, openAutoencoder, pngBytes } from './reading.ts';

type Code = readonly [number, number];

interface DecodeFlags extends Overwriting {
  readonly at: readonly Code[];
  readonly out: Destination;
  readonly scale: number;
}

const MAX_SCALE = 100;
const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;

/** `0.3,-1.5` as a code. @throws LatentError (input) `invalid-option`. */
const parseCode = (text: string): Code => {
  const words = text.split(',');
  const [x, y] = words.map(Number);
  // Beyond single precision a number would become infinite on its way to the decoder.
  if (
    words.length === 2 &&
    words.every((word) => NUMBER.test(word)) &&
    [x, y].every((value) => Number.isFinite(Math.fround(value)))
  )
    return [x, y];
  throw inputError('invalid-option', `--at: expected two numbers x,y as in --at 0.3,0.7, got "${text}"`);
};

/** The command `decode`. */
export const decodeCommand = (): Command =>
  addForce(new Command('decode'))
    .description('draw the images at given codes as one PNG picture')
    .argument('<model>', MODEL_ARGUMENT)
    .requiredOption(
      '--at <x,y>',
      'a code; repeat it for several images side by side',
      (text: string, list: readonly Code[] = []) => [...list, parseCode(text)],
    )
    .requiredOption('--out <file>', 'ends in .png', outputFile('--out', ['.png']))
    .option(
      '--scale <n>',
      'pixels of the picture for one of the image',
      wholeNumber('--scale', { min: 1, max: MAX_SCALE }),
      10,
    )
    .addHelpText(
      'after',
      `
Examples:
  npx latent decode dense-1 --at 0.3,0.7 --out digit.png
  npx latent decode dense-1 --at 0.5,0.5 --at=-1,0.9 --out two.png --scale 4`,
    )
    .action(async (argument: string, { at, out, scale, force }: DecodeFlags) => {
      await requireFree(out, { force });
      const { running } = await openAutoencoder(argument);
      requirePlane(running);
      const picture = enlarge(await mosaic(running, Float32Array.from(at.flat()), { columns: at.length }), scale);
      await writeOutput(out, pngBytes(picture), { force });
      note(`${out}: ${picture.width} x ${picture.height} pixels`);
    });
