/** What a model out of a file is, where the file leaves it open: which output or layer is the code, which numbers are black and white. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cloneFolder } from '../places.ts';
import { buildCommandLine, latent, temporaryFolder } from '../runs/testing.ts';

const archive = join(cloneFolder ?? '.', 'packages', 'core', 'fixtures', 'keras-variants.zip');
let folder = '';
const path = (name: string): string => join(folder, name);

beforeAll(async () => {
  await buildCommandLine();
  folder = await temporaryFolder();
  const files = unzipSync(new Uint8Array(await readFile(archive)));
  for (const name of ['k3-heads-unnamed.keras', 'k3-wide-code.keras']) await writeFile(path(name), files[name]);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a file that leaves the code open', () => {
  it('is refused with its outputs and the option, which opens it', async () => {
    const asked = await latent(['summary', path('k3-heads-unnamed.keras')]);
    expect(asked.code).toBe(2);
    expect(asked.stderr).toMatch(/several-outputs: .*dense_a \(2\), dense_b \(2\)/);
    expect(asked.stderr).toContain('--code-output dense_a');
    const given = await latent(['summary', path('k3-heads-unnamed.keras'), '--code-output', 'dense_b']);
    expect([given.code, given.stdout.includes('encoder')]).toEqual([0, true]);
    const other = await latent(['summary', path('k3-heads-unnamed.keras'), '--code-output', 'dense']);
    expect([other.code, other.stderr.includes('no-such-output')]).toEqual([2, true]);
  });

  it('is cut where the option says', async () => {
    const own = await latent(['summary', path('k3-wide-code.keras')]);
    expect(own.stderr).toMatch(/the code is what layer "bottleneck" gives .*--code-layer names another/);
    const named = await latent(['summary', path('k3-wide-code.keras'), '--code-layer', 'no_such_layer']);
    expect(named.code).toBe(2);
    const [, layer] = /a layer that all data pass: [^,]+, ([^,]+),/.exec(named.stderr) ?? [];
    const cut = await latent(['summary', path('k3-wide-code.keras'), '--code-layer', layer]);
    expect([cut.code, cut.stderr]).toEqual([0, '']);
    expect(cut.stdout).not.toBe(own.stdout);
  });

  it('is no model of ours, whose code is known', async () => {
    const { code, stderr } = await latent(['evaluate', 'dense-1', '--code-layer', 'dense']);
    expect([code, stderr.includes('invalid-option')]).toEqual([2, true]);
  });
});

describe('a file that learned other pixels', () => {
  it('takes and gives them between layers that scale', async () => {
    const { code, stdout } = await latent(['summary', path('k3-wide-code.keras'), '--input-range', '-1,1']);
    expect(code).toBe(0);
    const [encoder, decoder] = stdout.split('decoder:');
    expect(encoder).toMatch(/input_range +8x8x1/);
    expect(decoder).toMatch(/output_range +8x8x1/);
  });

  it('is refused where they are no range', async () => {
    const { code, stderr } = await latent(['summary', path('k3-wide-code.keras'), '--input-range', '1,1']);
    expect([code, stderr.includes('two different numbers')]).toEqual([2, true]);
  });
});
