/**
 * `latent evolve`: a run's plane through its epochs, as a moving picture and its frames.
 */
import { join } from 'node:path';
import { Command } from 'commander';
import {
  classLine,
  classMap,
  classPlaces,
  type Dataset,
  type Labels,
  type PlaneBounds,
  pointsOfCodes,
  type RunnableModel,
} from 'latent-plane';
import { classMapPixels, evolutionPicture, stackedCodes } from 'latent-plane/charts';
import { codeSizeOf, type Evolution, inputError, isLabelled, isLine, joinLabels } from 'latent-plane/internal';
import { note, printJson } from '../console.ts';
import { withCounting } from '../counting.ts';
import { type Destination, outputFile, outputFolder } from '../files/destination.ts';
import { addForce, type Overwriting, writeOutput } from '../files/output.ts';
import { requireFolder, writeFolder } from '../files/output-folder.ts';
import { classifierFor } from '../models/classifiers.ts';
import type { Model } from '../models/index.ts';
import { wholeNumber } from '../options.ts';
import { firstNumbers, STACKED_AXIS } from '../pictures/stacked.ts';
import { packEvolution, readEvolution } from '../runs/evolution.ts';
import { readHistory } from '../runs/folder.ts';
import { EVOLUTION_FILE } from '../runs/shipped.ts';
import { grouped } from '../tables.ts';
import {
  CLASSIFIER_FLAG,
  CLASSIFIER_HELP,
  DATASET_FLAG,
  DATASET_HELP,
  NO_CLASS_MAP,
  type OpenedModel,
  openAutoencoder,
  readDataset,
} from './model-arguments.ts';
import {
  addBoundsOptions,
  addPlaneOptions,
  type BoundsFlags,
  type ChosenPlane,
  choosePlane,
  chosenBounds,
  noteClumped,
  type PlaneFlags,
  planeFacts,
  requireChoice,
  requireOnePlane,
} from './plane-choice.ts';

interface EvolveFlags extends Overwriting, PlaneFlags, BoundsFlags {
  readonly dataset?: string;
  readonly classifier?: string;
  readonly size: number;
  readonly delay: number;
  readonly out?: Destination;
  readonly pack?: boolean;
  readonly frames?: number;
  readonly json?: boolean;
}

const union = (all: readonly PlaneBounds[]): PlaneBounds => ({
  min: [0, 1].map((d) => Math.min(...all.map(({ min }) => min[d]))),
  max: [0, 1].map((d) => Math.max(...all.map(({ max }) => max[d]))),
});

/** So many of them, evenly, the first and the last among them; all where none are asked for. */
export const evenSample = <T>(all: readonly T[], count: number = all.length): readonly T[] => {
  if (count >= all.length) return all;
  return Array.from({ length: count }, (_, i) => all[Math.round((i * (all.length - 1)) / (count - 1))]);
};

const BY = 'evolve';
const OUT = outputFolder('--out');
const GIF = 'plane.gif';

interface DrawOptions extends Pick<EvolveFlags, 'size' | 'delay' | 'force' | 'classifier' | 'percentiles' | 'bounds'> {
  readonly out: Destination;
  readonly chosen: ChosenPlane;
}

/** Where the codes of each epoch are shown, and what of it. */
const placedFrames = (frames: Evolution['frames'], chosen: ChosenPlane, labels: Labels, flags: BoundsFlags) => {
  const { plane, labels: axes } = chosen;
  const size = plane.origin.length;
  const points = frames.map(({ codes }) => pointsOfCodes(plane, { values: codes, count: codes.length / size, size }));
  const bounds = union(points.map((each) => chosenBounds(chosen, each, flags)));
  noteClumped(points[points.length - 1], bounds, flags);
  if (!isLine(plane)) return { points, bounds, shown: bounds, ...(axes ? { axes } : {}) };
  // Of codes of one number the second direction counts images.
  const range = [bounds.min[0], bounds.max[0]] as const;
  const stacked = points.map((each) => stackedCodes(firstNumbers(each), labels, range));
  return {
    points: stacked.map((each) => each.points),
    bounds,
    shown: union(stacked.map((each) => each.bounds)),
    axes: [plane.names[0], STACKED_AXIS] as const,
    radius: stacked[0].radius,
  };
};

/** The classes behind the codes of an epoch, as the address of a picture. */
const fieldImage = async (
  running: RunnableModel,
  classifier: RunnableModel,
  { plane }: ChosenPlane,
  bounds: PlaneBounds,
  size: number,
): Promise<string> => {
  const field = isLine(plane)
    ? { ...(await classLine(running, classifier, [bounds.min[0], bounds.max[0]], size)), size }
    : await classMap(running, classifier, bounds, size, { plane });
  const { pixelsAddress } = await import('../pictures/render.ts');
  return pixelsAddress(classMapPixels(field));
};

