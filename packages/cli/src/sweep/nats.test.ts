import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RandomStream, workOff } from 'latent-plane';
import { nodeRuntime } from 'latent-plane/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findNats } from '../../../../scripts/ensure-nats.mjs';
import { loadDataset } from '../data/index.ts';
import { buildCommandLine, latent, smallMnist, startLatent, temporaryFolder, writeIdxFolder } from '../runs/testing.ts';
import { publishJobs } from './nats-client.ts';
import { createNatsQueue } from './nats-queue.ts';
import { keys, openServer } from './nats-server.ts';
import { planSweep } from './plan.ts';

const program = findNats();
let folder = '';
let data = '';
const children = new Set<ChildProcess>();
const endOf = (child: ChildProcess): Promise<void> =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done();
    else child.on('exit', () => done());
  });

beforeAll(async () => {
  await buildCommandLine();
  folder = await temporaryFolder();
  data = await writeIdxFolder(join(folder, 'small-mnist'), await smallMnist(1000, 100));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await Promise.all([...children].map(endOf));
  await rm(folder, { recursive: true, force: true });
});

const path = (name: string): string => join(folder, name);
const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });

const startServer = (name: string, port: number): ChildProcess => {
  const words = ['-js', '-a', '127.0.0.1', '-p', String(port), '-sd', path(name)];
  const child = spawn(program ?? '', words, { stdio: 'ignore' });
  children.add(child);
  return child;
};
const startWorker = (url: string): ChildProcess => {
  const { child } = startLatent(['worker', '--nats', url, '--lease', '3']);
  children.add(child);
  return child;
};

interface Job {
  readonly id: string;
  readonly state: string;
  readonly run: string;
}
const jobsOf = ({ stdout }: { readonly stdout: string }): readonly Job[] => JSON.parse(stdout).jobs;
const weights = async ({ run }: Job): Promise<string> =>
  (await readFile(join(run, 'weights.safetensors'))).toString('base64');

const sweepFile = async (name: string, seeds: number, epochs: number): Promise<string> => {
  await writeFile(
    path(name),
    `networks: dense-1\ndatasets: ${data}\nepochs: ${epochs}\nseeds: {from: 1, to: ${seeds}, step: 1}\n`,
  );
  return path(name);
};

