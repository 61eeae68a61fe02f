import { readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Dataset } from 'latent-plane';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { diskFiles } from '../files/file-system.ts';
import { readConfig, readHistory, readMetrics, readState, recordScores } from './folder.ts';
import { beginRun, resumeRun } from './lifecycle.ts';
import {
  contextOn,
  filesBelow,
  interceptedFiles,
  smallMnist,
  systemError,
  temporaryFolder,
  tinyConfig,
} from './testing.ts';

let dataset: Dataset;
beforeAll(async () => {
  dataset = await smallMnist(200, 50);
});

const folders: string[] = [];
const newRun = async (): Promise<string> => {
  const folder = await temporaryFolder();
  folders.push(folder);
  return join(folder, 'run');
};
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** What must be the same however a run came to its end. */
const result = async (folder: string): Promise<string[]> => {
  const files = await filesBelow(folder);
  expect([...files.keys()].filter((name) => /\.tmp$|lock/.test(name))).toEqual([]);
  return [
    'weights.safetensors',
    'history.jsonl',
    'checkpoints/last.safetensors',
    'checkpoints/epoch-0002.safetensors',
  ].map((name) => files.get(name)?.toString('base64') ?? `no ${name}`);
};

const options = { checkpointEvery: 2, validationSplit: 0.2, patience: 5 };

const unbroken = async (): Promise<string[]> => {
  const folder = await newRun();
  await beginRun(folder, tinyConfig(dataset, options), dataset, contextOn(dataset));
  return result(folder);
};

const resumeOrBegin = async (folder: string): Promise<void> => {
  const config = await diskFiles.read(join(folder, 'config.json'));
  if (config) await resumeRun(folder, contextOn(dataset));
  else await beginRun(folder, tinyConfig(dataset, options), dataset, contextOn(dataset));
};

/** Fails the disk from its n-th change on, for every n, until a run passes unharmed. */
const failAtEveryChange = async (
  fault: Error,
  onlyWrites: boolean,
  check: (folder: string, error: unknown) => Promise<void>,
): Promise<number> => {
  const expected = await unbroken();
  for (let n = 0; ; n++) {
    const folder = await newRun();
    let changes = 0;
    const files = interceptedFiles((what) => {
      if (onlyWrites && what !== 'write') return 'proceed';
      return changes++ < n ? 'proceed' : fault;
    });
    const error = await beginRun(folder, tinyConfig(dataset, options), dataset, contextOn(dataset, { files })).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    if (error === null) return n;
    await check(folder, error);
    await resumeOrBegin(folder);
    expect(await result(folder), `after a fault at change ${n}`).toEqual(expected);
  }
};

