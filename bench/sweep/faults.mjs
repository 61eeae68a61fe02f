/**
 * A sweep through real servers while everything around it fails: the log that `faults.log` keeps.
 *
 *     node bench/sweep/faults.mjs [--seed 1] [--jobs 12] [--epochs 40] [--log FILE] [--only kills,cluster,cut,disk]
 *
 * In: a seed. Out: a log of each fault and of what came of it, exit code 1 where a job was lost, ended twice or came to
 * other bytes than on one undisturbed machine. Needs a nats-server; a cut network and a full disk need Linux and root,
 * and are told to be left out where they cannot be had.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as lab from './lab.mjs';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '12' },
    epochs: { type: 'string', default: '40' },
    only: { type: 'string', default: 'kills,cluster,cut,disk' },
    log: { type: 'string' },
  },
});
const [seed, jobs, epochs] = [values.seed, values.jobs, values.epochs].map(Number);
const LEASE_S = 5;
const KILLS = 20;
const log = lab.openLog(values.log);
const random = lab.seeded(seed);
let faults = 0;

const data = lab.smallMnist(1000, 100);
const grid = ['networks=dense-1', `datasets=${data}`, `seeds=1..${jobs}`, `epochs=${epochs}`];
const asked = grid.flatMap((field) => ['--grid', field]);

const weightsOf = ({ run }) =>
  createHash('sha256')
    .update(readFileSync(join(run, 'weights.safetensors')))
    .digest('hex');

/** The same sweep on this machine, by a folder. */
const local = async () => {
  const child = lab.latent(['sweep', ...asked, '--out', lab.path('local'), '--json']);
  await lab.ended(child);
  return new Map(JSON.parse(child.said.stdout).jobs.map((job) => [job.id, weightsOf(job)]));
};

/** A worker; `lease` and `replicas` hold where it is the first to come. */
const startWorker = (url, { words = [], before = [] } = {}) =>
  lab.latent(['worker', '--nats', url, '--lease', String(LEASE_S), ...words], { before });

/** The sweep through servers, and a look at what they know of it. */
const startSweep = async (name, url, words = []) => {
  const all = ['sweep', ...asked, '--nats', url, '--lease', String(LEASE_S), ...words];
  const child = lab.latent([...all, '--out', lab.path(name), '--json']);
  const connection = await lab.connect({ servers: url.split(','), maxReconnectAttempts: -1 });
  let manager = null;
  await lab.until('JetStream answers', async () => {
    manager = await lab.jetstreamManager(connection).catch(() => null);
    return manager !== null;
  });
  const ask = (question) => question().catch(() => null);
  const known = new Map();
  /** Those of the last answer, while a cluster chooses another leader. */
  const subjects = async (stream, filter) => {
    const info = await ask(() => manager.streams.info(stream, { subjects_filter: filter }));
    if (info) known.set(filter, Object.entries(info.state.subjects ?? {}));
    return known.get(filter) ?? [];
  };
  return {
    child,
    manager,
    ended: async () => (await subjects('KV_latent_jobs', '$KV.latent_jobs.outcome.*')).length,
    /** Jobs that a worker has brought on. */
    begun: async () => (await subjects('KV_latent_jobs', '$KV.latent_jobs.progress.*')).length,
    outcomes: () => subjects('KV_latent_jobs', '$KV.latent_jobs.outcome.*'),
    waiting: async () => (await ask(() => manager.streams.info('LATENT_JOBS')))?.state.messages,
    leader: async (stream) => (await ask(() => manager.streams.info(stream)))?.cluster?.leader ?? null,
    close: () => connection.close(),
  };
};