describe.skipIf(program === null)('a sweep through NATS', () => {
  it('with three workers comes to the bytes of the same sweep on one machine', { timeout: 120_000 }, async () => {
    const port = await freePort();
    const url = `nats://127.0.0.1:${port}`;
    startServer('calm-server', port);
    const file = await sweepFile('calm.yaml', 12, 2);
    const local = await latent(['sweep', file, '--out', path('local'), '--json']);
    expect(local.code, local.stderr).toBe(0);
    const workers = [startWorker(url), startWorker(url), startWorker(url)];
    const far = await latent(['sweep', file, '--nats', url, '--out', path('far'), '--json']);
    expect(far.code, far.stderr).toBe(0);
    expect(jobsOf(far).map(({ id }) => id)).toEqual(jobsOf(local).map(({ id }) => id));
    for (const [i, job] of jobsOf(far).entries())
      expect((await weights(job)) === (await weights(jobsOf(local)[i])), job.run).toBe(true);
    for (const worker of workers) worker.kill('SIGTERM');
    await Promise.all(workers.map(endOf));
    // Without a worker: everything is there already, and comes again into another folder.
    const again = await latent(['sweep', file, '--nats', url, '--out', path('again'), '--json']);
    expect(again.code, again.stderr).toBe(0);
    expect((await weights(jobsOf(again)[3])) === (await weights(jobsOf(local)[3]))).toBe(true);
  });

  it('loses nothing to kills of workers and a restart of the server', { timeout: 300_000 }, async () => {
    const port = await freePort();
    const url = `nats://127.0.0.1:${port}`;
    let server = startServer('hard-server', port);
    const file = await sweepFile('hard.yaml', 6, 120);
    const { finished } = startLatent(['sweep', file, '--nats', url, '--lease', '3', '--out', path('hard'), '--json']);
    let over = false;
    void finished.then(() => {
      over = true;
    });
    const draw = new Uint32Array(40);
    new RandomStream(1, 'kills-of-workers').fillUint32(draw);
    const workers = [startWorker(url), startWorker(url), startWorker(url)];
    let kills = 0;
    for (; kills < 6 && !over; kills++) {
      await sleep(2500 + (draw[2 * kills] % 1000));
      const at = draw[2 * kills + 1] % 3;
      workers[at].kill('SIGKILL');
      await endOf(workers[at]);
      workers[at] = startWorker(url);
      if (kills !== 2) continue;
      server.kill('SIGKILL');
      await endOf(server);
      await sleep(1500);
      server = startServer('hard-server', port);
    }
    const end = await finished;
    expect(end.code, end.stderr).toBe(0);
    expect(kills).toBeGreaterThan(3);
    const calm = await latent(['sweep', file, '--out', path('hard-local'), '--json']);
    expect(calm.code, calm.stderr).toBe(0);
    for (const [i, job] of jobsOf(end).entries())
      expect((await weights(job)) === (await weights(jobsOf(calm)[i])), job.run).toBe(true);
    for (const worker of workers) worker.kill('SIGTERM');
    await Promise.all(workers.map(endOf));

    // Written once: each outcome is the first revision of its key.
    const open = await openServer({ url });
    try {
      for (const { id } of jobsOf(end)) {
        const revisions: string[] = [];
        for await (const { operation } of await open.table.history({ key: keys.outcome(id) }))
          revisions.push(operation);
        expect(revisions).toEqual(['PUT']);
      }
      expect((await open.js.streams.get('LATENT_JOBS').then((stream) => stream.info())).state.messages).toBe(0);
    } finally {
      await open.close();
    }
  });

  it('hands out and settles 1,000 jobs to four workers, each once', { timeout: 120_000 }, async () => {
    const JOBS = 1000;
    const port = await freePort();
    startServer('busy-server', port);
    await sleep(500);
    const open = () => openServer({ url: `nats://127.0.0.1:${port}` });
    const client = await open();
    const seeds = { from: 1, to: JOBS, step: 1 };
    const plan = await planSweep({ networks: 'dense-1', seeds, datasets: data }, nodeRuntime, loadDataset);
    const start = performance.now();
    await publishJobs(client, plan.jobs);
    const published = performance.now();
    await publishJobs(client, plan.jobs.slice(0, 50)); // they wait already: nothing is queued twice
    const stop = new AbortController();
    const seen: string[] = [];
    const settled: boolean[] = [];
    const begin = performance.now();
    await Promise.all(
      [1, 2, 3, 4].map(async (worker) => {
        const server = await open();
        const queue = await createNatsQueue(server, path(`scratch-${worker}`), () => undefined);
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
        await server.close();
      }),
    );
    const seconds = (performance.now() - begin) / 1000;
    const figures = `${((published - start) / JOBS).toFixed(1)} ms to queue a job, ${((1000 * seconds) / JOBS).toFixed(1)} ms to hand it out and settle it`;
    console.log(figures);
    await client.close();
    expect(new Set(seen).size).toBe(JOBS);
    expect(seen).toHaveLength(JOBS);
    expect(settled.every((ours) => ours)).toBe(true);
    // The aim is 20 ms; a machine that does other things too must not fail it.
    expect((1000 * seconds) / JOBS, figures).toBeLessThan(100);
  });

  it('says which server it did not find', async () => {
    const port = await freePort();
    const { code, stderr } = await latent(['worker', '--nats', `nats://127.0.0.1:${port}`]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: no-server: nats:\/\/127\.0\.0\.1:\d+: expected a NATS server with JetStream/);
  });
});
