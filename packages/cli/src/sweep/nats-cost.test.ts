import { readFile } from 'node:fs/promises';
import { workOff } from 'latent-plane/internal';
import { nodeRuntime } from 'latent-plane/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDataset } from '../data/index.ts';
import { filesBelow } from '../runs/testing.ts';
import { publishJobs } from './nats-client.ts';
import { createNatsQueue } from './nats-queue.ts';
import { openServer } from './nats-server.ts';
import { planSweep } from './plan.ts';
import { freePorts, natsProgram, openWorkshop, type Workshop } from './testing.ts';

let shop: Workshop;
beforeAll(async () => {
  shop = await openWorkshop();
});
afterAll(() => shop.close());

/** Memory at its peak, where the system tells, and what lies on the disk. */
const takenBy = async (pid: number | undefined, folder: string): Promise<string> => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const files = await filesBelow(shop.path(folder));
  const bytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  const peak = /VmHWM:\s+(\d+) kB/.exec(status);
  return `${peak ? `${Math.round(Number(peak[1]) / 1000)} MB of memory at its peak, ` : ''}${(bytes / 1e6).toFixed(1)} MB of disk`;
};

describe.skipIf(natsProgram === null)('the queue of a server', () => {
  it('hands out and settles 1,000 jobs to four workers, each once', async () => {
    const JOBS = 1000;
    const [port] = await freePorts(1);
    const server = await shop.server(port, 'busy-server');
    const open = () => openServer({ url: `nats://127.0.0.1:${port}` });
    const client = await open();
    const seeds = { from: 1, to: JOBS, step: 1 };
    const plan = await planSweep({ networks: 'dense-1', seeds, datasets: shop.data }, loadDataset, {
      runtime: nodeRuntime,
    });
    const start = performance.now();
    await publishJobs(client, plan.jobs);
    const published = performance.now();
    await publishJobs(client, plan.jobs.slice(0, 50)); // they wait already: nothing is queued twice
    const stop = new AbortController();
    const seen: string[] = [];
    const settled: boolean[] = [];
    const begin = performance.now();
    await Promise.all(
      [1, 2, 3, 4].map(async (number) => {
        const worker = await open();
        const queue = await createNatsQueue(worker, shop.path(`scratch-${number}`), () => undefined);
        await workOff(
          queue,
          async (lease) => {
            seen.push(lease.job.id);
            // No training and no run folder: what is left is the queue's own cost.
            settled.push(await lease.finish({ state: 'failed', code: 'none', message: 'for the test' }));
            if (seen.length === JOBS) stop.abort();
          },
          stop.signal,
        );
        await worker.close();
      }),
    );
    const seconds = (performance.now() - begin) / 1000;
    const figures = `${((published - start) / JOBS).toFixed(1)} ms to queue a job, ${((1000 * seconds) / JOBS).toFixed(1)} ms to hand it out and settle it`;
    console.log(`${figures}; the server took ${await takenBy(server.pid, 'busy-server')}`);
    await client.close();
    expect(new Set(seen).size).toBe(JOBS);
    expect(seen).toHaveLength(JOBS);
    expect(settled.every((ours) => ours)).toBe(true);
    // The aim is 20 ms; a machine that does other things too must not fail it.
    expect((1000 * seconds) / JOBS, figures).toBeLessThan(180);
  });
});
