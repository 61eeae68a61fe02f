/**
 * How many images a second a machine trains on with so many workers of so many threads, and what a worker takes.
 *
 *     node bench/sweep/throughput.mjs [--networks dense-1,vae-1,convdense-2] [--ways 1x1,1x2,2x1,4x1]
 *         [--seconds 15] [--rounds 1] [--nats]
 *
 * In: networks, ways as workers x threads. Out: a row for each network and way, on standard output; of several rounds, in
 * which the ways alternate, the fastest, which other work on the machine has slowed least. Each row is a sweep of its own, through the
 * folder of this machine or with `--nats` through a server. Run it on a machine that does nothing else.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as lab from './lab.mjs';

const { values } = parseArgs({
  options: {
    networks: { type: 'string', default: 'dense-1,vae-1,convdense-2' },
    ways: { type: 'string' },
    seconds: { type: 'string', default: '15' },
    rounds: { type: 'string', default: '1' },
    nats: { type: 'boolean', default: false },
  },
});
/** Workers, threads of each. */
const WAYS = (values.ways ?? (values.nats ? '1x1,2x1,4x1' : '1x1,1x2,2x1,4x1'))
  .split(',')
  .map((way) => way.split('x').map(Number));
/** Images a second of one worker with one thread, about: for the number of epochs of a row alone. */
const ABOUT = { 'dense-1': 20_000, 'vae-1': 30_000, 'convdense-2': 3000 };

/** Megabytes that the workers of a folder have taken at most, each. */
const watchMemory = (out) => {
  const peaks = new Map();
  const timer = setInterval(() => {
    for (const name of list(join(out, 'workers')))
      for (const file of list(join(out, 'workers', name))) {
        const pid = /^\.lock-held@.+@(\d+)@\d+$/.exec(file)?.[1];
        const status = pid === undefined ? '' : read(`/proc/${pid}/status`);
        const peak = /VmHWM:\s+(\d+) kB/.exec(status);
        if (peak) peaks.set(pid, Number(peak[1]) / 1000);
      }
  }, 100);
  return () => {
    clearInterval(timer);
    return peaks.size > 0 ? Math.round(Math.max(...peaks.values())) : null;
  };
};
const orElse = (action, other) => {
  try {
    return action();
  } catch {
    return other;
  }
};
const list = (folder) => orElse(() => readdirSync(folder), []);
const read = (file) => orElse(() => readFileSync(file, 'utf8'), '');

let rows = 0;
const measure = async (network, workers, threads, url) => {
  const jobs = 2 * workers;
  const each = (Number(values.seconds) * (ABOUT[network] ?? 3000)) / 60_000 / 2;
  const epochs = Math.max(1, Math.round(each));
  const out = lab.path(`row-${rows++}`);
  // A seed of its own for each row: a server keeps what it has seen.
  const seeds = `${1000 * rows}..${1000 * rows + jobs - 1}`;
  const grid = [`networks=${network}`, 'recipes=best', `seeds=${seeds}`, `epochs=${epochs}`, `threads=${threads}`];
  const where = url === null ? ['--workers', String(workers)] : ['--nats', url];
  const helpers = url === null ? [] : Array.from({ length: workers }, () => lab.latent(['worker', '--nats', url]));
  const peakMegabytes = watchMemory(out);
  const sweep = lab.latent(['sweep', ...grid.flatMap((field) => ['--grid', field]), ...where, '--out', out, '--json']);
  await lab.ended(sweep);
  const memory = peakMegabytes();
  await Promise.all(helpers.map((helper) => lab.kill(helper, 'SIGTERM')));
  if (sweep.exitCode !== 0) throw new Error(sweep.said.stderr);
  const report = JSON.parse(sweep.said.stdout);
  const outcomes = report.jobs.map(({ id }) => JSON.parse(readFileSync(join(out, 'jobs', id, 'outcome.json'), 'utf8')));
  const images = outcomes.reduce((sum, { seconds, imagesPerSecond }) => sum + seconds * imagesPerSecond, 0);
  const busy = outcomes.reduce((sum, { seconds }) => sum + seconds, 0) / workers;
  return {
    jobs,
    epochs,
    memory,
    training: Math.round(images / busy),
    whole: Math.round(images / report.seconds),
  };
};

/** The fastest of the rounds, for each way. */
const best = async (network, url) => {
  const rows = new Map();
  for (let round = 0; round < Number(values.rounds); round++)
    for (const way of WAYS) {
      const row = await measure(network, ...way, url);
      if (row.training > (rows.get(way)?.training ?? 0)) rows.set(way, row);
    }
  return rows;
};

const say = (network, [workers, threads], { jobs, epochs, memory, training, whole }) => {
  const cells = [
    network.padEnd(12),
    `${workers} x ${threads}`,
    `${jobs} jobs of ${epochs} epochs`.padEnd(22),
    `${training.toLocaleString('en-US')} images/s in training`.padEnd(28),
    `${whole.toLocaleString('en-US')} over the whole sweep`.padEnd(28),
    memory === null ? '' : `${memory} MB a worker`,
  ];
  console.log(cells.join('  ').trimEnd());
};

try {
  let url = null;
  if (values.nats) {
    const [port] = await lab.freePorts(1);
    await lab.startServer('server', port);
    url = `nats://127.0.0.1:${port}`;
  }
  console.log(`workers x threads, ${url === null ? 'through a folder' : 'through a server'}`);
  for (const network of values.networks.split(','))
    for (const [way, row] of await best(network, url)) say(network, way, row);
} finally {
  await lab.close();
}
