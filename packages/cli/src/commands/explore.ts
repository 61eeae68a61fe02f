/**
 * `latent explore`: the explorer, served to a browser on this machine or written for a static host.
 */
import { Command } from 'commander';
import {
  type Baselines,
  type Dataset,
  findNetwork,
  type ImageSet,
  type RunnableModel,
  registeredEntry,
  networks as zoo,
} from 'latent-plane';
import {
  codeSizeOf,
  type ExplorerNetwork,
  explorerBundle,
  imageSize,
  inputError,
  joinLabels,
  onlyPart,
  reasonOf,
  storedShape,
} from 'latent-plane/internal';
import { EXIT, note, print } from '../console.ts';
import { withCounting } from '../counting.ts';
import { DATASET_NAMES } from '../data/index.ts';
import { shownNames } from '../explore/about.ts';
import { errorBytes, errorsPath, laterErrors } from '../explore/errors.ts';
import { serveExplorer } from '../explore/server.ts';
import { requireSiteFolder, writeSite } from '../explore/site.ts';
import { shownClasses, trainingPieces } from '../explore/training.ts';
import { type Destination, outputFolder } from '../files/destination.ts';
import { addForce, type Overwriting } from '../files/output.ts';
import { classifierFor } from '../models/classifiers.ts';
import { trainedModels } from '../models/index.ts';
import { labelledOf, labelsOf } from '../models/labels.ts';
import { trainedRuns } from '../models/scores.ts';
import { isZooNetwork } from '../networks/find.ts';
import { wholeNumber } from '../options.ts';
import { explorerFolder } from '../places.ts';
import { identityOf } from '../runs/data.ts';
import { stopAsked } from '../signals.ts';
import { grouped } from '../tables.ts';
import { isDecoderAlone } from './decoder-alone.ts';
import { exploredNetwork, type ShownFlags } from './explored-network.ts';
import {
  addModelOptions,
  CLASSIFIER_FLAG,
  CLASSIFIER_HELP,
  DATASET_FLAG,
  drawingLabel,
  type ModelFlags,
  type OpenedModel,
  openAutoencoder,
  openGiven,
  pairArgument,
  readDataset,
} from './model-arguments.ts';
import { addFrameOption, addPlaneOptions, requireChoice, requireOnePlane } from './plane-choice.ts';

interface ExploreFlags extends ModelFlags, Overwriting, ShownFlags {
  readonly dataset?: string;
  readonly classifier?: string;
  readonly port?: number;
  readonly host: string;
  readonly open?: boolean;
  readonly export?: Destination;
}

/** Shown first where nothing is asked for: its plane is the one to explore. */
const FIRST_MODEL = 'vae-1';

/** Where the page lies, what ends the command; others in tests. */
export interface ExploreSettings {
  readonly root?: string;
  /** Resolves when the explorer is to be closed. */
  readonly closed?: () => Promise<void>;
}

/** Images that the page may load to place a dropped model on its plane. */
const MAX_SHOWN = 10_000;

/** What is shown where nothing is asked for. */
const wholeZoo = async (): Promise<string[]> => {
  const trained = (await trainedModels()).filter((id) => findNetwork(id).kind === 'autoencoder');
  return trained.includes(FIRST_MODEL) ? [FIRST_MODEL, ...trained.filter((id) => id !== FIRST_MODEL)] : trained;
};

/** @throws LatentError (input) `other-preprocessing`: the page shows the images in one form beside all networks. */
const requireOnePreprocessing = (opened: readonly OpenedModel[]): void => {
  const [first, ...others] = opened.map(({ model }) => model);
  const askedBy = ({ config }: OpenedModel['model']): string => JSON.stringify(config?.recipe.preprocessing ?? null);
  const other = others.find((model) => askedBy(model) !== askedBy(first));
  if (other === undefined) return;
  throw inputError('other-preprocessing', {
    at: { file: other.path },
    expected: `images preprocessed as those of ${first.path}: ${askedBy(first)}`,
    got: askedBy(other),
    hint: 'explore them one at a time',
  });
};

const NO_IMAGES: ImageSet = {
  pixels: new Uint8Array(0),
  labels: new Uint8Array(0),
  count: 0,
  height: 1,
  width: 1,
  channels: 1,
};

/** The images of the first model that takes any; a decoder alone takes none. */
const datasetFor = async (opened: readonly OpenedModel[], argument: string | undefined): Promise<Dataset> => {
  const first = opened.find(({ model }) => onlyPart(model.network) !== 'decoder');
  if (first !== undefined) return readDataset(first.model, argument);
  if (argument !== undefined)
    throw inputError('half-a-model', {
      at: { option: `--dataset ${argument}` },
      problem: 'a decoder alone takes no images',
      hint: 'leave the option out, or name the file of the encoder beside it: ENCODER DECODER',
    });
  return { name: 'no images', classNames: [], licence: '', source: '', train: NO_IMAGES, test: NO_IMAGES };
};

