import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openModel } from '../models/index.ts';
import { buildCommandLine, latent, smallMnist, startLatent, temporaryFolder, writeIdxFolder } from '../runs/testing.ts';

let folder = '';
let data = '';
beforeAll(async () => {
  await buildCommandLine();
  folder = await temporaryFolder();
  data = await writeIdxFolder(join(folder, 'data'), await smallMnist(500, 100));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const path = (name: string): string => join(folder, name);

describe('latent tune-decoder', () => {
  it('trains a new decoder on codes that stay, into a model that holds both', async () => {
    expect(
      (await latent(['train', 'convdense-4', '--dataset', data, '--epochs', '2', '--out', path('base')])).code,
    ).toBe(0);
    const words = [
      'tune-decoder',
      path('base'),
      '--decoder',
      'dense-2',
      '--dataset',
      data,
      '--epochs',
      '20',
      '--batch-size',
      '32',
      '--threads',
      '1',
    ];
    const { code, stdout, stderr } = await latent([...words, '--out', path('tuned'), '--json']);
    expect(code, stderr).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({
      id: 'convdense-4-dense-2-decoder',
      recipe: 'documented',
      epochs: 20,
      stopped: 'finished',
    });
    // The recipe holds a fifth out.
    expect(report.valLoss).toBeGreaterThan(0);

    const [base, tuned] = await Promise.all([openModel(path('base')), openModel(path('tuned'))]);
    for (const [name, values] of base.weights)
      if (name.startsWith('encoder/')) expect(tuned.weights.get(name)).toEqual(values);
    expect(tuned.weights.get('decoder/dense_4/kernel')).toHaveLength(128 * 784);
    expect(tuned.spec).toMatchObject({ frozenEncoder: 'convdense-4' });
    const history = (await readFile(join(path('tuned'), 'history.jsonl'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(history[19].loss).toBeLessThan(history[0].loss);
    expect(tuned.config?.encoder).toEqual({ model: path('base'), sha256: base.weightsSha256 });

    // Killed, and without the model it came from, it resumes to the same bytes.
    const { child, finished } = startLatent([...words, '--out', path('killed')]);
    while (!(await readFile(join(path('killed'), 'history.jsonl')).catch(() => null)))
      await new Promise((done) => setTimeout(done, 5));
    child.kill('SIGKILL');
    await finished;
    await rm(path('base'), { recursive: true });
    const resumed = await latent(['train', '--resume', path('killed')]);
    expect(resumed.code, resumed.stderr).toBe(0);
    for (const file of ['weights.safetensors', 'history.jsonl']) {
      expect((await readFile(join(path('killed'), file))).equals(await readFile(join(path('tuned'), file))), file).toBe(
        true,
      );
    }
  });

  it('refuses what has no encoder, no such decoder, or no decoder named', async () => {
    expect(
      (await latent(['train', 'classifier', '--dataset', data, '--epochs', '1', '--out', path('classifier')])).code,
    ).toBe(0);
    const rows: readonly (readonly [string[], RegExp])[] = [
      [[path('classifier'), '--decoder', 'dense-2'], /"classifier" is a classifier/],
      [[path('classifier'), '--decoder', 'dens-2'], /no-such-part|unknown-network/],
      [[path('classifier')], /--decoder: expected the id of a network/],
      [[path('nowhere'), '--decoder', 'dense-2'], /unknown-model/],
    ];
    for (const [words, message] of rows) {
      const { code, stderr } = await latent(['tune-decoder', ...words]);
      expect(stderr).toMatch(message);
      expect(code).toBe(2);
    }
  });
});
