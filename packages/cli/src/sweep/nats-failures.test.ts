import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { latent, smallMnist, startLatent, writeIdxFolder } from '../runs/testing.ts';
import { openServer } from './nats-server.ts';
import {
  endOf,
  freePorts,
  jobsOf,
  kill,
  natsProgram,
  openJobs,
  openWorkshop,
  sameWeights,
  until,
  type Workshop,
} from './testing.ts';

let shop: Workshop;
let url = '';
beforeAll(async () => {
  shop = await openWorkshop();
  const [port] = await freePorts(1);
  url = `nats://127.0.0.1:${port}`;
  if (natsProgram !== null) await shop.server(port, 'server');
});
afterAll(() => shop.close());

describe.skipIf(natsProgram === null)('failures of a sweep through NATS', () => {
  it('a worker with a full disk says so, gives its job back and loses nothing', async () => {
    const file = await shop.sweepFile('full.yaml', 2, 3);
    const words = ['sweep', file, '--nats', url, '--lease', '60', '--out', shop.path('full'), '--json'];
    const sweep = startLatent(words);
    // The state is 3.4 MB. A lease of a minute: the job is back by then only because it was given back.
    const full = shop.worker(url, { fileSizeKb: 2000 });
    await endOf(full.child);
    expect(full.child.exitCode).toBe(1);
    expect(full.stderr()).toMatch(/error: write-failed: .*last\.safetensors: could not be written .* was given back/);
    expect(await readdir(shop.path('scratch'))).toEqual([]);
    const { child } = shop.worker(url);
    const end = await sweep.finished;
    expect(end.code, end.stderr).toBe(0);
    await kill(child);
    const local = await latent(['sweep', file, '--out', shop.path('full-local'), '--json']);
    expect(await sameWeights(jobsOf(end), jobsOf(local))).toBe(true);
  });

  it('jobs that diverge or have bad data fail for their own reason, once, until asked for again', async () => {
    const bad = await writeIdxFolder(shop.path('bad'), await smallMnist(900, 50));
    const grid = ['networks=convdense-2', `datasets=${shop.data},${bad}`, 'epochs=1', 'learningRate=0.001,10'];
    const words = ['--nats', url, '--out', shop.path('failing'), '--json'];
    const sweep = startLatent(['sweep', ...grid.flatMap((field) => ['--grid', field]), ...words]);
    const server = await openServer({ url });
    try {
      // Once all is queued, and before a worker has read them, the data become others.
      await until('four jobs wait', async () => (await openJobs(server)) === 4);
    } finally {
      await server.close();
    }
    await writeIdxFolder(bad, await smallMnist(920, 50));
    const worker = shop.worker(url);
    const end = await sweep.finished;
    expect(end.code, end.stderr).toBe(1);
    const states = jobsOf(end).map(({ state, failure }) => failure?.code ?? state);
    expect(states).toEqual(['done', 'diverged', 'dataset-changed', 'dataset-changed']);
    expect(end.stderr.match(/^failed: /gm)).toHaveLength(3);

    // Again: nothing is run, and the list comes at once.
    const again = await latent(['sweep', '--attach', ...words]);
    expect([again.code, jobsOf(again)]).toEqual([1, jobsOf(end)]);
    await writeIdxFolder(bad, await smallMnist(900, 50));
    const mended = await latent(['sweep', '--attach', '--retry-failed', ...words]);
    expect(jobsOf(mended).map(({ state }) => state)).toEqual(['done', 'failed', 'done', 'failed']);
    const carriedOut = worker.stderr().match(/^job /gm) ?? [];
    expect(carriedOut).toHaveLength(4 + 3);
    await kill(worker.child);
  });

  it('what a killed worker left is removed by the next one', async () => {
    const [left, ...others] = await readdir(shop.path('scratch'));
    expect(others).toEqual([]);
    expect(left).toMatch(/^latent-worker-/);
    const { child, stderr } = shop.worker(url);
    await until('the worker waits', () => stderr().includes('waiting for jobs'));
    expect(await readdir(shop.path('scratch'))).not.toContain(left);
    await kill(child, 'SIGTERM');
    expect(await readdir(shop.path('scratch'))).toEqual([]);
    await rm(join(shop.path('scratch')), { recursive: true });
  });
});