describe('a run folder', () => {
  it('leaves the same bytes for the same seed, and others for another', async () => {
    const first = await unbroken();
    expect(await unbroken()).toEqual(first);
    const folder = await newRun();
    await beginRun(folder, tinyConfig(dataset, { ...options, seed: 2 }), dataset, contextOn(dataset));
    const other = await result(folder);
    for (const [i, bytes] of other.entries()) expect(bytes).not.toBe(first[i]);
  });

  it('resumes to the same bytes from a stop at any change of the disk', async () => {
    // Not an error of the disk's own: all that comes after it fails too, cleaning up included, as when killed.
    const changes = await failAtEveryChange(systemError('KILLED'), false, () => Promise.resolve());
    expect(changes).toBeGreaterThan(40);
  });

  it('ends with no-space on a disk that fills at any write, keeps the last checkpoint and no half-written file', async () => {
    const writes = await failAtEveryChange(systemError('ENOSPC'), true, async (folder, error) => {
      expect(error).toMatchObject({ code: 'no-space', kind: 'work' });
      expect(String(error)).toMatch(/no space left for .*; free some/);
      const files = await filesBelow(folder);
      expect([...files.keys()].filter((name) => name.endsWith('.tmp'))).toEqual([]);
      const last = files.get('checkpoints/last.safetensors');
      const state = await readState(folder, 784 * 4 + 4 + 4 * 2 + 2 + 2 * 784 + 784);
      expect(state === null).toBe(last === undefined);
    });
    expect(writes).toBeGreaterThan(12);
  });

  it('stops between two batches when told, and resumes to the same bytes', async () => {
    const expected = await unbroken();
    for (const batchesBefore of [0, 1, 3, 4, 7]) {
      const folder = await newRun();
      const controller = new AbortController();
      let batches = 0;
      if (batchesBefore === 0) controller.abort();
      const idle = { begin: () => undefined, epoch: () => undefined, end: () => undefined };
      const observer = {
        ...idle,
        batch: () => {
          batches += 1;
          if (batches === batchesBefore) controller.abort();
        },
      };
      const outcome = await beginRun(
        folder,
        tinyConfig(dataset, options),
        dataset,
        contextOn(dataset, { signal: controller.signal, observer }),
      );
      expect(outcome.stopped).toBe('interrupted');
      expect((await readMetrics(folder))?.stopped).toBe('interrupted');
      await resumeRun(folder, contextOn(dataset));
      expect(await result(folder)).toEqual(expected);
    }
  });

  it('sums seconds and images over its executions', async () => {
    const folder = await newRun();
    let ms = 0;
    const controller = new AbortController();
    const observer = {
      begin: () => undefined,
      batch: () => undefined,
      epoch: () => controller.abort(),
      end: () => undefined,
    };
    const config = tinyConfig(dataset);
    const now = (): number => ms;
    const tick = {
      ...observer,
      batch: () => {
        ms += 500;
      },
    };
    await beginRun(folder, config, dataset, contextOn(dataset, { signal: controller.signal, observer: tick, now }));
    ms = 1e6;
    await resumeRun(folder, contextOn(dataset, { observer: { ...tick, epoch: () => undefined }, now }));
    // 3 epochs of 4 batches of 50 images, half a second each.
    expect(await readMetrics(folder)).toMatchObject({
      epochs: 3,
      seconds: 6,
      imagesPerSecond: 100,
      stopped: 'finished',
    });
  });

  it('keeps the weights of the best epoch when patience ends, and says which', async () => {
    const folder = await newRun();
    const config = tinyConfig(dataset, {
      epochs: 200,
      patience: 2,
      validationSplit: 0.5,
      learningRate: 0.05,
      checkpointEvery: 1,
    });
    const { stopped, metrics } = await beginRun(folder, config, dataset, contextOn(dataset));
    expect(stopped).toBe('early');
    const history = await readHistory(folder);
    const losses = history.map(({ valLoss }) => valLoss ?? Number.NaN);
    const best = losses.indexOf(Math.min(...losses)) + 1;
    expect(metrics.bestEpoch).toBe(best);
    expect(metrics.epochs).toBe(best + 2);
    expect(metrics.valLoss).toBe(losses[best - 1]);
    const name = `epoch-${String(best).padStart(4, '0')}.safetensors`;
    expect(await readFile(join(folder, 'weights.safetensors'))).toEqual(
      await readFile(join(folder, 'checkpoints', name)),
    );
  });

  it('that has ended continues with Adam to more epochs: to the bytes of a run that was planned so, at a constant rate', async () => {
    const [longer, planned] = [await newRun(), await newRun()];
    await beginRun(longer, tinyConfig(dataset, { epochs: 2, checkpointEvery: 2 }), dataset, contextOn(dataset));
    await recordScores(longer, 'evaluate', { mse: { all: 0.5 } });
    const { metrics } = await resumeRun(longer, contextOn(dataset), { epochs: 5 });
    expect(metrics).toMatchObject({ epochs: 5, stopped: 'finished', scores: {} });
    await beginRun(planned, tinyConfig(dataset, { epochs: 5, checkpointEvery: 2 }), dataset, contextOn(dataset));
    expect(await result(longer)).toEqual(await result(planned));
    expect(await readConfig(longer)).toMatchObject({
      recipe: { epochs: 5 },
      overrides: { epochs: 5 },
      extended: [{ after: 2, planned: 2 }],
    });
    const card = await readFile(join(longer, 'README.md'), 'utf8');
    expect(card).toContain('| Given more epochs | after epoch 2 of 2, with the optimiser');
    expect(card).toMatch(
      /npx latent train .* --epochs 2 .* --out DIR && npx latent train --resume DIR --epochs 5 --out DIR\n/,
    );
  });

  it('that was given more epochs is repeated from its config to the same bytes, its schedule stretched from there on', async () => {
    const cosine = { recipe: 'best', epochs: 3, checkpointEvery: 2 } as const;
    const folder = await newRun();
    await beginRun(folder, tinyConfig(dataset, cosine), dataset, contextOn(dataset));
    const ended = await readHistory(folder);
    const notes: string[] = [];
    await resumeRun(folder, contextOn(dataset, { onNote: (text) => notes.push(text) }), { epochs: 6 });
    await resumeRun(folder, contextOn(dataset), { epochs: 8 });
    expect(notes.join()).toMatch(/the schedule warmup-cosine is stretched to 6 epochs: from epoch 4 on/);
    const history = await readHistory(folder);
    expect(history.slice(0, 3)).toEqual(ended);
    const planned = await newRun();
    await beginRun(planned, tinyConfig(dataset, { ...cosine, epochs: 6 }), dataset, contextOn(dataset));
    const rates = (await readHistory(planned)).map(({ learningRate }) => learningRate);
    expect(history.slice(3, 6).map(({ learningRate }) => learningRate)).toEqual(rates.slice(3));
    const config = await readConfig(folder);
    if (!config) throw new Error('the run has lost its config');
    expect(config.extended).toEqual([
      { after: 3, planned: 3 },
      { after: 6, planned: 6 },
    ]);
    const again = await newRun();
    await beginRun(again, config, dataset, contextOn(dataset));
    expect(await result(again)).toEqual(await result(folder));
  });

  it('that stopped early waits anew when it is given more epochs', async () => {
    const impatient = { epochs: 200, patience: 2, validationSplit: 0.5, learningRate: 0.05, checkpointEvery: 2 };
    const folder = await newRun();
    const first = await beginRun(folder, tinyConfig(dataset, impatient), dataset, contextOn(dataset));
    expect(first.stopped).toBe('early');
    const done = first.metrics.epochs;
    const second = await resumeRun(folder, contextOn(dataset), { epochs: 300 });
    expect(second.metrics.epochs).toBeGreaterThanOrEqual(done + 2);
    expect((await readConfig(folder))?.extended).toEqual([{ after: done, planned: 200 }]);
    const config = await readConfig(folder);
    if (!config) throw new Error('the run has lost its config');
    const again = await newRun();
    await beginRun(again, config, dataset, contextOn(dataset));
    expect(await result(again)).toEqual(await result(folder));
  });

  it('resumes to the same bytes from a stop at any change of the disk while it is given more epochs', async () => {
    const shorter = { ...options, epochs: 2 };
    const begun = async (): Promise<string> => {
      const folder = await newRun();
      await beginRun(folder, tinyConfig(dataset, shorter), dataset, contextOn(dataset));
      return folder;
    };
    const unharmed = await begun();
    await resumeRun(unharmed, contextOn(dataset), { epochs: 4 });
    const expected = await result(unharmed);
    let passed = false;
    for (let n = 0; !passed; n++) {
      const folder = await begun();
      let changes = 0;
      const files = interceptedFiles(() => (changes++ < n ? 'proceed' : systemError('KILLED')));
      passed = await resumeRun(folder, contextOn(dataset, { files }), { epochs: 4 }).then(
        () => true,
        () => false,
      );
      // The same words again, as whoever sees that it was killed would give them.
      const { metrics } = await resumeRun(folder, contextOn(dataset), { epochs: 4 });
      expect(metrics).toMatchObject({ epochs: 4, stopped: 'finished' });
      expect(await result(folder), `after a stop at change ${n}`).toEqual(expected);
    }
  });

  it('is left as it was where it has as many epochs, has not ended, or has lost its state', async () => {
    const folder = await newRun();
    await beginRun(folder, tinyConfig(dataset), dataset, contextOn(dataset));
    const before = await filesBelow(folder);
    const refused = (epochs: number) => resumeRun(folder, contextOn(dataset), { epochs });
    expect(await refused(3)).toMatchObject({ already: true, stopped: 'finished' });
    await expect(refused(2)).rejects.toMatchObject({
      code: 'epochs-done',
      kind: 'input',
      message: expect.stringMatching(/finished after 3 epochs, so expected a total of more than 3/),
    });
    expect(await filesBelow(folder)).toEqual(before);
    await rm(join(folder, 'checkpoints'), { recursive: true });
    await expect(refused(4)).rejects.toMatchObject({ code: 'no-state', kind: 'input' });
    // As the zoo ships its runs: without the state, and with weights that lie elsewhere.
    await rm(join(folder, 'weights.safetensors'));
    await expect(resumeRun(folder, contextOn(dataset))).rejects.toMatchObject({ code: 'no-state', kind: 'input' });
    expect((await readdir(folder)).sort()).toEqual(['README.md', 'config.json', 'history.jsonl', 'metrics.json']);

    const interrupted = await newRun();
    const controller = new AbortController();
    controller.abort();
    await beginRun(interrupted, tinyConfig(dataset), dataset, contextOn(dataset, { signal: controller.signal }));
    await expect(resumeRun(interrupted, contextOn(dataset), { epochs: 9 })).rejects.toMatchObject({
      code: 'other-run',
      message: expect.stringContaining('has not ended'),
    });
  });

  it('refuses to continue with other images', async () => {
    const folder = await newRun();
    const controller = new AbortController();
    controller.abort();
    await beginRun(folder, tinyConfig(dataset), dataset, contextOn(dataset, { signal: controller.signal }));
    const pixels = dataset.train.pixels.slice();
    pixels[0] ^= 1;
    const other = { ...dataset, train: { ...dataset.train, pixels } };
    await expect(resumeRun(folder, contextOn(other))).rejects.toMatchObject({ code: 'dataset-changed', kind: 'input' });
  });

  it('does not bar its folder when the run could not begin', async () => {
    const folder = await newRun();
    await expect(
      beginRun(folder, tinyConfig(dataset, { batchSize: 201 }), dataset, contextOn(dataset)),
    ).rejects.toMatchObject({ code: 'batch-size' });
    await expect(beginRun(folder, tinyConfig(dataset), dataset, contextOn(dataset))).resolves.toMatchObject({
      stopped: 'finished',
    });
  });

  it('holds nothing of the machine or the clock but metrics.json', async () => {
    const first = await newRun();
    const second = await newRun();
    for (const folder of [first, second]) await beginRun(folder, tinyConfig(dataset), dataset, contextOn(dataset));
    const files = await filesBelow(first);
    const others = await filesBelow(second);
    const differing = [...files].filter(([name, bytes]) => !others.get(name)?.equals(bytes)).map(([name]) => name);
    expect(differing.filter((name) => name !== 'README.md' && name !== 'metrics.json')).toEqual([]);
  });

  it('takes scores into its figures and card, and drops them when it continues', async () => {
    const folder = await newRun();
    const controller = new AbortController();
    controller.abort();
    await beginRun(folder, tinyConfig(dataset), dataset, contextOn(dataset, { signal: controller.signal }));
    await recordScores(folder, 'evaluate', { mse: { all: 0.5 } });
    expect((await readMetrics(folder))?.scores).toEqual({ evaluate: { mse: { all: 0.5 } } });
    expect(await readFile(join(folder, 'README.md'), 'utf8')).toContain('"all": 0.5');
    await resumeRun(folder, contextOn(dataset));
    expect((await readMetrics(folder))?.scores).toEqual({});
    // A run that ships has no checkpoints, and none are begun.
    await rm(join(folder, 'checkpoints'), { recursive: true });
    const before = (await readdir(folder)).sort();
    await recordScores(folder, 'diagnose', { findings: [] });
    expect((await readdir(folder)).sort()).toEqual(before);
    await expect(recordScores(dirname(folder), 'evaluate', {})).rejects.toMatchObject({
      code: 'not-a-run',
    });
  });
});
