import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Dataset, findNetwork } from 'latent-plane';
import { nodeRuntime } from 'latent-plane/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeDataset } from '../runs/data.ts';
import { recordScores } from '../runs/folder.ts';
import { beginRun } from '../runs/lifecycle.ts';
import { planRun } from '../runs/plan.ts';
import { contextOn, smallMnist, temporaryFolder } from '../runs/testing.ts';
import { trainedRuns } from './scores.ts';

let models = '';
let dataset: Dataset;
beforeAll(async () => {
  models = await temporaryFolder();
  dataset = await smallMnist(100, 10);
  const config = planRun(
    { command: 'train', network: findNetwork('dense-1') },
    { epochs: 1, threads: 1, seed: 4, recipe: 'best', batchSize: 100 },
    describeDataset('small', dataset),
    nodeRuntime,
  );
  await beginRun(join(models, 'dense-1'), config, dataset, contextOn(dataset));
});
afterAll(() => rm(models, { recursive: true, force: true }));

const noFault = (message: string): never => {
  throw new Error(message);
};

describe('trainedRuns', () => {
  it('of a run that was not evaluated has seed, epochs and time alone', async () => {
    const runs = await trainedRuns(noFault, models);
    expect(runs).toEqual([
      {
        id: 'dense-1',
        recipe: 'best',
        folder: 'dense-1',
        data: describeDataset('small', dataset),
        score: { seed: 4, epochs: 1, seconds: expect.any(Number) },
      },
    ]);
  });

  it('has what the other commands recorded, in the form of the zoo', async () => {
    const mse = { train: 0.04, test: 0.05, all: 0.0414 };
    await recordScores(join(models, 'dense-1'), 'evaluate', {
      mse,
      knnAccuracy: { k: 5, value: 0.7 },
      recognisable: 0.6,
    });
    await recordScores(join(models, 'dense-1'), 'diagnose', {
      findings: [
        { code: 'overfit', severity: 'info' },
        { code: 'worse-than-floor', severity: 'error' },
      ],
    });
    const [{ score }] = await trainedRuns(noFault, models);
    expect(score).toMatchObject({
      mse,
      knnAccuracy: 0.7,
      recognisable: 0.6,
      findings: ['overfit', 'worse-than-baseline'],
    });
  });

  it('leaves out figures that state other images than the run was trained on', async () => {
    const { sha256 } = describeDataset('', dataset);
    const evaluate = { dataset: dataset.name, mse: { train: 0.9, test: 0.9, all: 0.9 } };
    await recordScores(join(models, 'dense-1'), 'evaluate', { ...evaluate, sha256 });
    expect((await trainedRuns(noFault, models))[0].score.mse?.all).toBe(0.9);
    const others = { ...sha256, testImages: sha256.trainImages };
    await recordScores(join(models, 'dense-1'), 'evaluate', { ...evaluate, sha256: others });
    expect((await trainedRuns(noFault, models))[0].score.mse).toBeUndefined();
  });

  it('leaves out files, other folders and damaged runs, and tells of the last', async () => {
    await writeFile(join(models, 'README.md'), 'The zoo.');
    await mkdir(join(models, 'autoencoders'));
    await cp(join(models, 'dense-1'), join(models, 'broken'), { recursive: true });
    await writeFile(join(models, 'broken', 'config.json'), '{"format": 1}');
    const faults: string[] = [];
    const runs = await trainedRuns((message) => faults.push(message), models);
    expect(runs.map(({ folder }) => folder)).toEqual(['dense-1']);
    expect(faults).toEqual([expect.stringMatching(/^invalid-run: .*broken/)]);
  });

  it('of a folder that is not there are none', async () => {
    expect(await trainedRuns(noFault, join(models, 'nowhere'))).toEqual([]);
  });
});
