import type { JobOutcome } from 'latent-plane/internal';
import { nodeRuntime } from 'latent-plane/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDataset } from '../data/index.ts';
import { latent, startLatent } from '../runs/testing.ts';
import { publishJobs } from './nats-client.ts';
import { createNatsQueue } from './nats-queue.ts';
import { parseStored } from './nats-runs.ts';
import { keys, openServer, STREAM, type SweepServer, valueAt } from './nats-server.ts';
import type { RunLease } from './perform.ts';
import { planSweep } from './plan.ts';
import {
  freePorts,
  jobsOf,
  kill,
  natsProgram,
  objectsOf,
  openLine,
  openWorkshop,
  sameWeights,
  until,
  type Workshop,
} from './testing.ts';

let shop: Workshop;
let port = 0;
let url = '';
let server: SweepServer;
beforeAll(async () => {
  if (natsProgram === null) return;
  shop = await openWorkshop();
  [port] = await freePorts(1);
  url = `nats://127.0.0.1:${port}`;
  await shop.server(port, 'server');
  server = await openServer({ url, leaseMs: 4000 });
});
afterAll(async () => {
  await server?.close();
  await shop?.close();
});

/** From which epoch the last worker that took the job went on. */
const begunAt = async (id: string): Promise<number> => {
  const bytes = await valueAt(server, keys.attempts(id));
  return JSON.parse(new TextDecoder().decode(bytes ?? undefined)).epoch;
};

describe.skipIf(natsProgram === null)('two workers that have the same job', () => {
  it('for one is cut off: the other resumes from the checkpoint, and the first is of use again', async () => {
    const line = await openLine(port);
    try {
      const first = shop.worker(line.url);
      const file = await shop.sweepFile('cut.yaml', 1, 60);
      const sweep = startLatent(['sweep', file, '--nats', url, '--out', shop.path('cut'), '--json']);
      await until('its checkpoint is there', async () => (await objectsOf(server, 'checkpoint.')).length > 0);
      line.cut();
      const second = shop.worker(url);
      await until('another has the job', () => second.stderr().includes('job dense-1'));
      await until('the first one notices', () => first.stderr().includes('lost: dense-1'));
      line.heal();
      const end = await sweep.finished;
      expect(end.code, end.stderr).toBe(0);
      const [{ id }] = jobsOf(end);
      expect(await begunAt(id)).toBeGreaterThan(0);
      const calm = await latent(['sweep', file, '--out', shop.path('calm'), '--json']);
      expect(await sameWeights(jobsOf(end), jobsOf(calm))).toBe(true);
      await kill(second.child, 'SIGTERM');

      const more = await shop.sweepFile('more.yaml', 1, 1);
      const next = await latent(['sweep', more, '--nats', url, '--out', shop.path('more'), '--json']);
      expect(next.code, next.stderr).toBe(0);
      expect(first.stderr().match(/^job /gm)).toHaveLength(2);
      await kill(first.child, 'SIGTERM');
    } finally {
      line.close();
    }
  });

  it('and both end it: the first outcome stands, the late one is dropped', async () => {
    const [job] = (
      await planSweep({ networks: 'dense-1', seeds: 9, datasets: shop.data }, loadDataset, { runtime: nodeRuntime })
    ).jobs;
    const take = async (scratch: string): Promise<RunLease> => {
      await publishJobs(server, [job]);
      const queue = await createNatsQueue(server, shop.path(scratch), () => undefined);
      const lease = await queue.take(new AbortController().signal);
      if (!lease) throw new Error('expected a job, got none');
      return lease;
    };
    const outcome = (message: string): JobOutcome => ({ state: 'failed', code: 'test', message });
    const early = await take('early');
    // As if the server had given it up.
    await server.manager.streams.purge(STREAM);
    const late = await take('late');
    expect(await early.finish(outcome('early'))).toBe(true);
    expect(await late.finish(outcome('late'))).toBe(false);
    const stored = await valueAt(server, keys.outcome(job.id));
    expect(stored && parseStored(stored, job.id).outcome).toEqual(outcome('early'));
  });
});
