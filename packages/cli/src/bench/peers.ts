/**
 * The peers of the bench: each row is a process of its own, so that no engine shares a heap or a thread with another.
 *
 * In: an engine, a network's spec, a batch size, seconds. Out: its throughput, or the reason why there is none. The
 * scripts are `bench/peers/*`; what they need from npm is installed into `bench/node_modules` when first asked for, what
 * they need from Python by `npm run bench:setup`.
 * Which rows there are, their order and their ratios are decided in `bench.ts`.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ImageSet, type NetworkSpec, resolveNetwork } from 'latent-plane';
import { definitionOf, tryJsonAs } from 'latent-plane/internal';
import * as v from 'valibot';
import { EXIT, note } from '../console.ts';
import { benchPython, cloneFolder } from '../places.ts';
import { onStop } from '../signals.ts';
import { networkForPeers } from './peer-network.ts';

export type PeerEngine = keyof typeof peers;

export type PeerRow =
  | {
      readonly engine: PeerEngine;
      readonly version: string;
      readonly model: string;
      readonly batchSize: number;
      readonly imagesPerSecond: number;
      /** Steps and seconds that were measured; the warm-up is not among them. */
      readonly steps: number;
      readonly seconds: number;
      /** What the peer ran with: threads, libraries. */
      readonly note?: string;
    }
  /** Why there is no figure: nothing to run it with, or the engine cannot train this network. */
  | { readonly engine: PeerEngine; readonly skipped: string };

export interface PeerOptions {
  /** The images that all engines train on; made-up ones when absent. */
  readonly images?: ImageSet;
  /** For a test: where the scripts are. */
  readonly folder?: string;
  /** A Python that has the peers; the one of `npm run bench:setup` when absent. */
  readonly python?: string;
}

/** A large network as one compiled function, on two cores. */
const COMPILING_SECONDS = 300;

interface Peer {
  readonly script: string;
  readonly runsOn: 'node' | 'python';
  /**
   * Arguments of each way to run it. The time is shared among the ways and the fastest counts: which one that is
   * depends on the batch and the machine, and a peer is to be shown at its best.
   */
  readonly ways: (spec: NetworkSpec) => readonly (readonly string[])[];
  /** What it may take to load and to compile; a minute when absent. */
  readonly startSeconds?: number;
}

/** Whether a layer slides a kernel over an image: a step then takes so long that a call costs nothing. */
const hasConvolutions = (spec: NetworkSpec): boolean =>
  resolveNetwork(spec).parts.some(({ layers }) => layers.some(({ spec: layer }) => definitionOf(layer).convolution));

const pytorch = (way: string, startSeconds?: number): Peer => ({
  script: 'pytorch.py',
  runsOn: 'python',
  ways: () => [['--way', way]],
  startSeconds,
});

/** Several steps in a call, where calls cost something. */
const stepsOf = (spec: NetworkSpec): readonly string[] => (hasConvolutions(spec) ? [] : ['--steps-per-execution', '8']);

const peers = {
  'tfjs-cpu': { script: 'tfjs.mjs', runsOn: 'node', ways: () => [['--backend', 'cpu']] },
  'tfjs-wasm': { script: 'tfjs.mjs', runsOn: 'node', ways: () => [['--backend', 'wasm']] },
  'jax-js-wasm': {
    script: 'jax-js.mjs',
    runsOn: 'node',
    ways: () => [
      ['--threads', '1'],
      ['--threads', 'all'],
    ],
  },
  'pytorch-eager': pytorch('eager'),
  'pytorch-fused': pytorch('fused'),
  'pytorch-channels-last': pytorch('channels-last'),
  'pytorch-compile': pytorch('compile', COMPILING_SECONDS),
  jax: { script: 'jax-jit.py', runsOn: 'python', ways: () => [[]], startSeconds: COMPILING_SECONDS },
  'keras-jax': {
    script: 'keras-fit.py',
    runsOn: 'python',
    ways: (spec) => [['--backend', 'jax', ...stepsOf(spec)]],
    startSeconds: COMPILING_SECONDS,
  },
  'keras-tensorflow': {
    script: 'keras-fit.py',
    runsOn: 'python',
    ways: (spec) => ['auto', 'off'].map((jit) => ['--backend', 'tensorflow', '--jit', jit, ...stepsOf(spec)]),
    startSeconds: COMPILING_SECONDS,
  },
} as const satisfies Readonly<Record<string, Peer>>;