/** @param later - gets the networks whose errors, image by image, are not in the bundle, by their id there. */
const prepare = async (
  opened: readonly OpenedModel[],
  dataset: Dataset,
  later: Map<string, RunnableModel>,
  flags: ExploreFlags,
): Promise<Map<string, Uint8Array>> => {
  const networks: ExplorerNetwork[] = [];
  const runs = await trainedRuns(() => undefined);
  let baselines: Baselines | undefined;
  const identity = identityOf(dataset);
  // Tells the classes of what is decoded.
  const isDrawn = opened.some(({ model }) => onlyPart(model.network) === null);
  const classifier = isDrawn ? await classifierFor(dataset, flags.classifier) : null;
  const names = shownNames(opened.map(({ model }) => model));
  for (const [i, each] of opened.entries()) {
    const made = await exploredNetwork(each, { dataset, flags, classifier, runs, name: names[i] });
    baselines ??= made.baselines ?? undefined;
    if (made.network === null) continue;
    if (made.network.errors === 'later') later.set(names[i].id, each.running);
    networks.push(made.network);
  }
  const { train, test, name } = dataset;
  const hasImages = train.count + test.count > 0;
  const classNames = hasImages ? shownClasses(dataset) : [];
  // What a dropped model is placed on its plane with: test images, which few models were trained on.
  const shown = test.count > 0 ? { set: test, from: train.count } : { set: train, from: 0 };
  const held = Math.min(shown.set.count, MAX_SHOWN);
  const pixels = shown.set.pixels.subarray(0, held * imageSize(shown.set));
  const images = { ...storedShape(shown.set), pixels, from: shown.from };
  return explorerBundle({
    training: hasImages ? await trainingPieces(registeredEntry(dataset, identity)?.name ?? null, dataset) : undefined,
    classifier: classifier ? { spec: classifier.network.spec, weights: classifier.weights } : undefined,
    dataset: { name, classNames, train: train.count, test: test.count, identity },
    labels: joinLabels(train.labels, test.labels),
    networks,
    images: hasImages ? images : undefined,
    baselines,
    order: zoo.flatMap(({ id }) => names.flatMap((name, i) => (opened[i].model.spec.id === id ? [name.id] : []))),
  });
};

/** Opens the system's browser; that there is none is no failure. */
const openBrowser = async (url: string): Promise<void> => {
  const failed = (error: unknown): void =>
    note(`note: no browser was opened (${reasonOf(error)}); open the address yourself`);
  try {
    const { default: open } = await import('open');
    const child = await open(url);
    child.once('error', failed);
    child.once('exit', (code) => {
      if (code) failed(new Error(`it ended with ${code}`));
    });
  } catch (error) {
    failed(error);
  }
};

/** The part of a model file that holds one alone; null of anything else. */
const halfIn = async (argument: string, flags: ExploreFlags): Promise<string | null> => {
  if (isZooNetwork(argument)) return null;
  const { network } = await openGiven(argument, flags);
  return onlyPart(network);
};

/** Models as they are named, an encoder alone and the decoder alone beside it as one. */
const joinedHalves = async (models: readonly string[], flags: ExploreFlags): Promise<readonly string[]> => {
  const joined: string[] = [];
  for (let i = 0; i < models.length; i++) {
    const half = i + 1 < models.length ? await halfIn(models[i], flags) : null;
    const other = half === null ? null : await halfIn(models[i + 1], flags);
    const isPair = other !== null && other !== half;
    joined.push(isPair ? pairArgument(models[i], models[i + 1]) : models[i]);
    if (isPair) i++;
  }
  return joined;
};

