/**
 * What the tests of runs share: a small part of MNIST, a small network, file systems that fail, and the built
 * command line as a process. Not part of the program.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AutoencoderSpec,
  type Dataset,
  dense,
  encodeIdxImages,
  encodeIdxLabels,
  findNetwork,
  type ImageSet,
  type RunConfig,
  takeImages,
} from 'latent-plane';
import { RandomStream } from 'latent-plane/internal';
import { nodeRuntime } from 'latent-plane/node';
import { buildAll } from '../../../../scripts/build.mjs';
import { loadDataset } from '../data/index.ts';
import { diskFiles, type FileSystem } from '../files/file-system.ts';
import { cloneFolder } from '../places.ts';
import { describeDataset } from './data.ts';
import type { RunContext } from './execute-run.ts';
import { planRun, type TrainingOptions } from './plan.ts';

export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'latent-plane-run-'));

/** A seeded choice of MNIST. */
export const smallMnist = async (train: number, test: number): Promise<Dataset> => {
  const mnist = await loadDataset('mnist');
  const choose = (set: ImageSet, count: number): ImageSet =>
    takeImages(set, new RandomStream(1, 'test-subset').permutation(set.count).slice(0, count));
  return { ...mnist, name: 'small-mnist', train: choose(mnist.train, train), test: choose(mnist.test, test) };
};

/** Writes a data set as a folder that `--dataset` takes. */
export const writeIdxFolder = async (folder: string, { train, test }: Dataset): Promise<string> => {
  await mkdir(folder, { recursive: true });
  for (const [stem, set] of [
    ['train', train],
    ['t10k', test],
  ] as const) {
    await writeFile(join(folder, `${stem}-images-idx3-ubyte`), encodeIdxImages(set));
    await writeFile(join(folder, `${stem}-labels-idx1-ubyte`), encodeIdxLabels(set.labels));
  }
  return folder;
};

const recipes = findNetwork('dense-1').recipes;

/** Small enough that an epoch takes milliseconds. */
export const tinyNetwork: AutoencoderSpec = {
  kind: 'autoencoder',
  id: 'tiny',
  title: 'For tests',
  file: 'tiny.keras',
  inputShape: [784],
  encoder: [dense(4, 'tanh'), dense(2, 'linear')],
  decoder: [dense(784, 'sigmoid')],
  loss: { type: 'mse' },
  published: null,
  record: 'None.',
  recipes,
};

export const tinyConfig = (dataset: Dataset, options: TrainingOptions = {}): RunConfig =>
  planRun(
    { command: 'train', network: tinyNetwork },
    { epochs: 3, batchSize: 50, threads: 1, ...options },
    describeDataset('small', dataset),
    nodeRuntime,
  );

export const contextOn = (dataset: Dataset, more: Partial<RunContext> = {}): RunContext => ({
  runtime: nodeRuntime,
  now: () => performance.now(),
  loadDataset: () => Promise.resolve(dataset),
  ...more,
});

/** A system error as Node throws it. */
export const systemError = (code: string): Error =>
  Object.assign(new Error(`${code}: injected`), { code, syscall: 'write' });

type Verdict = 'proceed' | Error;

/**
 * The disk, but every change of it is put to `decide` first. A write that fails leaves half its bytes, as a full disk
 * or a killed process does.
 */
export const interceptedFiles = (
  decide: (what: 'write' | 'rename' | 'flush' | 'remove', path: string) => Verdict,
): FileSystem => {
  const change = async (
    what: 'rename' | 'flush' | 'remove',
    path: string,
    action: () => Promise<void>,
  ): Promise<void> => {
    const verdict = decide(what, path);
    if (verdict !== 'proceed') throw verdict;
    await action();
  };
  return {
    ...diskFiles,
    writeFlushed: async (path, bytes) => {
      const verdict = decide('write', path);
      if (verdict === 'proceed') return diskFiles.writeFlushed(path, bytes);
      await diskFiles.writeFlushed(path, bytes.subarray(0, bytes.length >> 1));
      throw verdict;
    },
    rename: (from, to) => change('rename', to, () => diskFiles.rename(from, to)),
    flushFolder: (path) => change('flush', path, () => diskFiles.flushFolder(path)),
    remove: (path) => change('remove', path, () => diskFiles.remove(path)),
  };
};

/** Every file below a folder but the locks, with its bytes. */
export const filesBelow = async (folder: string): Promise<Map<string, Buffer>> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  return new Map(
    await Promise.all(
      files.sort().map(async (file): Promise<[string, Buffer]> => [file, await readFile(join(folder, file))]),
    ),
  );
};

/** Builds the command line where it is not built, or from other sources. */
export const buildCommandLine = (): Promise<string[]> => buildAll({ names: ['core', 'cli'] });

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Largest file that it and its children may write, in steps of 512 bytes; a way to a full disk without a disk. */
  readonly fileSizeKb?: number;
}

/** Starts `latent` as a process of its own. */
export const startLatent = (
  words: readonly string[],
  { cwd, env = {}, fileSizeKb }: StartOptions = {},
): { readonly child: ChildProcess; readonly finished: Promise<Finished> } => {
  const script = join(cloneFolder ?? '.', 'packages/cli/bin/latent.js');
  const line = [process.execPath, script, ...words];
  const [program, ...rest] =
    fileSizeKb === undefined ? line : ['sh', '-c', `ulimit -f ${2 * fileSizeKb} && exec "$@"`, 'sh', ...line];
  const child = spawn(program, rest, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', ...env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const finished = new Promise<Finished>((done, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) => done({ code, signal, stdout, stderr }));
  });
  return { child, finished };
};

/** Runs `latent` to its end. */
export const latent = (words: readonly string[], options: StartOptions = {}): Promise<Finished> =>
  startLatent(words, options).finished;
