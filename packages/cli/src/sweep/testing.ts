/**
 * What the tests of sweeps share: real servers, workers, a line that can be cut. Not part of the program.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findNats } from '../../../../scripts/ensure-nats.mjs';
import { buildCommandLine, smallMnist, startLatent, temporaryFolder, writeIdxFolder } from '../runs/testing.ts';
import { STREAM, type SweepServer } from './nats-server.ts';

/** Path of a nats-server; null where the tests that need one are skipped. */
export const natsProgram = findNats();

export interface Job {
  readonly id: string;
  readonly state: string;
  readonly run: string;
  readonly mse: { readonly all: number } | null;
  readonly config: { readonly recipe: { readonly seed: number } };
  readonly name?: string;
  readonly what?: string;
  readonly failure?: { readonly code: string; readonly message: string };
}

export const jobsOf = ({ stdout }: { readonly stdout: string }): readonly Job[] => JSON.parse(stdout).jobs;

/** The weights of every job, in order, as text that can be compared. */
export const weightsOf = (jobs: readonly Job[]): Promise<string[]> =>
  Promise.all(jobs.map(async ({ run }) => (await readFile(join(run, 'weights.safetensors'))).toString('base64')));

/** Whether two sweeps came to the same weights; a difference of megabytes is not printed. */
export const sameWeights = async (a: readonly Job[], b: readonly Job[]): Promise<boolean> =>
  JSON.stringify(await weightsOf(a)) === JSON.stringify(await weightsOf(b));

export const endOf = (child: ChildProcess): Promise<void> =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done();
    else child.on('exit', () => done());
  });

export const kill = async (child: ChildProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> => {
  child.kill(signal);
  await endOf(child);
};

/** Asks until it is so. @throws Error after two minutes. */
export const until = async (what: string, isSo: () => boolean | Promise<boolean>): Promise<void> => {
  for (let looks = 0; looks < 2400; looks++) {
    if (await isSo()) return;
    await sleep(50);
  }
  throw new Error(`waited two minutes until ${what}`);
};

/** Below those that systems give to whoever connects, and apart from those of another test's process. */
let nextPort = 10_000 + ((97 * process.pid) % 20_000);

const isFree = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const server = createServer()
      .on('error', () => done(false))
      .listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });

/** Ports that nobody listens at; never the same twice. */
export const freePorts = async (count: number): Promise<number[]> => {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = nextPort++;
    if (await isFree(port)) ports.push(port);
  }
  return ports;
};

/** How often each outcome was written, by job; a job that has ended has one. */
export const outcomeWrites = async ({ manager }: SweepServer): Promise<Map<string, number>> => {
  const prefix = '$KV.latent_jobs.outcome.';
  const { state } = await manager.streams.info('KV_latent_jobs', { subjects_filter: `${prefix}*` });
  return new Map(Object.entries(state.subjects ?? {}).map(([key, count]) => [key.slice(prefix.length), count]));
};

/** Jobs that wait or run. */
export const openJobs = async ({ manager }: SweepServer): Promise<number> =>
  (await manager.streams.info(STREAM)).state.messages;

/** Objects on the server whose names begin so. */
export const objectsOf = async ({ store }: SweepServer, prefix: string): Promise<string[]> =>
  (await store.list()).map(({ name }) => name).filter((name) => name.startsWith(prefix));

const isListening = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.on('error', () => done(false));
  });

/** A connection that can be cut without either end being told, as a pulled cable does, and healed. */
export interface CuttableLine {
  readonly url: string;
  cut(): void;
  heal(): void;
  close(): void;
}

export const openLine = async (port: number): Promise<CuttableLine> => {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    near.pipe(far);
    far.pipe(near);
    for (const socket of [near, far]) {
      sockets.add(socket);
      if (isCut) socket.pause();
      // The other end ends with it, and what is lost is the caller's to notice.
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await new Promise((done) => server.on('listening', done));
  const address = server.address();
  return {
    url: `nats://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    cut: () => {
      isCut = true;
      for (const socket of sockets) {
        socket.unpipe();
        socket.pause();
      }
    },
    heal: () => {
      isCut = false;
      // What was under way when the cable was pulled is gone; both ends come anew.
      for (const socket of sockets) socket.destroy();
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};

/** A folder, a small data set, and processes that end with the test. */
export interface Workshop {
  readonly data: string;
  path(name: string): string;
  /** Writes a sweep of dense-1. */
  sweepFile(name: string, seeds: number, epochs: number): Promise<string>;
  /** A nats-server that listens; its files lie in a folder of that name. */
  server(port: number, name: string, words?: readonly string[]): Promise<ChildProcess>;
  worker(url: string, options?: WorkerOptions): { readonly child: ChildProcess; stderr(): string };
  /** Ends every process and removes the folder. */
  close(): Promise<void>;
}

interface WorkerOptions {
  readonly words?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Largest file that it may write. */
  readonly fileSizeKb?: number;
}

export const openWorkshop = async (): Promise<Workshop> => {
  await buildCommandLine();
  const folder = await temporaryFolder();
  const path = (name: string): string => join(folder, name);
  const data = await writeIdxFolder(path('small-mnist'), await smallMnist(1000, 100));
  const children = new Set<ChildProcess>();
  return {
    data,
    path,
    sweepFile: async (name, seeds, epochs) => {
      const text = `networks: dense-1\ndatasets: ${data}\nepochs: ${epochs}\nseeds: {from: 1, to: ${seeds}, step: 1}\n`;
      await writeFile(path(name), text);
      return path(name);
    },
    server: async (port, name, words = []) => {
      const all = ['-js', '-a', '127.0.0.1', '-p', String(port), '-sd', path(name), ...words];
      const child = spawn(natsProgram ?? '', all, { stdio: 'ignore' });
      children.add(child);
      await until(`the server listens on ${port}`, () => {
        if (child.exitCode !== null) throw new Error(`${natsProgram} ${all.join(' ')} ended`);
        return isListening(port);
      });
      return child;
    },
    worker: (url, { words = [], env = {}, fileSizeKb } = {}) => {
      const all = ['worker', '--nats', url, '--scratch', path('scratch'), ...words];
      const { child } = startLatent(all, { env, fileSizeKb });
      children.add(child);
      let stderr = '';
      child.stderr?.on('data', (text: string) => {
        stderr += text;
      });
      return { child, stderr: () => stderr };
    },
    close: async () => {
      await Promise.all([...children].map((child) => kill(child)));
      await rm(folder, { recursive: true, force: true });
    },
  };
};