/** The peers, in the order of their rows. */
export const PEER_ENGINES = Object.keys(peers) as readonly PeerEngine[];

/** Whether an engine runs in Python. */
export const runsInPython = (engine: PeerEngine): boolean => peers[engine].runsOn === 'python';

/** A row whose steps are so slow that the warm-up and one step do not fit in this is given up. */
const timeLimitMs = (seconds: number, { startSeconds = 60 }: Peer): number => 1000 * (startSeconds + 10 * seconds);

interface Finished {
  /** Null where the program could not be started, or was stopped for its time. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
}

interface Started {
  readonly cwd?: string;
  readonly stdin?: string;
  readonly limitMs?: number;
  /** Shows what the program says on our standard error. */
  readonly loud?: boolean;
  /** Added to ours. */
  readonly env?: Readonly<Record<string, string>>;
}

/** npm writes no log and no date of its own into the home folder. */
const QUIET_NPM = { npm_config_logs_max: '0', npm_config_update_notifier: 'false' };

/**
 * Starts a program. What the system has against it comes as an event for a few reasons, such as a missing file, and is
 * thrown for all others, such as an empty name or links that lead to each other.
 */
const startProgram = (
  program: string,
  args: readonly string[],
  { cwd, env }: Started,
): ChildProcessWithoutNullStreams | null => {
  try {
    return spawn(program, [...args], {
      cwd,
      // npm is a `.cmd` on Windows, which only a shell runs.
      shell: process.platform === 'win32' && program === 'npm',
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  } catch {
    return null;
  }
};

const runProgram = (program: string, args: readonly string[], started: Started): Promise<Finished> =>
  new Promise((resolve) => {
    const { stdin = '', limitMs, loud = false } = started;
    const child = startProgram(program, args, started);
    if (child === null) {
      resolve({ code: null, stdout: '', stderr: '', timedOut: false });
      return;
    }
    const said = { stdout: '', stderr: '' };
    let timedOut = false;
    const timer =
      limitMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            child.kill('SIGKILL');
          }, limitMs);
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        said[name] += text;
        if (loud) process.stderr.write(text);
      });
    }
    const stop = (): void => {
      child.kill('SIGKILL');
    };
    // A peer left behind would take the cores of whatever is run next.
    process.once('exit', stop);
    const finish = (code: number | null): void => {
      process.off('exit', stop);
      clearTimeout(timer);
      resolve({ code, ...said, timedOut });
    };
    child.on('error', () => finish(null));
    child.on('close', finish);
    // A program that ends before it has read its input is not an error of ours: its exit code tells.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
  });

/** By folder: installing and looking for PyTorch are done once for all rows. */
const installations = new Map<string, Promise<string | null>>();

/** Installs the JavaScript peers once; null when they are there, else why not. */
const installPeers = (folder: string): Promise<string | null> => {
  const install = async (): Promise<string | null> => {
    // npm writes this file last, so a broken-off installation is not taken for a whole one.
    if (existsSync(join(folder, 'node_modules', '.package-lock.json'))) return null;
    note('installing TensorFlow.js and jax-js into bench/node_modules, once (about 300 MB)');
    const { code } = await runProgram('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: folder,
      loud: true,
      env: QUIET_NPM,
    });
    return code === 0 ? null : '`npm ci` in bench/ failed; see its output above';
  };
  const installation = installations.get(folder) ?? install();
  installations.set(folder, installation);
  return installation;
};

/** What sets up what is missing. */
const SETUP = '`npm run bench:setup` sets the Python peers up';

const imageFiles = new WeakMap<ImageSet, string>();

/** The pixels as a file that every peer reads; removed when this process ends. */
const writeImages = (images: ImageSet): string => {
  const known = imageFiles.get(images);
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(tmpdir(), 'latent-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'pixels.bin');
  writeFileSync(file, images.pixels);
  imageFiles.set(images, file);
  return file;
};

type Printed = Readonly<Record<string, unknown>>;

/** The last line of the output that is a JSON object. */
const printedRow = (stdout: string): Printed | null => {
  const line = stdout.split('\n').findLast((text) => text.startsWith('{'));
  return line === undefined ? null : tryJsonAs(line, v.record(v.string(), v.unknown()));
};

/** What a script that printed no row said last, or which package it lacks. */
const failureOf = ({ code, stderr }: Finished): string => {
  const missing = /ModuleNotFoundError: No module named '([^']*)'/.exec(stderr)?.[1];
  if (missing !== undefined) return `its Python has no ${missing}; ${SETUP}`;
  const said = stderr.trim().split('\n').at(-1) ?? '';
  return `its script ended with ${code ?? 'no exit code'}${said && `: ${said}`}`;
};

