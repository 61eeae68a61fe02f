/** Trains and exports with a checkout's own command line. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const FORMATS = ['keras', 'onnx', 'tfjs'] as const;
export type Format = (typeof FORMATS)[number];

export interface Training {
  readonly dataset: string;
  readonly epochs: number;
  readonly threads: number;
}

const POLL_MS = 5;
/** After the first epoch is on the disk the second has begun. */
const INTO_THE_EPOCH_MS = 50;
const ATTEMPTS = 5;

const start = (folder: string, words: readonly string[]) => {
  const child = spawn(process.execPath, [...words], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<number | null>((done, fail) => child.on('error', fail).on('close', done));
  return { child, ended, stderr: () => stderr };
};

/** @throws Error with what the command said where it ends with another code than 0. */
const run = async (folder: string, words: readonly string[]): Promise<void> => {
  const { ended, stderr } = start(folder, words);
  const code = await ended;
  if (code !== 0) throw new Error(`${folder}: node ${words.join(' ')} ended with ${code}\n${stderr()}`);
};

const linesOf = (path: string): number => (existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0);

/** What the comparison asks of a checkout. Paths that it is given are absolute. */
export interface Checkout {
  readonly folder: string;
  build(): Promise<void>;
  train(id: string, out: string, training: Training): Promise<void>;
  /** Trains, is killed in the middle of the second epoch, and continues. */
  trainKilled(id: string, out: (attempt: number) => string, training: Training): Promise<string>;
  export(model: string, to: Format, out: string): Promise<void>;
}

/** @throws Error where the folder is no checkout of this project. */
export const openCheckout = (given: string): Checkout => {
  const folder = resolve(given);
  const program = join(folder, 'packages/cli/bin/latent.js');
  if (!existsSync(program))
    throw new Error(
      `${folder}: expected a checkout of this project, found no packages/cli/bin/latent.js; name another`,
    );
  const words = (id: string, out: string, { dataset, epochs, threads }: Training): string[] => {
    const numbers = ['--epochs', `${epochs}`, '--seed', '1', '--threads', `${threads}`];
    return [program, 'train', id, '--recipe', 'best', '--dataset', dataset, ...numbers, '--out', out];
  };
  return {
    folder,
    build: () => run(folder, ['scripts/build.mjs', 'core', 'cli']),
    train: (id, out, training) => run(folder, words(id, out, training)),
    trainKilled: async (id, outOf, training) => {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        const out = outOf(attempt);
        const { child, ended } = start(folder, words(id, out, training));
        while (child.exitCode === null && linesOf(join(out, 'history.jsonl')) === 0) await sleep(POLL_MS);
        await sleep(INTO_THE_EPOCH_MS);
        child.kill('SIGKILL');
        await ended;
        // A machine that is fast enough may have ended the run before it was killed.
        if (child.signalCode !== 'SIGKILL' || existsSync(join(out, 'weights.safetensors'))) continue;
        await run(folder, [program, 'train', '--resume', out]);
        return out;
      }
      throw new Error(`${folder}: ${id} ended ${ATTEMPTS} times before it could be killed; take more images`);
    },
    export: (model, to, out) => run(folder, [program, 'export', model, '--to', to, '--out', out]),
  };
};
