/** What is kept of the zoo's files, so that they are read once. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openModel } from './open-model.ts';

let cache: string;
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'latent-weights-'));
  vi.stubEnv('LATENT_PLANE_CACHE', cache);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true });
});

it('keeps the weights of a file of the zoo, and reads the file again where what was kept is damaged', async () => {
  const { weights } = await openModel('dense-1');
  const [name] = await readdir(join(cache, 'weights'));
  const kept = join(cache, 'weights', name);
  const stored = await readFile(kept);
  expect((await openModel('dense-1')).weights).toEqual(weights);
  await writeFile(kept, 'damaged');
  expect((await openModel('dense-1')).weights).toEqual(weights);
  expect(await readFile(kept)).toEqual(stored);
});