/** What a peer's script came to; its row is the last line of its output that is a JSON object. */
const rowOf = (engine: PeerEngine, finished: Finished): PeerRow => {
  if (finished.timedOut)
    return { engine, skipped: 'too slow: its warm-up and one step do not fit in the time of a row' };
  const row = printedRow(finished.stdout);
  if (typeof row?.unsupported === 'string') return { engine, skipped: `unsupported: ${row.unsupported}` };
  const { version, model, batchSize, imagesPerSecond, steps, seconds, note: remark } = row ?? {};
  if (
    typeof version !== 'string' ||
    typeof model !== 'string' ||
    typeof batchSize !== 'number' ||
    typeof imagesPerSecond !== 'number' ||
    typeof steps !== 'number' ||
    typeof seconds !== 'number'
  )
    return { engine, skipped: failureOf(finished) };
  const remarked = typeof remark === 'string' ? { note: remark } : {};
  return { engine, version, model, batchSize, imagesPerSecond, steps, seconds, ...remarked };
};

/** Whether a program says its version when it is asked. */
export const canRun = async (program: string): Promise<boolean> =>
  (await runProgram(program, ['--version'], { limitMs: 60_000 })).code === 0;

/** The program that runs a peer's script, or why there is none. */
const programOf = async (
  { runsOn }: Peer,
  folder: string,
  python: string | undefined,
): Promise<{ program: string } | { skipped: string }> => {
  if (runsOn === 'node') {
    const failure = await installPeers(folder);
    return failure === null ? { program: process.execPath } : { skipped: failure };
  }
  const program = python ?? benchPython(folder);
  if (python === undefined && !existsSync(program)) return { skipped: `no Python of the bench's own; ${SETUP}` };
  return (await canRun(program)) ? { program } : { skipped: `${program} cannot be run; ${SETUP}` };
};

interface WaysJob {
  readonly engine: PeerEngine;
  readonly spec: NetworkSpec;
  readonly batchSize: number;
  readonly seconds: number;
  readonly images?: ImageSet;
  readonly folder: string;
}

/** Runs a peer in each of its ways and keeps the fastest. */
const runWays = async (peer: Peer, program: string, job: WaysJob): Promise<PeerRow> => {
  const { engine, spec, batchSize, seconds, images, folder } = job;
  const ways = peer.ways(spec);
  const share = seconds / ways.length;
  const shared = ['--batch-size', String(batchSize), '--seconds', String(share)];
  const data = images ? ['--images', writeImages(images)] : [];
  let best: PeerRow | null = null;
  for (const way of ways) {
    const args = [join(folder, 'peers', peer.script), ...shared, ...data, ...way];
    const limitMs = timeLimitMs(seconds, peer);
    const stdin = JSON.stringify(networkForPeers(spec));
    const row = rowOf(engine, await runProgram(program, args, { cwd: folder, stdin, limitMs }));
    if (!best || (!('skipped' in row) && ('skipped' in best || row.imagesPerSecond > best.imagesPerSecond))) best = row;
  }
  return best ?? { engine, skipped: 'it has no way to run' };
};

/**
 * Measures one peer on one network.
 *
 * @param seconds - of measuring, warm-up excluded, shared by the ways in which the peer can be run.
 * @returns the row of its fastest way, or why there is none; it does not throw for a peer that is missing or fails.
 */
export const runPeer = async (
  engine: PeerEngine,
  spec: NetworkSpec,
  batchSize: number,
  seconds: number,
  { images, folder = cloneFolder && join(cloneFolder, 'bench'), python }: PeerOptions = {},
): Promise<PeerRow> => {
  if (folder === undefined) return { engine, skipped: 'the peers are in bench/ of a clone of this project' };
  const peer: Peer = peers[engine];
  // A signal alone would end this process without its `exit`, which removes the images and ends the peer.
  const release = onStop(() => process.exit(EXIT.interrupted));
  try {
    const found = await programOf(peer, folder, python);
    return 'skipped' in found
      ? { engine, skipped: found.skipped }
      : await runWays(peer, found.program, { engine, spec, batchSize, seconds, images, folder });
  } finally {
    release();
  }
};
