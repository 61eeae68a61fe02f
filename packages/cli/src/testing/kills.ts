/** Trainings that are killed at random moments and resumed, for tests. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RandomStream } from 'latent-plane/internal';
import { expect } from 'vitest';
import { startLatent } from '../runs/testing.ts';

const mtime = async (file: string): Promise<number> => (await stat(file).catch(() => null))?.mtimeMs ?? 0;

/** Resolves when the run has saved another epoch, or has ended. */
export const nextEpoch = async (run: string, ended: Promise<unknown>): Promise<void> => {
  const file = join(run, 'checkpoints', 'last.safetensors');
  const before = await mtime(file);
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!over && (await mtime(file)) === before) await sleep(2);
};

interface Kills {
  /** The folder of the run. */
  readonly run: string;
  /** What an epoch takes. */
  readonly epochMs: number;
  readonly kills: number;
}

/**
 * Starts a training again and again and kills it at random moments.
 *
 * @param words - of a line that resumes.
 * @returns how many were killed: fewer where the run came to its end while nobody looked, as on a busy machine it may.
 */
export const killAndResume = async (
  words: readonly string[],
  { run, epochMs, kills: most }: Kills,
): Promise<number> => {
  const random = new Uint32Array(2 * most);
  new RandomStream(1, 'moments-of-kills').fillUint32(random);
  for (let kills = 0; kills < most; kills++) {
    const { child, finished } = startLatent([...words]);
    // A quarter of the kills hit the start; the others come within an epoch after one of the next three checkpoints.
    const epochs = random[2 * kills] % 4;
    for (let epoch = 0; epoch < epochs; epoch++) await nextEpoch(run, finished);
    await sleep((random[2 * kills + 1] / 2 ** 32) * (epochs === 0 ? 600 : epochMs));
    child.kill('SIGKILL');
    const { code, signal, stderr } = await finished;
    if (code === 0) return kills;
    expect(signal, stderr).toBe('SIGKILL');
  }
  return most;
};
