/**
 * The worker that trains, driven from tests: a built page, a small data set, and what the worker says.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AutoencoderSpec, type Dataset, findNetwork, type ImageSet, type Recipe } from 'latent-plane';
import { explorerBundle, readArchive } from 'latent-plane/internal';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { loadDataset } from '../../../packages/cli/src/data/index.ts';
import { trainingPieces } from '../../../packages/cli/src/explore/training.ts';
import type { EngineChoice, FromWorker, StoredRun, ToWorker, TrainRequest } from '../src/train/protocol.ts';
import { untrainedWeights } from './fixture.ts';

const PAGE = fileURLToPath(new URL('train-page', import.meta.url));
const PUBLIC = fileURLToPath(new URL('../public', import.meta.url));
const CONFIG = fileURLToPath(new URL('../vite.config.ts', import.meta.url));

/** Builds the page of the tests into a folder of its own. */
export const buildTrainPage = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'latent-train-'));
  await build({
    configFile: CONFIG,
    root: PAGE,
    publicDir: PUBLIC,
    logLevel: 'error',
    build: { outDir: folder, emptyOutDir: false },
  });
  return folder;
};

export const removeTrainPage = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

const network = findNetwork('dense-1');
if (network.kind !== 'autoencoder') throw new Error('dense-1 is an autoencoder');
export const dense1: AutoencoderSpec = network;

const firstOf = (set: ImageSet, count: number): ImageSet => ({
  ...set,
  count,
  pixels: set.pixels.slice(0, count * set.height * set.width),
  labels: set.labels.slice(0, count),
});

/** The first images of MNIST, as a data set of its own. */
export const smallMnist = async (train = 1200, test = 100): Promise<Dataset> => {
  const mnist = await loadDataset('mnist');
  return { ...mnist, train: firstOf(mnist.train, train), test: firstOf(mnist.test, test) };
};

/** A bundle to train on, in pieces of 500 images. */
export const trainBundle = async (dataset: Dataset): Promise<Map<string, Uint8Array>> => {
  const { train, test, name, classNames } = dataset;
  const labels = new Uint8Array(train.count + test.count);
  labels.set(train.labels);
  labels.set(test.labels, train.count);
  return explorerBundle({
    dataset: { name, classNames, train: train.count, test: test.count },
    labels,
    networks: [{ spec: dense1, weights: untrainedWeights(), codes: new Float32Array(2 * labels.length) }],
    training: await trainingPieces('mnist', dataset, 500),
  });
};

/** Of batches of 64, a seed of its own, nothing held out. */
export const recipe = (changes: Partial<Recipe> = {}): Recipe => ({
  ...dense1.recipes.documented,
  epochs: 3,
  batchSize: 64,
  seed: 5,
  validationSplit: 0,
  trainOn: 'train',
  ...changes,
});

export const request = (
  changes: Partial<Recipe> = {},
  more: Partial<TrainRequest> = {},
  engine: EngineChoice = 'wasm',
): TrainRequest => ({
  network: dense1,
  recipe: recipe(changes),
  dataset: { kind: 'built-in', count: null },
  engine,
  ...more,
});

export const send = (page: Page, message: ToWorker): Promise<void> =>
  page.evaluate((sent) => trainer.send(sent), message);

/** What the worker said, without what is large. */
export const said = async (page: Page): Promise<FromWorker[]> =>
  page.evaluate(() => trainer.said.filter(({ type }) => type !== 'snapshot' && type !== 'file'));

export const ofType = <Type extends FromWorker['type']>(
  messages: readonly FromWorker[],
  type: Type,
): Extract<FromWorker, { type: Type }>[] =>
  messages.filter((message): message is Extract<FromWorker, { type: Type }> => message.type === type);

/** Waits until the worker's last status is this one; an error of the worker ends the wait. */
export const whenStatus = async (page: Page, status: string): Promise<void> => {
  await page.waitForFunction(
    (wanted) => {
      const error = trainer.said.find(({ type }) => type === 'error');
      const last = trainer.said.filter((message) => message.type === 'status').at(-1);
      return error !== undefined || last?.status === wanted;
    },
    status,
    { polling: 20 },
  );
  const [error] = ofType(await said(page), 'error');
  if (error) throw new Error(error.message);
};

/** Forgets what was said before, sends, and waits for a status. */
export const begin = async (page: Page, message: ToWorker, status: string): Promise<void> => {
  await page.evaluate((sent) => {
    trainer.said.length = 0;
    trainer.send(sent);
  }, message);
  await whenStatus(page, status);
};

export const sumOf = (page: Page): Promise<string> => page.evaluate(() => trainer.sum());

/** What lies in the browser's storage, the newest first. */
export const runsOf = async (page: Page): Promise<readonly StoredRun[]> => {
  await page.evaluate(() => {
    trainer.said.length = 0;
    trainer.send({ type: 'list' });
  });
  await page.waitForFunction(() => trainer.said.some(({ type }) => type === 'runs'));
  return ofType(await said(page), 'runs').at(-1)?.runs ?? [];
};

/** The newest file that the worker gave out. */
export const fileOf = async (page: Page): Promise<{ readonly name: string; readonly bytes: Uint8Array }> => {
  await page.waitForFunction(() => trainer.said.some(({ type }) => type === 'file' || type === 'error'));
  const [error] = ofType(await said(page), 'error');
  if (error) throw new Error(error.message);
  const { name, base64 } = await page.evaluate(() => trainer.file());
  return { name, bytes: new Uint8Array(Buffer.from(base64, 'base64')) };
};

/** Files of an archive that the page made, by path. */
export const filesOfZip = async (bytes: Uint8Array): Promise<ReadonlyMap<string, Uint8Array>> => {
  const { names } = await readArchive(bytes, 'made.zip', {});
  const sizes = Object.fromEntries(names.map((name) => [name, 2 ** 28]));
  return (await readArchive(bytes, 'made.zip', sizes)).entries;
};

/** Unpacks a run that the page made into a folder of its own below `folder`; returns the run folder within. */
export const unzipRun = async (folder: string, bytes: Uint8Array): Promise<string> => {
  const into = await mkdtemp(join(folder, 'run-'));
  const entries = await filesOfZip(bytes);
  for (const [name, content] of entries) {
    await mkdir(dirname(join(into, name)), { recursive: true });
    await writeFile(join(into, name), content);
  }
  return join(into, [...entries.keys()][0].split('/')[0]);
};

/** Gives files to the page's input; slashes of a path as `__`. */
export const giveFiles = (page: Page, files: ReadonlyMap<string, Uint8Array>): Promise<void> =>
  page.setInputFiles(
    'input',
    [...files].map(([path, bytes]) => ({
      name: path.replaceAll('/', '__'),
      mimeType: 'application/octet-stream',
      buffer: Buffer.from(bytes),
    })),
  );
