/** Sweeps with rows that a grid cannot say: changed networks, weights that one job takes over from another. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { latent } from '../runs/testing.ts';
import { freePorts, type Job, jobsOf, kill, natsProgram, openWorkshop, sameWeights, type Workshop } from './testing.ts';

let shop: Workshop;
beforeAll(async () => {
  shop = await openWorkshop();
});
afterAll(() => shop.close());

const sweepFile = async (name: string, text: string): Promise<string> => {
  await writeFile(shop.path(name), text);
  return shop.path(name);
};
const configOf = async ({ run }: Job) => JSON.parse(await readFile(join(run, 'config.json'), 'utf8'));
const bytesOf = (run: string, name = 'weights.safetensors'): Promise<Buffer> => readFile(join(run, name));

/** A decoder that waits for its encoder, stages that wait for the one before, and a changed network. */
const rows = (data: string): string => `
datasets: ${data}
epochs: 2
batchSize: 100
runs:
  - { name: first, networks: convdense-2 }
  - { name: tuned, tune: { encoder: convdense-2, decoder: dense-2 } }
  - { name: stage 1, networks: dense-1, schedule: constant, learningRate: 0.01 }
  - { name: stage 2, like: stage 1, init: stage 1, batchSize: 200 }
  - name: small
    what: two layers each
    network:
      from: dense-1
      encoder: [{ type: dense, units: 8, activation: relu }, { type: dense, units: 2, activation: linear }]
      decoder: [{ type: dense, units: 8, activation: relu }, { type: dense, units: 784, activation: sigmoid }]
      loss: { type: jacobian, weight: 0.01 }
`;

describe('a sweep with rows', () => {
  it('comes to the bytes of train and tune-decoder one after the other', async () => {
    const end = await latent([
      'sweep',
      await sweepFile('rows.yaml', rows(shop.data)),
      '--out',
      shop.path('rows'),
      '--json',
    ]);
    expect(end.code, end.stderr).toBe(0);
    const jobs = jobsOf(end);
    const [first, tuned, one, two, small] = jobs;
    expect(jobs.map(({ name }) => name)).toEqual(['first', 'tuned', 'stage 1', 'stage 2', 'small']);
    const shared = ['--dataset', shop.data, '--epochs', '2', '--threads', '1'];
    const done = async (...words: string[]): Promise<void> => {
      const { code, stderr } = await latent(words);
      expect(code, stderr).toBe(0);
    };
    const tuning = ['--decoder', 'dense-2', ...shared, '--batch-size', '100', '--out', shop.path('tuned')];
    await done('tune-decoder', first.run, ...tuning);
    expect(Buffer.compare(await bytesOf(tuned.run), await bytesOf(shop.path('tuned')))).toBe(0);
    const stage = ['--init', one.run, ...shared, '--batch-size', '200', '--learning-rate', '0.01'];
    await done('train', 'dense-1', ...stage, '--set', 'schedule=constant', '--out', shop.path('stage'));
    expect(Buffer.compare(await bytesOf(two.run), await bytesOf(shop.path('stage')))).toBe(0);
    expect(await configOf(tuned)).toMatchObject({ command: 'tune-decoder', decoder: 'dense-2', init: null });
    expect((await configOf(two)).init.model).toBe(one.run);
    expect((await configOf(small)).network).toMatchObject({ id: 'dense-1-small', loss: { type: 'jacobian' } });
    expect(small.what).toBe('two layers each');

    const compared = JSON.parse((await latent(['compare', shop.path('rows'), '--json'])).stdout);
    expect(compared.cells.map(({ name }: { name: string }) => name)).toEqual(jobs.map(({ name }) => name));
    expect((await latent(['evaluate', small.run, '--json'])).code).toBe(0);
    const again = await latent(['sweep', shop.path('rows.yaml'), '--out', shop.path('rows'), '--json']);
    expect(jobsOf(again).map(({ id }) => id)).toEqual(jobs.map(({ id }) => id));
  });

  it('lets a job fail whose predecessor failed, and says why; both are run again together', async () => {
    const runs = '[{ name: a, networks: dense-1, batchSize: 1001 }, { name: b, networks: dense-1, init: a }]';
    const file = await sweepFile('vain.yaml', `datasets: ${shop.data}\nepochs: 1\nbatchSize: 100\nruns: ${runs}\n`);
    for (const words of [[file], ['--attach', '--retry-failed']]) {
      const end = await latent(['sweep', ...words, '--out', shop.path('vain'), '--json']);
      expect(end.code).toBe(1);
      expect(jobsOf(end).map(({ failure }) => failure?.code)).toEqual(['batch-size', 'predecessor-failed']);
    }
  });

  it('refuses a row above that is not there, or not one', async () => {
    const fails = async (runs: string): Promise<string> => {
      const file = await sweepFile('wrong.yaml', `datasets: ${shop.data}\nruns: ${runs}\n`);
      const { code, stderr } = await latent(['sweep', file, '--out', shop.path('wrong'), '--dry-run']);
      expect(code).toBe(2);
      return stderr;
    };
    expect(await fails('[{ name: b, networks: dense-1, init: a }]')).toContain('called "a"');
    expect(await fails('[{ networks: dense-1, epochs: [1, 2] }, { networks: dense-1, init: dense-1 }]')).toContain(
      'got 2',
    );
    expect(await fails('[{ networks: dense-1, epoch: 1 }]')).toMatch(
      /wrong\.yaml:2:\d+: runs\[0\]\.epoch: expected a field of sweeps, .*did you mean "epochs"\?/,
    );
  });

  it.skipIf(natsProgram === null)('comes to the same bytes through a server', async () => {
    const [port] = await freePorts(1);
    const url = `nats://127.0.0.1:${port}`;
    await shop.server(port, 'rows-server');
    const workers = [shop.worker(url), shop.worker(url)];
    const far = await latent(['sweep', shop.path('rows.yaml'), '--nats', url, '--out', shop.path('far'), '--json']);
    expect(far.code, far.stderr).toBe(0);
    await Promise.all(workers.map(({ child }) => kill(child, 'SIGTERM')));
    const near = await latent(['sweep', '--attach', '--out', shop.path('rows'), '--json']);
    expect(await sameWeights(jobsOf(far), jobsOf(near))).toBe(true);
  });
});
