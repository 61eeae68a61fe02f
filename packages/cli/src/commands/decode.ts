/**
 * `latent decode`: what a model draws at given codes, as a picture.
 */
import { Command } from 'commander';
import { decodeCodes, enlarge, gridOfImages } from 'latent-plane';
import { codeSizeOf, inputError, isLabelled, pictureSize } from 'latent-plane/internal';
import { note } from '../console.ts';
import { type Destination, outputFile } from '../files/destination.ts';
import { addForce, type Overwriting, requireFree, writeOutput } from '../files/output.ts';
import { wholeNumber } from '../options.ts';
import { imagesOf } from '../pictures/images.ts';
import { pngBytes } from '../pictures/png-bytes.ts';
import { codeArgument, requireCodeSize } from './code-argument.ts';
import { type EncodedImage, encodedImages } from './image-codes.ts';
import { IMAGE_HELP, type ImageReference, imageReference } from './image-reference.ts';
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

/** What is to be drawn: a code, or that of an image. */
type Target = { readonly code: readonly number[] } | { readonly image: ImageReference };

const codeOf = (target: Target): readonly number[] => ('code' in target ? target.code : []);

interface DecodeFlags extends ModelFlags, Overwriting {
  readonly at?: readonly Target[];
  readonly image?: readonly Target[];
  readonly dataset?: string;
  readonly withInput?: boolean;
  readonly out: Destination;
  readonly scale: number;
  readonly label?: number;
}

const MAX_SCALE = 100;
/** @throws LatentError (input) `arguments` where nothing is asked for, or options that need images stand without one. */
const requireTargets = (targets: readonly Target[], { dataset, withInput }: DecodeFlags): void => {
  if (targets.length === 0)
    throw inputError('arguments', {
      problem: 'nothing to draw is named',
      hint: 'give a code with --at or an image with --image',
    });
  const needless = dataset !== undefined ? '--dataset' : withInput ? '--with-input' : null;
  if (needless !== null && !targets.some((target) => 'image' in target))
    throw inputError('arguments', {
      problem: `${needless} is about images of a data set, and none is named`,
      hint: `name one with --image, or leave ${needless} out`,
    });
};

const run = async (argument: string, flags: DecodeFlags, targets: readonly Target[]): Promise<void> => {
  const { out, scale, label, force, withInput = false } = flags;
  requireTargets(targets, flags);
  await requireFree(out, { force });
  const { model, running } = await openAutoencoder(
    argument,
    flags,
    targets.some((target) => 'image' in target) ? ['encoder', 'decoder'] : ['decoder'],
  );
  const size = codeSizeOf(running);
  for (const target of targets) if ('code' in target) requireCodeSize('--at', target.code, size, argument);
  const wanted = targets.filter((target) => 'image' in target);
  const dataset = wanted.length > 0 ? await readDataset(model, flags.dataset) : null;
  const encoded =
    dataset === null
      ? []
      : await encodedImages(
          running,
          dataset,
          wanted.map(({ image }) => image),
        );
  const images = new Map<Target, EncodedImage>(wanted.map((target, i) => [target, encoded[i]]));
  // An image is drawn of its own class, where the model takes one; codes have none of their own.
  const hasOwn = label === undefined && dataset !== null && isLabelled(dataset);
  const drawing = hasOwn && wanted.length === targets.length ? running : drawingLabel(argument, running, label);
  const ownLabel = (target: Target): number => images.get(target)?.set.labels[0] ?? drawing.label ?? 0;
  const drawn = await decodeCodes(
    drawing,
    Float32Array.from(targets.flatMap((target) => Array.from(images.get(target)?.code ?? codeOf(target)))),
    hasOwn ? Uint16Array.from(targets, ownLabel) : undefined,
  );
  const tile = pictureSize(model.spec.inputShape, model.id);
  const inputs = withInput ? targets.map((target) => images.get(target)?.set.pixels ?? null) : [];
  const pictures = [...inputs, ...imagesOf(drawn, targets.length)];
  const picture = enlarge(gridOfImages(pictures, tile, { columns: targets.length }), scale);
  await writeOutput(out, pngBytes(picture), { force });
  note(`${out}: ${picture.width} x ${picture.height} pixels`);
};

/** The command `decode`. */
export const decodeCommand = (): Command => {
  // Both options fill one list, so that images and codes are drawn in the order in which they were given.
  const targets: Target[] = [];
  const adding =
    (parse: (text: string) => Target) =>
    (text: string): readonly Target[] => {
      targets.push(parse(text));
      return targets;
    };
  return addForce(addModel(new Command('decode')))
    .description('draw the images at given codes, or of the codes of images, as one PNG picture')
    .option(
      '--at <z1,z2,...>',
      'a code, as many numbers as the model has; repeat it for several images side by side',
      adding((text) => ({ code: codeArgument('--at')(text) })),
    )
    .option(
      '--image <n>',
      `the code of an image: ${IMAGE_HELP}; repeat it`,
      adding((text) => ({ image: imageReference('--image')(text) })),
    )
    .option(DATASET_FLAG, DATASET_HELP)
    .option('--with-input', 'the images of --image themselves in a row above')
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
  npx latent decode dense-1 --image 3 --image test:8 --with-input --out kept.png

The summary of a model tells how many numbers its codes have.`,
    )
    .action(withModel((argument: string, flags: DecodeFlags) => run(argument, flags, targets)));
};