const run = async (
  given: readonly string[],
  flags: ExploreFlags,
  { root = explorerFolder, closed = stopAsked }: ExploreSettings,
): Promise<void> => {
  if (flags.host.trim() === '')
    throw inputError('invalid-option', {
      at: { option: '--host' },
      expected: 'an address of this machine',
      got: 'none',
    });
  requireOnePlane(flags);
  // First: a wrong folder is told before the work.
  if (flags.export !== undefined) await requireSiteFolder(flags.export, flags);
  const opened: OpenedModel[] = [];
  const models = given.length > 0 ? given : await wholeZoo();
  if (models.length === 0)
    throw inputError('no-models', {
      expected: 'models to show',
      got: 'none and the zoo is not trained',
      hint: 'see: npx latent zoo',
    });
  // Two planes are laid by the codes of images.
  const needed = flags.principal || flags.through ? (['encoder'] as const) : [];
  for (const argument of await joinedHalves(models, flags)) opened.push(await openAutoencoder(argument, flags, needed));
  for (const { model, running } of opened) {
    drawingLabel(model.path, running, undefined);
    requireChoice(flags, codeSizeOf(running), model.path);
    if (flags.bounds && !isDecoderAlone(model.network))
      throw inputError('arguments', {
        at: { option: '--bounds' },
        problem: `the page shows all codes of ${model.path}, and bounds are those of a decoder alone`,
        hint: 'leave the option out',
      });
  }
  requireOnePreprocessing(opened);
  const dataset = await datasetFor(opened, flags.dataset);
  const later = new Map<string, RunnableModel>();
  if (flags.export !== undefined) {
    const bundle = await prepare(opened, dataset, later, flags);
    // A static host computes nothing.
    for (const [id, running] of later) {
      const measure = (onProgress: (done: number, total: number) => void) =>
        errorBytes(running, dataset, { onProgress });
      bundle.set(errorsPath(id), await withCounting(`errors of ${id}`, 'images', measure));
    }
    const { files, bytes } = await writeSite(flags.export, root, bundle, flags);
    const megabytes = (bytes / 1e6).toFixed(1);
    print(`Wrote ${files} files, ${megabytes} MB, to ${flags.export}. Any static host serves them, below any path.`);
    return;
  }
  // The port first: a wrong one is told before the work. A page that comes early waits for the data.
  let provide: (data: ReturnType<typeof prepare>) => void = () => undefined;
  const data = new Promise<Map<string, Uint8Array>>((resolve) => {
    provide = resolve;
  });
  const server = await serveExplorer({
    root,
    bundle: () => data,
    later: laterErrors(later, dataset),
    port: flags.port,
    host: flags.host,
  });
  try {
    const ended = closed().then(() => 'closed' as const);
    const prepared = prepare(opened, dataset, later, flags);
    provide(prepared);
    if ((await Promise.race([prepared, ended])) === 'closed') process.exit(EXIT.done);
    const shown = labelsOf(opened.map(({ model }) => labelledOf(model))).join('; ');
    print(`Latent Plane is open at ${server.url}`);
    const elsewhere = server.elsewhere.filter((url) => url !== server.url);
    if (elsewhere.length > 0) {
      print(`From other machines: ${elsewhere.join(' ')}`);
      // Browsers keep sums, threads and service workers from pages that come over plain http from elsewhere.
      note(
        'note: there the page shows everything, but trains nothing and opens no files: that takes https or a tunnel',
      );
    }
    const count = dataset.train.count + dataset.test.count;
    print(`It shows ${shown}${count > 0 ? ` on ${dataset.name}: ${grouped(count)} images` : ''}. Ctrl-C ends it.`);
    if (flags.open) await openBrowser(server.url);
    await ended;
  } finally {
    await server.close();
  }
};

/**
 * The command `explore`.
 *
 * @param settings - of tests.
 */
export const exploreCommand = (settings: ExploreSettings = {}): Command =>
  addForce(addFrameOption(addPlaneOptions(addModelOptions(new Command('explore')))))
    .description('explore the latent plane in a browser')
    .argument(
      '[models...]',
      'networks by id, run folders or model files, an encoder and its decoder beside each other (default: the trained zoo)',
    )
    .option(DATASET_FLAG, `${DATASET_NAMES} or a folder (default: what the first was trained on)`)
    .option(CLASSIFIER_FLAG, CLASSIFIER_HELP)
    .option(
      '--port <n>',
      'to listen on; 0 for any free one (default: 8028 or the next free one)',
      wholeNumber('--port', { min: 0, max: 65_535 }),
    )
    .option(
      '--host <address>',
      'address of this machine to listen on; 0.0.0.0 or :: for all, so that other machines reach it',
      '127.0.0.1',
    )
    .option('--open', "open the system's browser")
    .option(
      '--export <dir>',
      'write page and data there for a static host, instead of serving them',
      outputFolder('--export'),
    )
    .addHelpText(
      'after',
      `
Examples:
  npx latent explore --open
  npx latent explore dense-1 runs/mine --port 8080
  npx latent explore some.keras
  npx latent explore encoder.h5 decoder.h5
  npx latent explore runs/vae20 --axes 3,7
  npx latent explore --export site`,
    )
    .action((models: readonly string[], flags: ExploreFlags) => run(models, flags, settings));
