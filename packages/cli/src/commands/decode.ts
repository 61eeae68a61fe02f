/**
 * `latent decode`: what a model draws at given codes, as a picture.
 */
import { Command } from 'commander';
import { enlarge, mosaic } from 'latent-plane';
import { codeSizeOf, inputError } from 'latent-plane/internal';
import { counted, note } from '../console.ts';
import { type Destination, outputFile } from '../files/destination.ts';
import { addForce, type Overwriting, requireFree, writeOutput } from '../files/output.ts';
import { wholeNumber } from '../options.ts';
import {
  drawingLabel,
  LABEL_FLAG,
  LABEL_HELP,
  MODEL_ARGUMENT,
  openAutoencoder,
  parseLabel,
  pngBytes,
} from './model-arguments.ts';

interface DecodeFlags extends Overwriting {
  readonly at: readonly (readonly number[])[];
  readonly out: Destination;
  readonly scale: number;
  readonly label?: number;
}

const MAX_SCALE = 100;
const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;

/** `0.3,-1.5` as a code; how many numbers it takes the model says. @throws LatentError (input) `invalid-option`. */
const parseCode = (text: string): readonly number[] => {
  const words = text.split(',');
  const code = words.map(Number);
  // Beyond single precision a number would become infinite on its way to the decoder.
  if (words.every((word) => NUMBER.test(word)) && code.every((value) => Number.isFinite(Math.fround(value))))
    return code;
  throw inputError('invalid-option', {
    at: { option: '--at' },
    expected: 'numbers with commas between as in --at 0.3,0.7',
    got: `"${text}"`,
  });
};

/** Codes of more numbers are told by their first ones. */
const SHOWN = 8;

/** `0.3,0.7`, or `0.3,0.7,... (4096 numbers)`. */
const shownCode = (code: readonly number[]): string =>
  code.length <= SHOWN ? code.join(',') : `${code.slice(0, 2).join(',')},... (${counted(code.length, 'number')})`;

/** @throws LatentError (input) `code-size` where a code has not as many numbers as the model's. */
const requireSize = (codes: DecodeFlags['at'], size: number, argument: string): void => {
  const wrong = codes.find(({ length }) => length !== size);
  if (wrong === undefined) return;
  throw inputError('code-size', {
    at: { option: `--at ${shownCode(wrong)}` },
    expected: `${counted(size, 'number')}, as many as a code of "${argument}" has`,
    got: `${wrong.length}`,
    hint: `for example --at ${shownCode(Array.from({ length: size }, () => 0))}`,
  });
};

/** The command `decode`. */
export const decodeCommand = (): Command =>
  addForce(new Command('decode'))
    .description('draw the images at given codes as one PNG picture')
    .argument('<model>', MODEL_ARGUMENT)
    .requiredOption(
      '--at <z1,z2,...>',
      'a code, as many numbers as the model has; repeat it for several images side by side',
      (text: string, list: DecodeFlags['at'] = []) => [...list, parseCode(text)],
    )
    .requiredOption('--out <file>', 'ends in .png', outputFile('--out', ['.png']))
    .option(
      '--scale <n>',
      'pixels of the picture for one of the image',
      wholeNumber('--scale', { min: 1, max: MAX_SCALE }),
      10,
    )
    .option(LABEL_FLAG, LABEL_HELP, parseLabel)
    .addHelpText(
      'after',
      `
Examples:
  npx latent decode dense-1 --at 0.3,0.7 --out digit.png
  npx latent decode dense-1 --at 0.5,0.5 --at=-1,0.9 --out two.png --scale 4

The summary of a model tells how many numbers its codes have.`,
    )
    .action(async (argument: string, { at, out, scale, label, force }: DecodeFlags) => {
      await requireFree(out, { force });
      const { running } = await openAutoencoder(argument);
      requireSize(at, codeSizeOf(running), argument);
      const drawing = drawingLabel(argument, running, label);
      const picture = enlarge(await mosaic(drawing, Float32Array.from(at.flat()), { columns: at.length }), scale);
      await writeOutput(out, pngBytes(picture), { force });
      note(`${out}: ${picture.width} x ${picture.height} pixels`);
    });
