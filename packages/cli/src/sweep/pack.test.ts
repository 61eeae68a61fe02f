import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Of } from '../files/sha256.ts';
import { filesBelow, temporaryFolder } from '../runs/testing.ts';
import { packRun, unpackRun } from './pack.ts';

let folder = '';
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const unpack = (packed: Uint8Array, sha256 = sha256Of(packed)): Promise<void> =>
  unpackRun(packed, sha256, join(folder, 'out'), 'the run');

describe('packRun', () => {
  it('brings every file of a run back, leaves locks and charts out, and gives the same bytes twice', async () => {
    const run = join(folder, 'run');
    await mkdir(join(run, 'checkpoints'), { recursive: true });
    await mkdir(join(run, 'charts'));
    const kept = ['config.json', 'metrics.json', 'checkpoints/last.safetensors', 'checkpoints/epoch-0002.safetensors'];
    for (const name of [...kept, '.lock-held@h@1@1', 'charts/x.svg']) await writeFile(join(run, name), name);
    const packed = await packRun(run);
    expect(await packRun(run)).toEqual(packed);
    await unpack(packed.bytes, packed.sha256);
    expect([...(await filesBelow(join(folder, 'out'))).keys()]).toEqual([...kept].sort());
    expect(await readFile(join(folder, 'out', 'config.json'), 'utf8')).toBe('config.json');
  });
});

describe('unpackRun', () => {
  it('refuses bytes of another hash', async () => {
    await expect(unpack(bytes('x'), sha256Of(bytes('y')))).rejects.toThrow('checksum: the run: expected SHA-256');
  });
  it('refuses names that are none of a run folder, paths out of it first of all', async () => {
    for (const name of ['../config.json', '/etc/passwd', 'checkpoints/../../x.safetensors', 'run.js', 'config.json/x'])
      await expect(unpack(zipSync({ [name]: bytes('x') }))).rejects.toThrow('invalid-run: the run: expected files');
  });
  it('refuses what is no archive', async () => {
    await expect(unpack(bytes('no archive'))).rejects.toThrow('invalid-run: the run: expected a packed run folder');
  });
});
