import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildCommandLine, latent, smallMnist, temporaryFolder, writeIdxFolder } from '../runs/testing.ts';
import { killAndResume } from '../testing/kills.ts';

const EPOCHS = 80;

/** Running statistics in both parts, beside noise, a schedule, and an average of the weights. */
const NETWORK = `
inputShape: [28, 28, 1]
encoder:
  - { type: conv2d, filters: 4, kernelSize: 3, strides: 2, padding: same }
  - { type: batch-normalization, momentum: 0.9 }
  - { type: leaky-relu, slope: 0.1 }
  - { type: flatten, name: features }
  - { type: dense, name: z_mean, units: 3, inputs: [features] }
  - { type: dense, name: z_log_var, units: 3, inputs: [features] }
  - { type: sampling, inputs: [z_mean, z_log_var] }
decoder:
  - { type: dense, units: 32 }
  - { type: batch-normalization, runningVariance: unbiased }
  - { type: relu }
  - { type: dropout, rate: 0.1 }
  - { type: dense, units: 784, activation: sigmoid }
  - { type: reshape, targetShape: [28, 28, 1] }
loss: { reconstruction: bce, terms: [{ type: kl, weight: 0.001, schedule: { type: warm-up, epochs: 20 } }] }
recipe: { epochs: ${EPOCHS}, batchSize: 50, emaDecay: 0.99 }
`;

let folder = '';
let data = '';
const path = (name: string): string => join(folder, name);
beforeAll(async () => {
  await buildCommandLine();
  folder = await temporaryFolder();
  data = await writeIdxFolder(path('digits'), await smallMnist(400, 50));
  await writeFile(path('normalised.yaml'), NETWORK);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const words = (out: string, ...more: string[]): string[] => [
  ...['train', path('normalised.yaml'), '--dataset', data, '--threads', '1', '--out', path(out), '--json', ...more],
];

it('running statistics, killed at 20 random moments, come to the bytes of a run never killed', async () => {
  const unkilled = await latent(words('unkilled'));
  expect(unkilled.code, unkilled.stderr).toBe(0);
  const kills = await killAndResume(words('killed', '--resume'), {
    run: path('killed'),
    epochMs: (1000 * JSON.parse(unkilled.stdout).seconds) / EPOCHS,
    kills: 20,
  });
  expect(kills).toBeGreaterThan(5);
  const last = await latent(words('killed', '--resume'));
  expect(JSON.parse(last.stdout)).toMatchObject({ epochs: EPOCHS, stopped: 'finished' });
  for (const file of ['weights.safetensors', 'history.jsonl', 'checkpoints/last.safetensors']) {
    const [killed, whole] = [await readFile(join(path('killed'), file)), await readFile(join(path('unkilled'), file))];
    expect(killed.equals(whole), file).toBe(true);
  }
  const names = (await readFile(join(path('killed'), 'weights.safetensors'))).toString('latin1', 8, 4000);
  for (const name of ['encoder/batch_normalization/moving_mean', 'decoder/batch_normalization/moving_variance'])
    expect(names).toContain(name);
});