/** Holds the end of a sweep against the undisturbed one. */
const judge = async (name, sweep, calm) => {
  await lab.ended(sweep.child);
  let outcomes = [];
  await lab.until('the server tells all', async () => {
    outcomes = await sweep.outcomes();
    return sweep.child.exitCode !== 0 || outcomes.length >= jobs;
  });
  const once = outcomes.filter(([, count]) => count === 1).length;
  const found = sweep.child.exitCode === 0 ? JSON.parse(sweep.child.said.stdout).jobs : [];
  const done = found.filter(({ state }) => state === 'done');
  const same = done.filter((job) => weightsOf(job) === calm.get(job.id));
  const waiting = await sweep.waiting();
  await sweep.close();
  const good = [done.length, once, outcomes.length, same.length].every((count) => count === jobs) && waiting === 0;
  if (!good) faults += 1;
  if (sweep.child.exitCode !== 0) log(`${name}: exit ${sweep.child.exitCode}: ${sweep.child.said.stderr.slice(-600)}`);
  log(
    `${name}: ${good ? 'GOOD' : 'BAD'}: ${done.length} of ${jobs} jobs done, ${once} ended exactly once, ${waiting} left in the queue, ${same.length} with the bytes of the undisturbed sweep`,
  );
};

const stopAll = (workers) => Promise.all(workers.map((worker) => lab.kill(worker, 'SIGTERM')));

/** Twenty kills drawn by the seed, and the server killed in their midst. */
const kills = async (calm) => {
  const [port] = await lab.freePorts(1);
  const url = `nats://127.0.0.1:${port}`;
  let server = await lab.startServer('one', port);
  const workers = [0, 1, 2].map(() => startWorker(url));
  const sweep = await startSweep('kills', url);
  await lab.until('a job runs', async () => (await sweep.begun()) > 0);
  for (let i = 1; i <= KILLS; i++) {
    await lab.sleep(500 + 3000 * random());
    const at = Math.floor(random() * workers.length);
    const was = workers[at].said.stderr.match(/^job .*$/gm)?.at(-1) ?? 'no job yet';
    await lab.kill(workers[at]);
    log(`kills: ${i} of ${KILLS}: SIGKILL of worker ${at} (${was}); ${await sweep.ended()} jobs have ended`);
    workers[at] = startWorker(url);
    if (i !== KILLS / 2) continue;
    await lab.kill(server, 'SIGTERM');
    log('kills: server stopped');
    await lab.sleep(4000);
    server = await lab.startServer('one', port);
    log('kills: server started');
  }
  if ((await sweep.ended()) === jobs) log('kills: note: the sweep had ended before the last kill');
  await judge('kills', sweep, calm);
  await stopAll(workers);
  await lab.kill(server);
};

/** The leader of the queue is killed, comes back, and another node is killed. */
const cluster = async (calm) => {
  const { nodes, startNode, url } = await lab.startCluster();
  const words = ['--replicas', '3'];
  const workers = [0, 1, 2].map(() => startWorker(url, { words }));
  const sweep = await startSweep('cluster', url, words);
  await lab.until('two jobs have ended', async () => (await sweep.ended()) >= 2);
  const first = await sweep.leader('LATENT_JOBS');
  await lab.kill(nodes.get(first));
  log(`cluster: node ${first}, leader of the queue, killed; ${await sweep.ended()} jobs have ended`);
  await lab.until('four more have', async () => (await sweep.ended()) >= 6);
  await startNode(first);
  log(`cluster: node ${first} started again; ${await sweep.ended()} jobs have ended`);
  await lab.sleep(5000);
  const second = await sweep.leader('KV_latent_jobs');
  if (second) await lab.kill(nodes.get(second));
  log(`cluster: node ${second}, leader of the table, killed; ${await sweep.ended()} jobs have ended`);
  await judge('cluster', sweep, calm);
  await stopAll(workers);
  await Promise.all([...nodes.values()].map((node) => lab.kill(node)));
};

