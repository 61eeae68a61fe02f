import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { browserPath, freeBytes, isWritable, parseInstructions } from '../doctor/machine.ts';
import { doctorCommand } from './doctor.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});

const doctor = async (words: readonly string[]): Promise<string> => {
  let said = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += text;
    return true;
  });
  await doctorCommand().parseAsync([...words], { from: 'user' });
  return said;
};

describe('latent doctor', () => {
  it('--json tells what was found, and that both engines compute', async () => {
    const found = JSON.parse(await doctor(['--json']));
    expect(found.node.version).toBe(process.versions.node);
    expect(found.processor.cores).toBeGreaterThan(0);
    expect(found.memory.availableBytes).toBeLessThanOrEqual(found.memory.totalBytes);
    expect(found.engines).toEqual([
      { name: 'onnxruntime-node', version: expect.stringMatching(/^\d+\.\d+/), works: true },
      { name: 'onnxruntime-web wasm', version: expect.stringMatching(/^\d+\.\d+/), works: true },
    ]);
    expect(found.datasets.map(({ name }: { name: string }) => name)).toEqual(['mnist', 'fashion-mnist', 'kmnist']);
    expect(found.problems).toEqual([]);
    expect(process.exitCode).toBeUndefined();
  });

  it('ends with exit 1 and says what to do where something is missing', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'latent-plane-doctor-')), 'file');
    await writeFile(file, '');
    vi.stubEnv('LATENT_PLANE_CACHE', file);
    vi.stubEnv('NO_COLOR', '1');
    const said = await doctor([]);
    expect(said).toMatch(/^problem: the cache folder .* cannot be written: set LATENT_PLANE_CACHE to another$/m);
    expect(process.exitCode).toBe(1);
    await rm(file);
  });
});

describe('what the doctor reads', () => {
  it('wide arithmetic from the flags of Linux, null where there are none', () => {
    const cpuinfo = 'model name\t: A\nflags\t\t: fpu sse2 avx2 avx512f avx512dq\n';
    expect(parseInstructions(cpuinfo)).toEqual({ avx2: true, avx512: true });
    expect(parseInstructions('flags : fpu avx')).toEqual({ avx2: false, avx512: false });
    expect(parseInstructions('Features : asimd')).toBeNull();
    expect(parseInstructions(null)).toBeNull();
  });

  it('the disk and the rights of a folder that is still to be made, from the one above it', async () => {
    const folder = join(tmpdir(), 'not', 'there', 'yet');
    expect(await freeBytes(folder)).toBeGreaterThan(0);
    expect(await isWritable(folder)).toBe(true);
  });

  it('CHROME_PATH before the browsers of PATH, null where there is neither', () => {
    expect(browserPath({ CHROME_PATH: process.execPath, PATH: '/usr/bin' })).toBe(process.execPath);
    expect(browserPath({ CHROME_PATH: '/no/such/file', PATH: '' })).toBeNull();
  });
});