/** Draws every frame and the moving picture. @returns paths of what was written, the moving picture first. */
const draw = async (
  { model, running }: OpenedModel,
  dataset: Dataset,
  { frames, from }: Evolution,
  { out, size, delay, force, classifier: named, chosen, percentiles, bounds: given }: DrawOptions,
): Promise<string[]> => {
  const classifier = await classifierFor(dataset, named);
  if (classifier === null) note(NO_CLASS_MAP);
  const { figurePixels, figurePng, gifBytes } = await import('../pictures/render.ts');
  const count = frames[0].codes.length / chosen.plane.origin.length;
  const labels = joinLabels(dataset.train.labels, dataset.test.labels).subarray(from, from + count);
  const { points, bounds, shown, ...placing } = placedFrames(frames, chosen, labels, { percentiles, bounds: given });
  const history = await readHistory(model.path);
  const written = new Map<string, Uint8Array>();
  const pictures = await withCounting('drawing', 'epochs', async (onProgress) => {
    const drawn = [];
    for (const [i, { epoch, decoder }] of frames.entries()) {
      const decoding = { ...running, weights: decoder };
      const record = history.find((each) => each.epoch === epoch);
      const figure = evolutionPicture({
        id: model.id,
        epoch,
        loss: record?.valLoss ?? record?.loss ?? null,
        bounds: shown,
        field: classifier && { image: await fieldImage(decoding, classifier, chosen, bounds, size) },
        codes: points[i],
        labels,
        classNames: dataset.classNames,
        places: isLabelled(dataset) ? classPlaces(points[i], labels, shown) : [],
        ...placing,
      });
      written.set(`epoch-${String(epoch).padStart(4, '0')}.png`, await figurePng(figure, 1));
      drawn.push(await figurePixels(figure, 1));
      onProgress(drawn.length, frames.length);
    }
    return drawn;
  });
  written.set(GIF, gifBytes(pictures, { delayMs: delay, holdMs: 4 * delay }));
  await writeFolder(out, { by: BY, files: written, force });
  const [gif, ...files] = [GIF, ...[...written.keys()].filter((name) => name !== GIF)].map((name) => join(out, name));
  note(`${gif}: ${pictures.length} epochs, ${pictures[0].width} x ${pictures[0].height} pixels`);
  return [gif, ...files];
};

const pack = async (
  model: Model,
  dataset: Dataset,
  evolution: Evolution,
  overwriting: Overwriting,
): Promise<string[]> => {
  const { path, bytes } = packEvolution(model, dataset, evolution);
  await writeOutput(outputFile('--pack', ['.safetensors'])(path), bytes, overwriting);
  note(`${path}: ${evolution.frames.length} epochs, ${(bytes.length / 1e6).toFixed(1)} MB`);
  return [path];
};

const run = async (argument: string, flags: EvolveFlags): Promise<void> => {
  const begin = performance.now();
  const { force } = flags;
  requireOnePlane(flags);
  const { model, running } = await openAutoencoder(argument);
  const codeSize = codeSizeOf(running);
  requireChoice(flags, codeSize, argument);
  if (model.config === null)
    throw inputError('no-run', {
      at: { file: argument },
      expected: 'a run folder with checkpoints',
      got: 'a model file',
      hint: 'train one here',
    });
  const out = flags.out ?? OUT(`${model.id}-epochs`);
  if (!flags.pack) await requireFolder(out, { by: BY, names: [GIF], force });
  const dataset = await readDataset(model, flags.dataset);
  const whole = await withCounting('encoding', 'epochs', (onProgress) =>
    readEvolution(model, running, dataset, onProgress),
  );
  const evolution = { ...whole, frames: evenSample(whole.frames, flags.frames) };
  // The plane of the last epoch holds for all of them, so that they can be compared.
  const { codes: values } = evolution.frames[evolution.frames.length - 1];
  const codes = { values, count: values.length / codeSize, size: codeSize };
  const all = dataset.train.count + dataset.test.count;
  if (codes.count < all)
    note(
      `note: the codes of each epoch are those of ${grouped(codes.count)} of ${grouped(all)} images${evolution.from === dataset.train.count ? ', the first for tests' : ''}; planes and bounds are theirs`,
    );
  const chosen = flags.pack ? null : await choosePlane(flags, { running, dataset, codes });
  const files =
    chosen === null
      ? await pack(model, dataset, evolution, { force })
      : await draw({ model, running }, dataset, evolution, { ...flags, out, chosen });
  if (flags.json) {
    printJson({
      model: argument,
      dataset: dataset.name,
      ...(chosen === null ? {} : { plane: planeFacts(chosen) }),
      epochs: evolution.frames.map(({ epoch }) => epoch),
      files,
      seconds: Math.round(performance.now() - begin) / 1000,
    });
  }
};

/** The command `evolve`. */
export const evolveCommand = (): Command =>
  addForce(addBoundsOptions(addPlaneOptions(new Command(BY))))
    .description("draw a plane through a run's codes in its epochs, as GIF and frames")
    .argument('<run>', 'run folder that kept checkpoints, or a network of the zoo')
    .option(DATASET_FLAG, DATASET_HELP)
    .option(CLASSIFIER_FLAG, CLASSIFIER_HELP)
    .option('--size <n>', 'points of the class map along each side', wholeNumber('--size', { min: 2, max: 1000 }), 150)
    .option('--delay <ms>', 'milliseconds for each epoch', wholeNumber('--delay', { min: 20, max: 60_000 }), 400)
    .option('--out <dir>', 'a folder (default: <id>-epochs)', OUT)
    .option(
      '--frames <n>',
      'no more epochs than this (default: all that were kept)',
      wholeNumber('--frames', { min: 2 }),
    )
    .option('--pack', `only keep decoder and codes of each epoch as ${EVOLUTION_FILE} in the run`)
    .option('--json', 'one JSON document on standard output')
    .addHelpText(
      'after',
      `
Examples:
  npx latent train dense-2 --checkpoint-every 5 --out runs/mine
  npx latent evolve runs/mine --out pictures
  npx latent evolve dense-2
  npx latent evolve runs/vae20 --principal 1,2 --percentiles 1,99

All frames show the same part of the plane: what the codes ever reached. Of
codes of more than two numbers it is one plane for all epochs, of the codes of
the last one: their first two principal components where nothing is chosen
(docs/codes.md). The class map behind the codes needs a classifier of the same
images: the zoo's where it has one, else one trained on their labels. Without
labels the codes are drawn alone.`,
    )
    .action(run);
