import { nodeRuntime } from 'latent-plane/node';
import { beforeAll, describe, expect, it } from 'vitest';
import { smallMnist } from '../runs/testing.ts';
import { planSweep } from './plan.ts';
import { cellsOf, sweepCsv } from './report.ts';
import type { JobStatus } from './states.ts';

/** Jobs of the same words, planned while one folder held these images, then others. */
let statuses: readonly JobStatus[] = [];
beforeAll(async () => {
  const dataset = await smallMnist(60, 10);
  const inverted = {
    ...dataset,
    train: { ...dataset.train, pixels: dataset.train.pixels.map((pixel) => 255 - pixel) },
  };
  const spec = { networks: ['dense-1'], seeds: [1, 2], datasets: ['/somewhere/digits'] };
  const plans = [];
  for (const images of [dataset, inverted])
    plans.push(await planSweep(spec, async () => images, { runtime: nodeRuntime }));
  statuses = plans.flatMap(({ jobs }) =>
    jobs.map(
      (job): JobStatus => ({
        job,
        state: 'done',
        outcome: {
          state: 'done',
          mse: { train: 0.1, test: 0.1, all: 0.1 },
          epochs: 1,
          seconds: 1,
          imagesPerSecond: 1,
          weightsSha256: '',
        },
        progress: null,
      }),
    ),
  );
});

describe('a cell of a sweep', () => {
  it('is of one data set by its sums: what a folder held before and after is not counted together', () => {
    const cells = cellsOf(statuses);
    expect(cells.map((cell) => cell.statuses.map(({ job }) => job.config.recipe.seed))).toEqual([
      [1, 2],
      [1, 2],
    ]);
    const labels = cells.map(({ label }) => label);
    expect(new Set(labels).size).toBe(2);
    for (const label of labels) expect(label).toMatch(/^dense-1, small-mnist \(images [0-9a-f]{8}\)$/);
    expect(cellsOf(statuses.slice(0, 2)).map(({ label }) => label)).toEqual(['dense-1']);
  });

  it('has the sum of its images in every row of its spreadsheet', () => {
    const [header, ...rows] = sweepCsv('out', statuses).trimEnd().split('\n');
    expect(header.split(',').at(-1)).toBe('train_images_sha256');
    expect(rows.map((row) => row.split(',').at(-1))).toEqual(
      statuses.map(({ job }) => job.config.dataset.sha256.trainImages),
    );
  });
});
