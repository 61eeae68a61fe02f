/**
 * A page to test: the built explorer and a small bundle whose network was never trained.
 *
 * In: nothing but seeds. Out: the same bundle every time, with pictures that differ visibly from place to place.
 */
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AutoencoderSpec, findNetwork, initializeParameters, resolveNetwork, type Weights } from 'latent-plane';
import {
  type ExplorerAbout,
  type ExplorerBundleOptions,
  type ExplorerScores,
  explorerBundle,
  parameterSlots,
  RandomStream,
} from 'latent-plane/internal';
import { build } from 'vite';

const APP = fileURLToPath(new URL('..', import.meta.url));
const CORE = fileURLToPath(new URL('../../../packages/core/src', import.meta.url));
export const DIST = join(APP, 'dist');

const newest = async (folder: string): Promise<number> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const times = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).mtimeMs);
  return Math.max(0, ...(await Promise.all(times)));
};

const LOCK = join(APP, 'node_modules', '.build-lock');
/** A build takes seconds; a lock older than this was left by a process that is gone. */
const STALE_MS = 60_000;

/** Runs `work` while no other test file does: they run side by side, and a build empties its folder first. */
const alone = async (work: () => Promise<void>): Promise<void> => {
  await mkdir(dirname(LOCK), { recursive: true });
  for (;;) {
    const owned = await mkdir(LOCK).then(
      () => true,
      () => false,
    );
    if (owned) break;
    const age = await stat(LOCK).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > STALE_MS) await rm(LOCK, { recursive: true, force: true });
    else await new Promise((resolve) => setTimeout(resolve, 100));
  }
  try {
    await work();
  } finally {
    await rm(LOCK, { recursive: true, force: true });
  }
};

const isBuilt = async (): Promise<boolean> => {
  const built = await stat(join(DIST, 'index.html')).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
  const files = ['index.html', 'vite.config.ts', 'package.json'].map(
    async (file) => (await stat(join(APP, file))).mtimeMs,
  );
  const sources = await Promise.all([newest(join(APP, 'src')), newest(join(APP, 'public')), newest(CORE), ...files]);
  return built > Math.max(...sources);
};

/** Builds the page if there is none, or one that is older than its sources. */
export const ensureBuilt = (): Promise<void> =>
  alone(async () => {
    if (!(await isBuilt())) await build({ configFile: join(APP, 'vite.config.ts'), logLevel: 'error' });
  });

const network = findNetwork('dense-1');
if (network.kind !== 'autoencoder') throw new Error('dense-1 is an autoencoder');
export const spec: AutoencoderSpec = network;

const CLASSES = 10;
/** A tenth of MNIST: enough for every view, and quick to draw without a graphics card. */
export const TRAIN = 6000;
const TEST = 1000;
/** Images that the page may show. */
const SHOWN = 100;
/** Makes the pictures of an untrained network differ by more than a grey level from place to place. */
const CONTRAST = 14;

export const untrainedWeights = (): Weights => {
  const { parameters } = resolveNetwork(spec);
  const values = initializeParameters(parameters, 7).map((value) => value * CONTRAST);
  // Centred on the plane's middle instead of its corner.
  const weights = new Map(
    parameterSlots(parameters).map(({ parameter, offset, length }) => [
      parameter.name,
      values.slice(offset, offset + length),
    ]),
  );
  const [kernel, bias] = [weights.get('decoder/dense/kernel'), weights.get('decoder/dense/bias')];
  bias?.forEach((_, unit) => {
    if (kernel) bias[unit] = -0.5 * (kernel[unit] + kernel[bias.length + unit]);
  });
  return weights;
};

