import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../runs/testing.ts';
import { requirePlan } from './layout.ts';

let folder = '';
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a folder without a sweep', () => {
  it('is told with the command that begins one, as a shell takes it', async () => {
    const blank = join(folder, "my sweep's folder");
    await expect(requirePlan(blank)).rejects.toThrow(
      `begin one: npx latent sweep FILE.yaml --out '${blank.replace("'", "'\\''")}'`,
    );
    await expect(requirePlan(join(folder, 'plain'))).rejects.toThrow(`--out ${join(folder, 'plain')}`);
  });
});
