/** Runs the built command line as a process of its own, ends it where it takes too long, and finds what it leaves running. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processStart } from '../files/process-identity.ts';
import { packageFolder } from '../places.ts';

/** In the environment of a command and of all that it starts; by it they are found again. */
const MARK = 'LATENT_TEST_MARK';

export interface RunOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** After so long it gets SIGINT, as from Ctrl-C. */
  readonly limitMs: number;
  /** Gets SIGINT as soon as it has said this, on either stream. */
  readonly stopAt?: RegExp;
  /** Gets SIGKILL after so long. */
  readonly killAfterMs?: number;
  /** A program with its arguments that starts the command for us, given as further arguments. */
  readonly through?: readonly string[];
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
  /** Whether it got SIGINT, and whether it had to be killed because it went on even so. */
  readonly interrupted: 'no' | 'as-planned' | 'too-slow';
  readonly stubborn: boolean;
  /** Process ids of what it left running. */
  readonly left: readonly number[];
}

/** How long a process may take to end after SIGINT: it saves first, and other work may fill the machine. */
const GRACE_MS = 30_000;
const MAX_OUTPUT = 1_000_000;

/** Processes whose environment holds the text. Linux alone says; elsewhere none are found. */
const processesWith = async (text: string): Promise<number[]> => {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      return environment.includes(text) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
};

/** What is still there of those that carry the mark, once they have had a moment to end. */
const leftRunning = async (mark: string): Promise<readonly number[]> => {
  let left = await processesWith(mark);
  for (let looks = 0; left.length > 0 && looks < 40; looks++) {
    await sleep(50);
    left = await processesWith(mark);
  }
  return left;
};

const stillRunning = async (pids: readonly number[]): Promise<readonly number[]> => {
  const starts = await Promise.all(pids.map(processStart));
  return pids.filter((_, i) => starts[i] !== null);
};

const send = (pids: readonly number[], signal: NodeJS.Signals): void => {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
};

/** Asks processes to end, as `sweep --stop` does. @returns those that did not, which were killed then. */
export const endProcesses = async (
  pids: readonly number[],
  signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM',
): Promise<readonly number[]> => {
  send(pids, signal);
  let left = await stillRunning(pids);
  for (let waitedMs = 0; waitedMs < GRACE_MS && left.length > 0; waitedMs += 50) {
    await sleep(50);
    left = await stillRunning(left);
  }
  send(left, 'SIGKILL');
  return left;
};

/** Runs `latent` with these words to its end. */
export const runProgram = async (words: readonly string[], options: RunOptions): Promise<Ended> => {
  const { cwd, env, limitMs, stopAt, killAfterMs, through = [] } = options;
  const mark = `${MARK}=${randomUUID()}`;
  const start = performance.now();
  const line = [...through, process.execPath, join(packageFolder, 'bin', 'latent.js'), ...words];
  const child = spawn(line[0], line.slice(1), {
    cwd,
    env: { ...env, [MARK]: mark.slice(MARK.length + 1) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  const timers: NodeJS.Timeout[] = [];
  let interrupted: Ended['interrupted'] = 'no';
  let stubborn = false;
  const interrupt = (why: 'as-planned' | 'too-slow'): void => {
    if (interrupted !== 'no') return;
    interrupted = why;
    child.kill('SIGINT');
    timers.push(
      setTimeout(() => {
        stubborn = true;
        child.kill('SIGKILL');
      }, GRACE_MS),
    );
  };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      if (said[stream].length < MAX_OUTPUT) said[stream] += text;
      if (stopAt?.test(said[stream])) interrupt('as-planned');
    });
  }
  timers.push(setTimeout(() => interrupt('too-slow'), limitMs));
  if (killAfterMs !== undefined) timers.push(setTimeout(() => child.kill('SIGKILL'), killAfterMs));
  // `exit`, not `close`: workers of a sweep that continue hold the pipes.
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((done, fail) => {
    child.on('error', fail);
    child.on('exit', (...ended) => done(ended));
  });
  const durationMs = performance.now() - start;
  for (const timer of timers) clearTimeout(timer);
  const left = await leftRunning(mark);
  await endOfOutput(child.stdout, child.stderr);
  return { code, signal, ...said, durationMs, interrupted, stubborn, left };
};

/** What was written before the process ended may still be on its way; who keeps a stream open is not waited for. */
const endOfOutput = async (...streams: readonly NodeJS.ReadableStream[]): Promise<void> => {
  const ends = streams.map((stream) => (stream.readable ? new Promise((done) => stream.once('end', done)) : null));
  await Promise.race([Promise.all(ends), sleep(1000)]);
};
