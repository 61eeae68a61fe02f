import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { latent, startLatent } from '../runs/testing.ts';
import { openServer, STREAM } from './nats-server.ts';
import {
  freePorts,
  jobsOf,
  kill,
  natsProgram,
  openWorkshop,
  outcomeWrites,
  sameWeights,
  until,
  type Workshop,
} from './testing.ts';

const NODES = 3;

let shop: Workshop;
beforeAll(async () => {
  shop = await openWorkshop();
});
afterAll(() => shop.close());

/** Three servers that keep three copies of everything. @returns their processes by name, and the addresses. */
const startCluster = async () => {
  const ports = await freePorts(2 * NODES);
  const routes = ports.slice(NODES).map((port) => `nats://127.0.0.1:${port}`);
  const nodes = await Promise.all(
    routes.map(async (route, i): Promise<[string, ChildProcess]> => {
      const cluster = ['--cluster_name', 'sweeps', '--cluster', route, '--routes', routes.join()];
      return [`n${i}`, await shop.server(ports[i], `n${i}`, ['-n', `n${i}`, ...cluster])];
    }),
  );
  const urls = ports.slice(0, NODES).map((port) => `nats://127.0.0.1:${port}`);
  return { nodes: new Map(nodes), url: urls.join() };
};

describe.skipIf(natsProgram === null)('a sweep through a cluster of three servers', () => {
  it('ends every job once though the leader of the queue is killed in its midst', async () => {
    const { nodes, url } = await startCluster();
    const server = await openServer({ url, replicas: NODES, leaseMs: 5000 });
    const file = await shop.sweepFile('cluster.yaml', 6, 10);
    const workers = [shop.worker(url), shop.worker(url)];
    const words = ['sweep', file, '--nats', url, '--replicas', String(NODES), '--out', shop.path('cluster'), '--json'];
    const sweep = startLatent(words);
    const ended = async (): Promise<number> => (await outcomeWrites(server)).size;
    await until('a job has ended', async () => (await ended()) > 0);
    const queue = () => server.js.streams.get(STREAM).then((stream) => stream.info());
    expect((await queue()).config.num_replicas).toBe(NODES);
    let leader: ChildProcess | undefined;
    await until('one of the servers leads', async () => {
      leader = nodes.get((await queue()).cluster?.leader ?? '');
      return leader !== undefined;
    });
    if (!leader) throw new Error('expected one of the servers to lead');
    expect(await ended()).toBeLessThan(6);
    await kill(leader);

    const end = await sweep.finished;
    expect(end.code, end.stderr).toBe(0);
    const local = await latent(['sweep', file, '--out', shop.path('local'), '--json']);
    expect(await sameWeights(jobsOf(end), jobsOf(local))).toBe(true);
    expect(await outcomeWrites(server)).toEqual(new Map(jobsOf(end).map(({ id }) => [id, 1])));
    await server.close();
    await Promise.all(workers.map(({ child }) => kill(child, 'SIGTERM')));
  });
});
