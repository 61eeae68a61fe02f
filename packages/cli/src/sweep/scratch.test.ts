import { spawnSync } from 'node:child_process';
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { temporaryFolder } from '../runs/testing.ts';
import { clearScratch, openScratch } from './scratch.ts';

let place = '';
beforeAll(async () => {
  place = await temporaryFolder();
});
afterAll(() => rm(place, { recursive: true, force: true }));

const leave = async (name: string, lock: string | null): Promise<void> => {
  await mkdir(join(place, name, 'dense-1', 'checkpoints'), { recursive: true });
  await writeFile(join(place, name, 'dense-1', 'checkpoints', 'last.safetensors'), 'state');
  if (lock !== null) await writeFile(join(place, name, lock), '');
};

it('removes what a dead worker left and nothing that may be in use', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  const host = hostname().replace(/[^\w.-]/g, '_');
  await leave('latent-worker-dead', `.lock-held@${host}@${pid}@1`);
  await leave('latent-worker-other-host', '.lock-held@another.example@1@1');
  await leave('latent-worker-being-made', null);
  await leave('latent-worker-long-ago', null);
  await utimes(join(place, 'latent-worker-long-ago'), 1, 1);
  // Somebody's, though it is named so and lies there long.
  await leave('latent-worker-diary', null);
  await writeFile(join(place, 'latent-worker-diary', 'notes.txt'), 'mine');
  await utimes(join(place, 'latent-worker-diary'), 1, 1);
  await leave('notes', `.lock-held@${host}@${pid}@1`);

  const mine = await openScratch(place);
  const kept = ['latent-worker-being-made', 'latent-worker-diary', 'latent-worker-other-host', 'notes'];
  expect((await readdir(place)).sort()).toEqual([...kept, basename(mine.folder)].sort());
  expect(await clearScratch(place, Date.now())).toBe(0);
  await mine.close();
  expect((await readdir(place)).sort()).toEqual(kept);
});