/** 7,000 codes in ten blobs, squeezed into 0..1 as a sigmoid would. */
export const blobCodes = (): { codes: Float32Array; labels: Uint8Array } => {
  const count = TRAIN + TEST;
  const codes = new Float32Array(2 * count);
  new RandomStream(3, 'codes').fillNormal(codes, 0.55);
  const labels = Uint8Array.from({ length: count }, (_, i) => (i * 7 + (i >> 3)) % CLASSES);
  labels.forEach((label, i) => {
    const angle = (2 * Math.PI * label) / CLASSES;
    const radius = label % 2 === 0 ? 2.2 : 1.1;
    codes[2 * i] = 1 / (1 + Math.exp(-codes[2 * i] - radius * Math.cos(angle)));
    codes[2 * i + 1] = 1 / (1 + Math.exp(-codes[2 * i + 1] - radius * Math.sin(angle)));
  });
  return { codes, labels };
};

/** A training that never was, with one finding. */
export const about: ExplorerAbout = {
  recipe: spec.recipes.best ?? null,
  command: 'npx latent train dense-1 --dataset mnist --recipe best --seed 1 --threads 2',
  versions: 'Latent Plane 0.1.0, 2 threads',
  card: '# dense-1: a card\n\nWhat it is for.\n',
  history: Array.from({ length: 20 }, (_, i) => ({
    epoch: i + 1,
    loss: 0.03 + 0.05 / (i + 1),
    valLoss: 0.032 + 0.05 / (i + 1),
    learningRate: 0.001,
  })),
  bestEpoch: 20,
  stopped: 'finished',
  findings: [
    {
      code: 'overfit',
      aliases: [],
      severity: 'warning',
      message: 'Test images cost a tenth more than training images.',
      evidence: { testOverTrain: 1.1, classes: ['4', '9'] },
      remedy: 'Add dropout.',
    },
  ],
  metadata: { licence: 'MIT' },
};

/** @param place - 0 for the first; errors fall from one to the next. */
export const scoresAt = (place: number): ExplorerScores => ({
  parameters: 200_000 - 10_000 * place,
  published: place === 1 ? null : 0.04,
  documented: 0.041,
  recipe: 'best',
  train: 0.036 - 0.001 * place,
  test: 0.038 - 0.001 * place,
  all: 0.0365 - 0.001 * place,
  knnAccuracy: 0.8 + 0.02 * place,
  trustworthiness: 0.95,
  continuity: 0.94,
  recognisable: 0.81,
  epochs: 20,
  seconds: 75,
  findings: place === 0 ? [{ code: 'overfit', severity: 'warning' }] : [],
});

/** Some of the test images: a blot that wanders with the image's number. */
const testImages = (): Uint8Array => {
  const pixels = new Uint8Array(SHOWN * 784);
  for (let i = 0; i < SHOWN; i++) {
    for (let y = 0; y < 8; y++)
      pixels.fill(255, i * 784 + (y + (i % 20)) * 28 + 10, i * 784 + (y + (i % 20)) * 28 + 18);
  }
  return pixels;
};

/** @param ids - names under which the one network stands in the bundle; the first is the default. */
export const testBundle = (...ids: readonly string[]): Map<string, Uint8Array> => bundleOf(ids);

/** The same with some test images. */
export const picturedBundle = (...ids: readonly string[]): Map<string, Uint8Array> =>
  bundleOf(ids, { pixels: testImages(), height: 28, width: 28, from: TRAIN });

const bundleOf = (ids: readonly string[], images?: ExplorerBundleOptions['images']): Map<string, Uint8Array> => {
  const { codes, labels } = blobCodes();
  const classNames = Array.from({ length: CLASSES }, (_, label) => String(label));
  return explorerBundle({
    dataset: { name: 'mnist', classNames, train: TRAIN, test: TEST },
    labels,
    images,
    baselines: { constantGrey: 0.0951, meanImage: 0.0673, pca: { components: 2, mse: 0.0559 } },
    networks: (ids.length > 0 ? ids : [spec.id]).map((id, place) => ({
      spec: { ...spec, id },
      weights: untrainedWeights(),
      codes,
      metrics: { mse: { all: 0.0404 } },
      about,
      scores: scoresAt(place),
    })),
  });
};
