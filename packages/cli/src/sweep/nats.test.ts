import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RandomStream } from 'latent-plane/internal';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { latent, startLatent } from '../runs/testing.ts';
import { openServer } from './nats-server.ts';
import {
  freePorts,
  type Job,
  jobsOf,
  kill,
  natsProgram,
  objectsOf,
  openJobs,
  openWorkshop,
  outcomeWrites,
  sameWeights,
  until,
  type Workshop,
} from './testing.ts';

let shop: Workshop;
beforeAll(async () => {
  shop = await openWorkshop();
});
afterAll(() => shop.close());

/** Holds a sweep against what the server has of it: one outcome each, and no job left. */
const checkOnce = async (url: string, jobs: readonly Job[]): Promise<void> => {
  const server = await openServer({ url });
  try {
    expect(await outcomeWrites(server)).toEqual(new Map(jobs.map(({ id }) => [id, 1])));
    expect(await openJobs(server)).toBe(0);
  } finally {
    await server.close();
  }
};

interface Collected {
  readonly jobs: readonly { readonly state: string; readonly run: string; readonly reason?: string }[];
}
const collected = ({ stdout }: { readonly stdout: string }): Collected => JSON.parse(stdout);
const statesOf = (end: { readonly stdout: string }): string[] => collected(end).jobs.map(({ state }) => state);

describe.skipIf(natsProgram === null)('a sweep through NATS', () => {
  it('with three workers comes to the bytes of one machine, and is collected anywhere', async () => {
    const [port] = await freePorts(1);
    const url = `nats://127.0.0.1:${port}`;
    await shop.server(port, 'calm-server');
    const file = await shop.sweepFile('calm.yaml', 12, 2);
    const local = await latent(['sweep', file, '--out', shop.path('local'), '--json']);
    expect(local.code, local.stderr).toBe(0);
    const workers = [shop.worker(url), shop.worker(url), shop.worker(url)];
    const far = await latent(['sweep', file, '--nats', url, '--out', shop.path('far'), '--json']);
    expect(far.code, far.stderr).toBe(0);
    expect(jobsOf(far).map(({ id }) => id)).toEqual(jobsOf(local).map(({ id }) => id));
    expect(await sameWeights(jobsOf(far), jobsOf(local))).toBe(true);
    await Promise.all(workers.map(({ child }) => kill(child, 'SIGTERM')));

    // Without a worker, and without the folder of the sweep.
    const words = ['sweep', '--collect', shop.path('here'), '--nats', url, '--json'];
    const first = await latent(words);
    expect(first.code, first.stderr).toBe(0);
    expect(new Set(statesOf(first))).toEqual(new Set(['brought']));
    const times = () =>
      Promise.all(collected(first).jobs.map(async ({ run }) => (await stat(join(run, 'weights.safetensors'))).mtimeMs));
    const before = await times();
    const second = await latent(words);
    expect(new Set(statesOf(second))).toEqual(new Set(['there']));
    expect(await times()).toEqual(before);
    const compared = await latent(['compare', shop.path('here'), '--json']);
    expect(JSON.parse(compared.stdout)).toMatchObject({ cells: [{ jobs: 12, mse: { count: 12 } }] });

    // A run that is another is neither taken for the sweep's nor written over; one that is gone comes again.
    const [other, gone] = collected(first).jobs;
    await writeFile(join(other.run, 'weights.safetensors'), 'another');
    await rm(gone.run, { recursive: true });
    const third = await latent(words);
    expect(third.code).toBe(1);
    expect(statesOf(third).slice(0, 3)).toEqual(['refused', 'brought', 'there']);
    expect(collected(third).jobs[0].reason).toMatch(/^run-differs: .*its weights are others.* left as it is/);
    expect((await stat(join(other.run, 'weights.safetensors'))).size).toBe(7);
    await checkOnce(url, jobsOf(far));
  });

  it('loses nothing to kills of workers and a restart of the server', async () => {
    const [port] = await freePorts(1);
    const url = `nats://127.0.0.1:${port}`;
    let server = await shop.server(port, 'hard-server');
    const file = await shop.sweepFile('hard.yaml', 4, 20);
    const words = ['sweep', file, '--nats', url, '--lease', '2', '--out', shop.path('hard'), '--json'];
    const { finished } = startLatent(words);
    const draw = new Uint32Array(20);
    new RandomStream(1, 'kills-of-workers').fillUint32(draw);
    const open = await openServer({ url, leaseMs: 2000 });
    const workers = [shop.worker(url), shop.worker(url)];
    // From then on jobs are under way, and there is something to lose.
    await until('a job runs', async () => (await objectsOf(open, 'checkpoint.')).length > 0);
    await open.close();
    for (let kills = 0; kills < 3; kills++) {
      await sleep(draw[2 * kills] % 1000);
      const at = draw[2 * kills + 1] % 2;
      await kill(workers[at].child);
      workers[at] = shop.worker(url);
      if (kills !== 1) continue;
      await kill(server);
      await sleep(500);
      server = await shop.server(port, 'hard-server');
    }
    const end = await finished;
    expect(end.code, end.stderr).toBe(0);
    const calm = await latent(['sweep', file, '--out', shop.path('hard-local'), '--json']);
    expect(calm.code, calm.stderr).toBe(0);
    expect(await sameWeights(jobsOf(end), jobsOf(calm))).toBe(true);
    await Promise.all(workers.map(({ child }) => kill(child, 'SIGTERM')));
    await checkOnce(url, jobsOf(end));
  });

  it('says which server it did not find', async () => {
    const [port] = await freePorts(1);
    const { code, stderr } = await latent(['worker', '--nats', `nats://127.0.0.1:${port}`]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: no-server: nats:\/\/127\.0\.0\.1:\d+: expected a NATS server with JetStream/);
  });
});
