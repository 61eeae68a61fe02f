import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DATASETS } from 'latent-plane';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type InstallationPlaces, OWN_PLACES } from '../doctor/installation.ts';
import { browserPath, freeBytes, isWritable, parseInstructions } from '../doctor/machine.ts';
import { doctorCommand } from './doctor.ts';

let folder = '';
/** A page beside the zoo that ships. */
let places: InstallationPlaces;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latent-plane-doctor-'));
  await writeFile(join(folder, 'index.html'), '<!doctype html>');
  places = { ...OWN_PLACES, page: folder };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.exitCode = undefined;
});

const doctor = async (words: readonly string[], at: InstallationPlaces = places): Promise<string> => {
  let said = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += text;
    return true;
  });
  await doctorCommand(at).parseAsync([...words], { from: 'user' });
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
    expect(found.datasets.map(({ name }: { name: string }) => name)).toEqual(DATASETS.map(({ name }) => name));
    expect(found.page).toEqual({ folder, built: true });
    expect(found.models).toContain('dense-1');
    expect(found.modelsMissing).toEqual([]);
    expect(found.problems).toEqual([]);
    expect(process.exitCode).toBeUndefined();
  });

  it('ends with exit 1 and says what to do where something is missing', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    vi.stubEnv('LATENT_PLANE_CACHE', file);
    vi.stubEnv('NO_COLOR', '1');
    const said = await doctor([]);
    expect(said).toMatch(/^problem: the cache folder .* cannot be written: set LATENT_PLANE_CACHE to another$/m);
    expect(process.exitCode).toBe(1);
    await rm(file);
  });
});

describe('a doctor without the parts of this program', () => {
  const problems = async (at: InstallationPlaces): Promise<string[]> => {
    const found = JSON.parse(await doctor(['--json'], at));
    expect(process.exitCode).toBe(1);
    return found.problems;
  };

  it('says that the page and the trained zoo are missing, and how to get them', async () => {
    const nowhere = { page: join(folder, 'no-page'), models: join(folder, 'no-models') };
    const [page, models, ...others] = await problems({ ...nowhere, clone: folder });
    expect(others).toEqual([]);
    expect(page).toMatch(/^the explorer's page is not in .*no-page, .*: run `npm run build`$/);
    expect(models).toMatch(
      /^none of the zoo is trained .*: run `git restore models`, or train them, as with `npx latent/,
    );
    const [again, from] = await problems({ ...nowhere, clone: undefined });
    expect(again).toMatch(/: install latent-plane-cli again$/);
    expect(from).toContain('take them from a clone of the project');
    vi.stubEnv('NO_COLOR', '1');
    const said = await doctor([], { ...nowhere, clone: folder });
    expect(said).toMatch(/^page +not built\n/m);
    expect(said).not.toContain('All is there');
  });

  it('names the networks whose weights are gone', async () => {
    const models = join(folder, 'runs');
    await mkdir(models);
    // The run is there, the model file that it names is not.
    await cp(join(OWN_PLACES.models, 'dense-1'), join(models, 'dense-1'), { recursive: true });
    const [problem] = await problems({ ...places, models });
    expect(problem).toMatch(/^none of the zoo is trained/);
    await writeFile(join(models, 'dense-1', 'weights.safetensors'), '');
    const [others] = await problems({ ...places, models });
    expect(others).toMatch(/^of the zoo are not trained: dense-2, /);
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