/** A worker behind a pair of virtual interfaces of its own, one end of which is taken down. */
const cut = async (calm) => {
  const space = `latent${process.pid}`;
  const near = `lp${process.pid}`.slice(0, 15);
  try {
    lab.system('ip', 'netns', 'add', space);
    lab.undo(() => lab.system('ip', 'netns', 'delete', space));
    lab.system('ip', 'link', 'add', near, 'type', 'veth', 'peer', 'name', 'far', 'netns', space);
    lab.system('ip', 'addr', 'add', '10.213.7.1/30', 'dev', near);
    lab.system('ip', 'link', 'set', near, 'up');
    lab.system('ip', '-n', space, 'addr', 'add', '10.213.7.2/30', 'dev', 'far');
    lab.system('ip', '-n', space, 'link', 'set', 'far', 'up');
  } catch (error) {
    return log(`cut: left out, there are no network namespaces to be had: ${error.message}`);
  }
  const [port] = await lab.freePorts(1);
  const server = await lab.startServer('cut', port, [], '0.0.0.0');
  const url = `nats://127.0.0.1:${port}`;
  const sweep = await startSweep('cut', url);
  const away = startWorker(`nats://10.213.7.1:${port}`, { before: ['ip', 'netns', 'exec', space] });
  const jobsOf = (worker) => worker.said.stderr.match(/^job .*$/gm) ?? [];
  await lab.until('its first checkpoint is there', async () => (await sweep.begun()) > 0 && jobsOf(away).length > 0);
  await lab.sleep(1500);
  const here = startWorker(url);
  lab.system('ip', 'link', 'set', near, 'down');
  const lost = jobsOf(away).at(-1);
  log(`cut: network of worker "away" cut in its ${lost}; ${await sweep.ended()} jobs have ended`);
  await lab.until('it notices', () => away.said.stderr.includes('lost: '));
  log(`cut: "away" says: ${away.said.stderr.match(/^lost: .*$/m)[0]}`);
  await lab.until('the other has its job', () => jobsOf(here).includes(lost));
  log(`cut: worker "here" goes on with ${lost}`);
  lab.system('ip', 'link', 'set', near, 'up');
  const before = jobsOf(away).length;
  log('cut: network healed');
  await lab.until('it takes a job again', () => jobsOf(away).length > before);
  log(`cut: "away" takes ${jobsOf(away).at(-1)}`);
  await judge('cut', sweep, calm);
  await stopAll([away, here]);
  await lab.kill(server);
};

/** A worker whose disk holds one state and no second, which every write needs. */
const disk = async (calm) => {
  const place = lab.path('small-disk');
  mkdirSync(place);
  try {
    lab.system('mount', '-t', 'tmpfs', '-o', 'size=5m', 'tmpfs', place);
    lab.undo(() => lab.system('umount', '-l', place));
  } catch (error) {
    return log(`disk: left out, no small disk can be mounted: ${error.message}`);
  }
  const [port] = await lab.freePorts(1);
  const server = await lab.startServer('disk', port);
  const url = `nats://127.0.0.1:${port}`;
  const sweep = await startSweep('disk', url);
  for (let i = 1; i <= 3; i++) {
    const full = startWorker(url, { words: ['--scratch', place] });
    await lab.ended(full);
    log(`disk: worker on a disk of 5 MB, exit ${full.exitCode}: ${full.said.stderr.match(/^error: .*$/m)?.[0]}`);
  }
  const workers = [startWorker(url), startWorker(url)];
  await judge('disk', sweep, calm);
  await stopAll(workers);
  await lab.kill(server);
};

const parts = { kills, cluster, cut, disk };
try {
  if (lab.nats === null) throw new Error('no nats-server: install one, or name it in NATS_SERVER');
  log(`seed ${seed}: ${jobs} jobs of dense-1, 1,000 images, ${epochs} epochs; leases of ${LEASE_S} s`);
  const calm = await local();
  log(`undisturbed, on one machine: ${calm.size} jobs done`);
  for (const name of values.only.split(',')) await parts[name](calm);
  log(faults === 0 ? 'every job ended exactly once, none was lost, all bytes are the same' : `${faults} parts BAD`);
} finally {
  await lab.close();
}
process.exitCode = faults === 0 ? 0 : 1;
